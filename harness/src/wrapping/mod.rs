//! Cryptography: key material wrapped for its way into a service, unwrapped again, and proven to be in use.
//!
//! [`wrap`] is the client's side, [`unwrap`] the service's. [`wrap_with`] and [`Damage`] make the ciphertexts that
//! are correct except for one thing, [`MaterialKind`] derives key material from a seed,
//! [`MaterialForm`] writes it down in legal and illegal forms, and [`mac`], [`sign`],
//! [`verify`] and [`public_key_of`] compute locally what a service that holds the material must answer.
//!
//! Knows no model, wire format, clock or file, and takes its random source as an argument. Private-key operations
//! are not blinded: they are made for test material, not for the secrets of strangers.

pub(crate) mod aes_kwp;
mod damage;
pub(crate) mod ecb;
mod form;
mod hybrid;
mod key;
mod key_pair;
mod material;
mod multi_prime;
mod oaep;
mod pkcs1;
mod private_operation;
mod proof;
mod rsa_keys;
mod scheme;
mod signature;
mod sm2;
#[cfg(test)]
mod tests;
mod wrapping_key;

pub use damage::{Damage, WrapVariant, wrap_with};
pub use form::{FormError, FormOf, MaterialForm};
pub use key_pair::WrappingKeyPair;
pub use material::{DeriveError, MaterialKind, derive_bytes, seeded_rng};
pub use private_operation::PrivateOperation;
pub use proof::{MaterialError, check_material, identity_of, mac, public_key_of};
pub use rsa_keys::{RSA_KEYS, pooled_rsa};
pub use signature::{SignError, sign, sign_digest, verify, verify_digest};
pub use wrapping_key::is_wrapping_key;

use rand_core::CryptoRng;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::spec::WrappingAlgorithm;
use key::PrivateKey;
use scheme::Scheme;
use wrapping_key::{UnwrappingKey, WrappingKey};

/// Encrypts key material under the service's public key (DER, SubjectPublicKeyInfo), as a client does.
///
/// # Errors
/// When the public key is neither an RSA key of 1024 to 8192 bits nor one of SM2, is not of the algorithm's kind, or
/// the material does not fit the algorithm.
pub fn wrap<R: CryptoRng + ?Sized>(
    algorithm: WrappingAlgorithm,
    public_key_spki_der: &[u8],
    material: &[u8],
    rng: &mut R,
) -> Result<Vec<u8>, WrapError> {
    let public_key = WrappingKey::from_spki_der(public_key_spki_der)?;
    Scheme::of(algorithm).encrypt(&public_key, material, rng)
}

/// Decrypts what [`wrap`] made, as a service does. Nothing but the exact form is accepted: for plain RSA exactly the
/// length of the modulus, for the hybrid algorithms that and a whole AES key wrap behind it.
///
/// # Errors
/// When the ciphertext does not decrypt, for whatever reason.
pub fn unwrap(
    algorithm: WrappingAlgorithm,
    pair: &WrappingKeyPair,
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
    Scheme::of(algorithm).decrypt(pair.unwrapping_key(), ciphertext)
}

/// Like [`unwrap`], with anything that computes the private operation of RSA.
///
/// # Errors
/// Those of [`unwrap`].
pub fn unwrap_with(
    algorithm: WrappingAlgorithm,
    key: &dyn PrivateOperation,
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
    Scheme::of(algorithm).decrypt(UnwrappingKey::Rsa(key), ciphertext)
}

/// Decrypts data that somebody encrypted under the public half of an RSA private key (PKCS#8 DER), by the algorithms
/// that wrap material.
///
/// # Errors
/// When the key is no RSA key, and those of [`unwrap`].
pub fn decrypt(
    algorithm: WrappingAlgorithm,
    pkcs8_der: &[u8],
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
    let Some(PrivateKey::Rsa(key)) = PrivateKey::from_pkcs8_der(pkcs8_der) else {
        return Err(UnwrapError::Undecryptable);
    };
    unwrap_with(algorithm, key.as_ref(), ciphertext)
}

/// Why material could not be wrapped.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WrapError {
    /// The bytes are no public key that we could wrap under.
    #[error(
        "the public key is neither an RSA key of 1024 to 8192 bits nor one of SM2, in SubjectPublicKeyInfo DER: {0}"
    )]
    PublicKeyUnreadable(String),
    /// An RSA key where one of SM2 is needed, or the other way round.
    #[error(
        "the public key is of another kind than the algorithm needs; ask for a wrapping key that goes with it"
    )]
    PublicKeyOfOtherKind,
    /// Plain RSA carries only so much.
    #[error(
        "material of {length} bytes is too long: this algorithm and key carry at most {limit} bytes; use a hybrid algorithm or a larger wrapping key"
    )]
    MaterialTooLong {
        /// Bytes that were to be wrapped.
        length: usize,
        /// Bytes that fit.
        limit: usize,
    },
    /// Neither AES key wrap nor SM2 is defined for nothing.
    #[error(
        "material of no bytes cannot be wrapped with this algorithm; give it at least one byte"
    )]
    MaterialEmpty,
    /// SM4 in ECB mode carries whole blocks.
    #[error(
        "material of {length} bytes is no whole number of blocks of 16 bytes, and the algorithm does not pad; use another one"
    )]
    MaterialNotInBlocks {
        /// Bytes that were to be wrapped.
        length: usize,
    },
    /// The variant would change nothing, or has no meaning for the algorithm.
    #[error("the variant {variant} has no meaning for {algorithm}; choose another algorithm")]
    VariantInapplicable {
        /// What was asked for.
        variant: WrapVariant,
        /// The algorithm that it was asked of.
        algorithm: WrappingAlgorithm,
    },
    /// The primitive itself refused.
    #[error("the encryption failed: {0}")]
    Encryption(String),
}

/// Why a ciphertext was not accepted. A service tells no more than this either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum UnwrapError {
    /// Wrong length, wrong key, wrong algorithm or damaged bytes.
    #[error("the ciphertext does not decrypt with this algorithm and wrapping key")]
    Undecryptable,
}
