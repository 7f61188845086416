//! RSAES-OAEP (RFC 8017, section 7.1).

use rand_chacha::ChaCha20Rng;
use rand_core::CryptoRng;
use rsa::traits::{PaddingScheme, PublicKeyParts};
use rsa::{Oaep, RsaPrivateKey, RsaPublicKey};
use sha1::Sha1;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{UnwrapError, WrapError};

/// What both sides must agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OaepParameters {
    /// Hashes the label, and decides how much fits.
    pub(super) hash: Hash,
    /// Drives the mask generation function MGF1.
    pub(super) mgf1: Hash,
    /// Bound to the ciphertext; services use none.
    pub(super) label: &'static [u8],
}

/// The hash functions that wrapping knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
}

impl OaepParameters {
    /// One hash for both purposes and no label, as services want it.
    pub(super) fn of(hash: Hash) -> Self {
        Self {
            hash,
            mgf1: hash,
            label: &[],
        }
    }

    /// How many bytes fit under a modulus of so many bytes.
    fn limit(self, modulus_bytes: usize) -> usize {
        modulus_bytes.saturating_sub(2 * self.hash.bytes() + 2)
    }
}

impl Hash {
    fn bytes(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }
}

pub(super) fn encrypt<R: CryptoRng + ?Sized>(
    parameters: OaepParameters,
    public_key: &RsaPublicKey,
    material: &[u8],
    rng: &mut R,
) -> Result<Vec<u8>, WrapError> {
    let limit = parameters.limit(public_key.size());
    if material.len() > limit {
        return Err(WrapError::MaterialTooLong {
            length: material.len(),
            limit,
        });
    }
    with_padding!(parameters, |padding| public_key
        .encrypt(rng, padding, material))
    .map_err(|error| WrapError::Encryption(error.to_string()))
}

pub(super) fn decrypt(
    parameters: OaepParameters,
    private_key: &RsaPrivateKey,
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
    let unblinded = None::<&mut ChaCha20Rng>;
    with_padding!(parameters, |padding| padding.decrypt(
        unblinded,
        private_key,
        ciphertext
    ))
    .map(Zeroizing::new)
    .map_err(|_| UnwrapError::Undecryptable)
}

/// The hashes are type parameters of the padding: one arm for each pair of them.
macro_rules! with_padding {
    ($parameters:expr, |$padding:ident| $body:expr) => {
        match ($parameters.hash, $parameters.mgf1) {
            (Hash::Sha1, Hash::Sha1) => {
                let $padding = Oaep::<Sha1, Sha1>::new_with_mgf_hash_and_label($parameters.label);
                $body
            }
            (Hash::Sha1, Hash::Sha256) => {
                let $padding = Oaep::<Sha1, Sha256>::new_with_mgf_hash_and_label($parameters.label);
                $body
            }
            (Hash::Sha256, Hash::Sha1) => {
                let $padding = Oaep::<Sha256, Sha1>::new_with_mgf_hash_and_label($parameters.label);
                $body
            }
            (Hash::Sha256, Hash::Sha256) => {
                let $padding =
                    Oaep::<Sha256, Sha256>::new_with_mgf_hash_and_label($parameters.label);
                $body
            }
        }
    };
}
use with_padding;
