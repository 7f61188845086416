//! Ciphertexts that are correct except for one thing.

use rand_core::{CryptoRng, Rng};
use rsa::BoxedUint;
use rsa::traits::PublicKeyParts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sm2::SecretKey;
use sm2::elliptic_curve::Generate;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::WrapError;
use super::oaep::Hash;
use super::scheme::Scheme;
use super::wrapping_key::WrappingKey;
use crate::spec::WrappingAlgorithm;

/// One defect of bytes that were correct before. Of no bytes at all, only `Extend` makes something else.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Damage {
    /// The lowest bit of the first byte is inverted.
    FlipFirstByte,
    /// The lowest bit of the last byte is inverted.
    FlipLastByte,
    /// The last byte is missing.
    Truncate,
    /// The byte 255 follows. It is always the same one, and no text: what a service makes of it does not depend on the seed.
    Extend,
    /// Nothing is left.
    Empty,
    /// The same length, all zero.
    Zeros,
    /// The same length, all random.
    Random,
    /// The second half stands before the first; the odd byte in the middle stays with the second.
    SwapHalves,
}

impl Damage {
    /// The damaged bytes.
    #[must_use]
    pub fn apply<R: Rng + ?Sized>(self, bytes: &[u8], rng: &mut R) -> Vec<u8> {
        let mut damaged = bytes.to_vec();
        match self {
            Self::FlipFirstByte => damaged.iter_mut().take(1).for_each(|byte| *byte ^= 1),
            Self::FlipLastByte => damaged.iter_mut().rev().take(1).for_each(|byte| *byte ^= 1),
            Self::Truncate => drop(damaged.pop()),
            Self::Extend => damaged.push(0xff),
            Self::Empty => damaged.clear(),
            Self::Zeros => damaged.fill(0),
            Self::Random => rng.fill_bytes(&mut damaged),
            Self::SwapHalves => damaged.rotate_left(bytes.len() / 2),
        }
        damaged
    }
}

/// One deviation in how material is wrapped; the result is a whole ciphertext that another service would accept.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum WrapVariant {
    /// MGF1 with SHA-1 in OAEP with SHA-256: what OpenSSL does when only the OAEP digest is set.
    #[serde(rename = "mgf1-sha1")]
    #[strum(serialize = "mgf1-sha1")]
    Mgf1Sha1,
    /// A label in OAEP where services use none.
    Labelled,
    /// Another public key of the same size.
    ForeignKey,
}

/// Wraps like [`wrap`](super::wrap), except for one thing.
///
/// # Errors
/// Those of `wrap`, and when the variant has no meaning for the algorithm.
pub fn wrap_with<R: CryptoRng + ?Sized>(
    variant: WrapVariant,
    algorithm: WrappingAlgorithm,
    public_key_spki_der: &[u8],
    material: &[u8],
    rng: &mut R,
) -> Result<Vec<u8>, WrapError> {
    let inapplicable = WrapError::VariantInapplicable { variant, algorithm };
    let mut scheme = Scheme::of(algorithm);
    let mut public_key = WrappingKey::from_spki_der(public_key_spki_der)?;
    match (variant, scheme.oaep_mut()) {
        (WrapVariant::Mgf1Sha1, Some(oaep)) if oaep.mgf1 != Hash::Sha1 => oaep.mgf1 = Hash::Sha1,
        (WrapVariant::Labelled, Some(oaep)) => oaep.label = b"label",
        (WrapVariant::ForeignKey, _) => public_key = foreign_key(&public_key, rng)?,
        (WrapVariant::Mgf1Sha1 | WrapVariant::Labelled, _) => return Err(inapplicable),
    }
    scheme.encrypt(&public_key, material, rng)
}

/// A public key of the same kind and size that nobody holds.
fn foreign_key<R: CryptoRng + ?Sized>(
    public_key: &WrappingKey,
    rng: &mut R,
) -> Result<WrappingKey, WrapError> {
    match public_key {
        WrappingKey::Rsa(key) => foreign_rsa_key(key, rng).map(WrappingKey::Rsa),
        WrappingKey::Sm2(_) => Ok(WrappingKey::Sm2(
            SecretKey::generate_from_rng(rng).public_key(),
        )),
    }
}

/// Wrapping needs no private half, so any odd modulus does and no primes have to be searched. The modulus starts with
/// `80`, below that of nearly all real keys, so that the ciphertext stays in the range of the right key and only the
/// key can be the reason for a refusal.
fn foreign_rsa_key<R: CryptoRng + ?Sized>(
    public_key: &rsa::PublicKey,
    rng: &mut R,
) -> Result<rsa::PublicKey, WrapError> {
    let mut modulus = vec![0; public_key.size()];
    rng.fill_bytes(&mut modulus);
    if let [first, .., last] = modulus.as_mut_slice() {
        *first = 0x80;
        *last |= 1;
    }
    BoxedUint::from_be_slice(&modulus, public_key.n_bits_precision())
        .map_err(|error| WrapError::Encryption(error.to_string()))
        .and_then(|modulus| {
            rsa::PublicKey::new(modulus, public_key.e().clone())
                .map_err(|error| WrapError::Encryption(error.to_string()))
        })
}
