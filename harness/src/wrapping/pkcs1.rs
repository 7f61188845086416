//! RSAES-PKCS1-v1_5 (RFC 8017, section 7.2).
//!
//! Decryption checks the padding here: the `rsa` crate answers a wrong padding with made-up bytes instead of an
//! error, which protects servers of strangers but would let a damaged ciphertext pass for material.

use rand_core::CryptoRng;
use rsa::Pkcs1v15Encrypt;
use rsa::traits::PublicKeyParts;
use zeroize::Zeroizing;

use super::{PrivateOperation, UnwrapError, WrapError};

pub(super) fn encrypt<R: CryptoRng + ?Sized>(
    public_key: &rsa::PublicKey,
    material: &[u8],
    rng: &mut R,
) -> Result<Vec<u8>, WrapError> {
    let limit = public_key.size().saturating_sub(OVERHEAD);
    if material.len() > limit {
        return Err(WrapError::MaterialTooLong {
            length: material.len(),
            limit,
        });
    }
    public_key
        .encrypt(rng, Pkcs1v15Encrypt, material)
        .map_err(|error| WrapError::Encryption(error.to_string()))
}

pub(super) fn decrypt(
    key: &dyn PrivateOperation,
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
    key.encoded_message(ciphertext)
        .and_then(|encoded| decode(&encoded))
        .ok_or(UnwrapError::Undecryptable)
}

/// The material in an encoded message: `00 02`, at least eight bytes that are not zero, `00`, material.
fn decode(encoded: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let padded = encoded.strip_prefix(&[0, 2])?;
    let padding = padded.iter().position(|&byte| byte == 0)?;
    (padding >= OVERHEAD - 3).then(|| Zeroizing::new(padded[padding + 1..].to_vec()))
}

/// Two bytes of type, eight of padding and a zero.
const OVERHEAD: usize = 11;

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn padding_has_the_right_type_eight_bytes_and_an_end() {
        let check = |encoded: &[u8], expected: Option<&[u8]>| {
            let decoded = decode(encoded);
            assert_eq!(
                decoded.as_ref().map(|it| it.as_slice()),
                expected,
                "{encoded:02x?}"
            );
        };
        check(&[0, 2, 1, 1, 1, 1, 1, 1, 1, 1, 0, 7], Some(&[7]));
        check(&[0, 2, 1, 1, 1, 1, 1, 1, 1, 1, 0], Some(&[]));
        check(&[0, 2, 1, 1, 1, 1, 1, 1, 1, 0, 7, 7], None);
        check(&[0, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], None);
        check(&[0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 7], None);
        check(&[1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 0, 7], None);
        check(&[], None);
    }
}
