//! RSAES-OAEP (RFC 8017, section 7.1). Decoding is our own, since it has to work with any [`PrivateOperation`].

use rand_core::CryptoRng;
use rsa::Oaep;
use rsa::traits::PublicKeyParts;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{PrivateOperation, UnwrapError, WrapError};

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

    fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
        fn of<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let digest = parts.iter().fold(D::new(), Digest::chain_update);
            digest.finalize().to_vec()
        }
        match self {
            Self::Sha1 => of::<Sha1>(parts),
            Self::Sha256 => of::<Sha256>(parts),
        }
    }

    /// Adds the mask that MGF1 makes of a seed.
    fn mask(self, bytes: &mut [u8], seed: &[u8]) {
        for (counter, bytes) in (0_u32..).zip(bytes.chunks_mut(self.bytes())) {
            let mask = self.digest(&[seed, &counter.to_be_bytes()]);
            bytes
                .iter_mut()
                .zip(mask)
                .for_each(|(byte, mask)| *byte ^= mask);
        }
    }
}

pub(super) fn encrypt<R: CryptoRng + ?Sized>(
    parameters: OaepParameters,
    public_key: &rsa::PublicKey,
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
    key: &dyn PrivateOperation,
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
    key.encoded_message(ciphertext)
        .and_then(|encoded| decode(parameters, &encoded))
        .ok_or(UnwrapError::Undecryptable)
}

/// The material in an encoded message, which is as long as the modulus; `None` when it is not what [`encrypt`] makes
/// before the public operation.
fn decode(parameters: OaepParameters, encoded: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let masked = encoded.strip_prefix(&[0])?;
    let (seed, block) = masked.split_at_checked(parameters.hash.bytes())?;
    let (mut seed, mut block) = (
        Zeroizing::new(seed.to_vec()),
        Zeroizing::new(block.to_vec()),
    );
    parameters.mgf1.mask(&mut seed, &block);
    parameters.mgf1.mask(&mut block, &seed);
    let label = parameters.hash.digest(&[parameters.label]);
    let padded = block.strip_prefix(label.as_slice())?;
    let end = padded.iter().position(|&byte| byte != 0)?;
    let material = padded[end..].strip_prefix(&[1])?;
    Some(Zeroizing::new(material.to_vec()))
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
