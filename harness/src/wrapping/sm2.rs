//! SM2 public key encryption (GB/T 32918.4), with ciphertexts as a plain sequence of bytes: the point `04 x y`, the
//! digest, and the masked message.
//!
//! The standard has no one form for ciphertexts. This is the one in which a client that imports keys into Alibaba
//! Cloud KMS writes them (C1, C3, C2); the older order, and the ASN.1 form that `openssl` writes, are refused.

use ::sm2::pke::{DecryptingKey, EncryptingKey};
use ::sm2::{PublicKey, SecretKey};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{UnwrapError, WrapError};

pub(super) fn encrypt<R: CryptoRng + ?Sized>(
    public_key: &PublicKey,
    message: &[u8],
    mut rng: &mut R,
) -> Result<Vec<u8>, WrapError> {
    if message.is_empty() {
        return Err(WrapError::MaterialEmpty);
    }
    EncryptingKey::new(*public_key)
        .encrypt(&mut rng, message)
        .map_err(|error| WrapError::Encryption(error.to_string()))
}

pub(super) fn decrypt(
    secret_key: &SecretKey,
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
    if ciphertext.len() <= OVERHEAD || ciphertext[0] != UNCOMPRESSED {
        return Err(UnwrapError::Undecryptable);
    }
    DecryptingKey::new(secret_key.clone())
        .decrypt(ciphertext)
        .map(Zeroizing::new)
        .map_err(|_| UnwrapError::Undecryptable)
}

/// What a ciphertext is longer than its message: a point and a digest.
pub(super) const OVERHEAD: usize = 65 + 32;

/// What a point begins with that has both of its coordinates.
const UNCOMPRESSED: u8 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of GM/T 0003.5.
    #[test]
    fn the_example_of_the_standard_is_decrypted() {
        let secret_key = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
        let point = "04\
            04ebfc718e8d179862043226 8e77feb6415e2ede0e073c0f4f640ecd2e149a73\
            e858f9d81e5430a57b36daab 8f950a3c64e6ee6a63094d99283aff767e124df0";
        let digest = "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766";
        let masked = "21886ca989ca9c7d58087307ca93092d651efa";
        let secret_key = SecretKey::from_slice(&hex::decode(secret_key).unwrap()).unwrap();
        let ciphertext = [&point.replace(' ', ""), digest, masked].concat();
        let message = decrypt(&secret_key, &hex::decode(ciphertext).unwrap());
        assert_eq!(*message.unwrap(), b"encryption standard");
    }

    #[test]
    fn what_is_too_short_or_begins_with_another_kind_of_point_is_refused() {
        let secret_key = SecretKey::from_slice(&[7; 32]).unwrap();
        for ciphertext in [&[][..], &[4; OVERHEAD], &[2; 200], &[0; 200], &[0x30; 200]] {
            assert!(decrypt(&secret_key, ciphertext).is_err());
        }
    }
}
