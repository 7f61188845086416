//! AES key wrap with padding under a 256-bit key (RFC 5649).

use aes_kw::{KeyInit, KwpAes256};
use zeroize::Zeroizing;

use super::{UnwrapError, WrapError};

/// A 256-bit key-encryption key.
pub(crate) type Kek = [u8; 32];

pub(crate) fn encrypt(kek: &Kek, material: &[u8]) -> Result<Vec<u8>, WrapError> {
    if material.is_empty() {
        return Err(WrapError::MaterialEmpty);
    }
    let mut wrapped = vec![0; material.len().next_multiple_of(SEMIBLOCK) + SEMIBLOCK];
    KwpAes256::new(kek.into())
        .wrap_key(material, &mut wrapped)
        .map_err(|error| WrapError::Encryption(error.to_string()))?;
    Ok(wrapped)
}

pub(crate) fn decrypt(kek: &Kek, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
    if wrapped.len() < SHORTEST {
        return Err(UnwrapError::Undecryptable);
    }
    let mut padded = Zeroizing::new(vec![0; wrapped.len() - SEMIBLOCK]);
    KwpAes256::new(kek.into())
        .unwrap_key(wrapped, &mut padded)
        .map(|material| Zeroizing::new(material.to_vec()))
        .map_err(|_| UnwrapError::Undecryptable)
}

const SEMIBLOCK: usize = 8;

/// The integrity value and one semiblock. The `aes-kw` crate would take a bare integrity value for the wrap of
/// nothing, without having used the key at all.
const SHORTEST: usize = 2 * SEMIBLOCK;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn material_of_any_length_comes_out_whole() {
        for length in [1, 7, 8, 9, 16, 31, 32, 1218] {
            let material = vec![0xab; length];
            let wrapped = encrypt(&[7; 32], &material).unwrap();
            assert_eq!(wrapped.len(), length.div_ceil(8) * 8 + 8);
            assert_eq!(*decrypt(&[7; 32], &wrapped).unwrap(), material);
        }
    }

    #[test]
    fn nothing_is_neither_wrapped_nor_unwrapped() {
        assert_eq!(encrypt(&[7; 32], &[]), Err(WrapError::MaterialEmpty));
        let bare_integrity_value = [0xa6, 0x59, 0x59, 0xa6, 0, 0, 0, 0];
        assert!(decrypt(&[7; 32], &bare_integrity_value).is_err());
        assert!(decrypt(&[7; 32], &[]).is_err());
    }
}
