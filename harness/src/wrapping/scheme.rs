//! Which scheme an algorithm's name stands for: the one table between the two.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::oaep::{Hash, OaepParameters};
use super::{PrivateOperation, UnwrapError, WrapError, hybrid, oaep, pkcs1};
use crate::spec::WrappingAlgorithm;

/// A wrapping scheme with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// RSAES-PKCS1-v1_5 of the material.
    Pkcs1,
    /// RSAES-OAEP of the material.
    Oaep(OaepParameters),
    /// RSAES-OAEP of a fresh AES key, then the material under that key.
    Hybrid(OaepParameters),
}

impl Scheme {
    pub(super) fn of(algorithm: WrappingAlgorithm) -> Self {
        match algorithm {
            WrappingAlgorithm::RsaesPkcs1V15 => Self::Pkcs1,
            WrappingAlgorithm::RsaesOaepSha1 => Self::Oaep(OaepParameters::of(Hash::Sha1)),
            WrappingAlgorithm::RsaesOaepSha256 => Self::Oaep(OaepParameters::of(Hash::Sha256)),
            WrappingAlgorithm::RsaAesKeyWrapSha1 => Self::Hybrid(OaepParameters::of(Hash::Sha1)),
            WrappingAlgorithm::RsaAesKeyWrapSha256 => {
                Self::Hybrid(OaepParameters::of(Hash::Sha256))
            }
        }
    }

    /// The parameters of the scheme's OAEP part, if it has one.
    pub(super) fn oaep_mut(&mut self) -> Option<&mut OaepParameters> {
        match self {
            Self::Pkcs1 => None,
            Self::Oaep(parameters) | Self::Hybrid(parameters) => Some(parameters),
        }
    }

    pub(super) fn encrypt<R: CryptoRng + ?Sized>(
        self,
        public_key: &rsa::PublicKey,
        material: &[u8],
        rng: &mut R,
    ) -> Result<Vec<u8>, WrapError> {
        match self {
            Self::Pkcs1 => pkcs1::encrypt(public_key, material, rng),
            Self::Oaep(parameters) => oaep::encrypt(parameters, public_key, material, rng),
            Self::Hybrid(parameters) => hybrid::encrypt(parameters, public_key, material, rng),
        }
    }

    pub(super) fn decrypt(
        self,
        key: &dyn PrivateOperation,
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        match self {
            Self::Pkcs1 => pkcs1::decrypt(key, ciphertext),
            Self::Oaep(parameters) => oaep::decrypt(parameters, key, ciphertext),
            Self::Hybrid(parameters) => hybrid::decrypt(parameters, key, ciphertext),
        }
    }
}
