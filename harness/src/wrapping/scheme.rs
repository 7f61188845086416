//! Which scheme an algorithm's name stands for: the one table between the two.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::oaep::{Hash, OaepParameters};
use super::wrapping_key::{UnwrappingKey, WrappingKey};
use super::{UnwrapError, WrapError, hybrid, oaep, pkcs1, sm2};
use crate::spec::WrappingAlgorithm;

/// A wrapping scheme with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// The material under the wrapping key.
    Plain(Envelope),
    /// A fresh key under the wrapping key, then the material under the fresh key.
    Hybrid(Envelope, Cipher),
}

/// What a wrapping key itself encrypts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Envelope {
    /// RSAES-PKCS1-v1_5.
    Pkcs1,
    /// RSAES-OAEP.
    Oaep(OaepParameters),
    /// SM2 public key encryption.
    Sm2,
}

/// What a fresh key encrypts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cipher {
    /// AES-256 key wrap with padding.
    AesKeyWrap,
    /// AES-256 in ECB mode with PKCS#7 padding.
    AesEcb,
    /// SM4 in ECB mode without padding.
    Sm4Ecb,
}

impl Scheme {
    pub(super) fn of(algorithm: WrappingAlgorithm) -> Self {
        let sha_1 = Envelope::Oaep(OaepParameters::of(Hash::Sha1));
        let sha_256 = Envelope::Oaep(OaepParameters::of(Hash::Sha256));
        match algorithm {
            WrappingAlgorithm::RsaesPkcs1V15 => Self::Plain(Envelope::Pkcs1),
            WrappingAlgorithm::RsaesOaepSha1 => Self::Plain(sha_1),
            WrappingAlgorithm::RsaesOaepSha256 => Self::Plain(sha_256),
            WrappingAlgorithm::RsaAesKeyWrapSha1 => Self::Hybrid(sha_1, Cipher::AesKeyWrap),
            WrappingAlgorithm::RsaAesKeyWrapSha256 => Self::Hybrid(sha_256, Cipher::AesKeyWrap),
            WrappingAlgorithm::RsaesOaepSha256Aes256EcbPkcs7Pad => {
                Self::Hybrid(sha_256, Cipher::AesEcb)
            }
            WrappingAlgorithm::Sm2Pke => Self::Plain(Envelope::Sm2),
            WrappingAlgorithm::Sm2PkeSm4Ecb => Self::Hybrid(Envelope::Sm2, Cipher::Sm4Ecb),
        }
    }

    /// The parameters of the scheme's OAEP part, if it has one.
    pub(super) fn oaep_mut(&mut self) -> Option<&mut OaepParameters> {
        match self {
            Self::Plain(Envelope::Oaep(parameters))
            | Self::Hybrid(Envelope::Oaep(parameters), _) => Some(parameters),
            _ => None,
        }
    }

    pub(super) fn encrypt<R: CryptoRng + ?Sized>(
        self,
        key: &WrappingKey,
        material: &[u8],
        rng: &mut R,
    ) -> Result<Vec<u8>, WrapError> {
        match self {
            Self::Plain(envelope) => envelope.encrypt(key, material, rng),
            Self::Hybrid(envelope, cipher) => hybrid::encrypt(envelope, cipher, key, material, rng),
        }
    }

    pub(super) fn decrypt(
        self,
        key: UnwrappingKey<'_>,
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        match self {
            Self::Plain(envelope) => envelope.decrypt(key, ciphertext),
            Self::Hybrid(envelope, cipher) => hybrid::decrypt(envelope, cipher, key, ciphertext),
        }
    }
}

impl Envelope {
    pub(super) fn encrypt<R: CryptoRng + ?Sized>(
        self,
        key: &WrappingKey,
        message: &[u8],
        rng: &mut R,
    ) -> Result<Vec<u8>, WrapError> {
        match (self, key) {
            (Self::Pkcs1, WrappingKey::Rsa(key)) => pkcs1::encrypt(key, message, rng),
            (Self::Oaep(parameters), WrappingKey::Rsa(key)) => {
                oaep::encrypt(parameters, key, message, rng)
            }
            (Self::Sm2, WrappingKey::Sm2(key)) => sm2::encrypt(key, message, rng),
            _ => Err(WrapError::PublicKeyOfOtherKind),
        }
    }

    pub(super) fn decrypt(
        self,
        key: UnwrappingKey<'_>,
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        match (self, key) {
            (Self::Pkcs1, UnwrappingKey::Rsa(key)) => pkcs1::decrypt(key, ciphertext),
            (Self::Oaep(parameters), UnwrappingKey::Rsa(key)) => {
                oaep::decrypt(parameters, key, ciphertext)
            }
            (Self::Sm2, UnwrappingKey::Sm2(key)) => sm2::decrypt(key, ciphertext),
            _ => Err(UnwrapError::Undecryptable),
        }
    }
}
