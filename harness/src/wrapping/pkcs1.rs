//! RSAES-PKCS1-v1_5 (RFC 8017, section 7.2).
//!
//! Decryption checks the padding here: the `rsa` crate answers a wrong padding with made-up bytes instead of an
//! error, which protects servers of strangers but would let a damaged ciphertext pass for material.

use rand_chacha::ChaCha20Rng;
use rand_core::CryptoRng;
use rsa::hazmat::rsa_decrypt_and_check;
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, Pkcs1v15Encrypt, RsaPrivateKey, RsaPublicKey};
use zeroize::Zeroizing;

use super::{UnwrapError, WrapError};

pub(super) fn encrypt<R: CryptoRng + ?Sized>(
    public_key: &RsaPublicKey,
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
    private_key: &RsaPrivateKey,
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
    let encoded = decrypt_raw(private_key, ciphertext).ok_or(UnwrapError::Undecryptable)?;
    let message = remove_padding(&encoded).ok_or(UnwrapError::Undecryptable)?;
    Ok(Zeroizing::new(message.to_vec()))
}

/// Two bytes of type, eight of padding and a zero.
const OVERHEAD: usize = 11;

/// The private operation alone: exactly one modulus length in, exactly one out.
fn decrypt_raw(private_key: &RsaPrivateKey, ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let size = private_key.size();
    if ciphertext.len() != size {
        return None;
    }
    let number = BoxedUint::from_be_slice(ciphertext, private_key.n_bits_precision()).ok()?;
    let unblinded = None::<&mut ChaCha20Rng>;
    let encoded = Zeroizing::new(rsa_decrypt_and_check(private_key, unblinded, &number).ok()?);
    let bytes = Zeroizing::new(encoded.to_be_bytes());
    let start = bytes.len().checked_sub(size)?;
    Some(Zeroizing::new(bytes[start..].to_vec()))
}

/// `00 02`, at least eight bytes that are not zero, `00`, message.
fn remove_padding(encoded: &[u8]) -> Option<&[u8]> {
    let padded = encoded.strip_prefix(&[0, 2])?;
    let padding = padded.iter().position(|&byte| byte == 0)?;
    (padding >= OVERHEAD - 3).then(|| &padded[padding + 1..])
}

#[cfg(test)]
mod tests {
    use super::remove_padding;

    #[test]
    fn padding_has_the_right_type_eight_bytes_and_an_end() {
        let check = |encoded: &[u8], expected: Option<&[u8]>| {
            assert_eq!(remove_padding(encoded), expected, "{encoded:02x?}");
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
