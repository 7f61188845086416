//! The hybrid algorithms: a fresh key under the wrapping key, directly followed by the material under the fresh key.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::scheme::{Cipher, Envelope};
use super::wrapping_key::{UnwrappingKey, WrappingKey};
use super::{UnwrapError, WrapError, aes_kwp, ecb, sm2};

pub(super) fn encrypt<R: CryptoRng + ?Sized>(
    envelope: Envelope,
    cipher: Cipher,
    key: &WrappingKey,
    material: &[u8],
    rng: &mut R,
) -> Result<Vec<u8>, WrapError> {
    let mut fresh = Zeroizing::new(vec![0; cipher.key_bytes()]);
    rng.fill_bytes(&mut fresh);
    let mut blob = envelope.encrypt(key, &fresh, rng)?;
    blob.extend(cipher.encrypt(&fresh, material)?);
    Ok(blob)
}

pub(super) fn decrypt(
    envelope: Envelope,
    cipher: Cipher,
    key: UnwrappingKey<'_>,
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
    let length = match key {
        UnwrappingKey::Rsa(key) => key.size(),
        UnwrappingKey::Sm2(_) => sm2::OVERHEAD + cipher.key_bytes(),
    };
    let (wrapped_key, wrapped_material) = ciphertext
        .split_at_checked(length)
        .ok_or(UnwrapError::Undecryptable)?;
    let fresh = envelope.decrypt(key, wrapped_key)?;
    cipher.decrypt(&fresh, wrapped_material)
}

impl Cipher {
    fn key_bytes(self) -> usize {
        match self {
            Self::AesKeyWrap | Self::AesEcb => 32,
            Self::Sm4Ecb => 16,
        }
    }

    /// The key has [`key_bytes`](Self::key_bytes).
    fn encrypt(self, key: &[u8], material: &[u8]) -> Result<Vec<u8>, WrapError> {
        let made = "a fresh key has the length of its cipher";
        match self {
            Self::AesKeyWrap => aes_kwp::encrypt(key.try_into().expect(made), material),
            Self::AesEcb => Ok(ecb::encrypt_aes(key.try_into().expect(made), material)),
            Self::Sm4Ecb => ecb::encrypt_sm4(key.try_into().expect(made), material),
        }
    }

    /// A key of another length than the cipher's decrypts nothing.
    fn decrypt(self, key: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        match self {
            Self::AesKeyWrap => aes_kwp::decrypt(sized(key)?, wrapped),
            Self::AesEcb => ecb::decrypt_aes(sized(key)?, wrapped),
            Self::Sm4Ecb => ecb::decrypt_sm4(sized(key)?, wrapped),
        }
    }
}

fn sized<const N: usize>(key: &[u8]) -> Result<&[u8; N], UnwrapError> {
    key.try_into().map_err(|_| UnwrapError::Undecryptable)
}
