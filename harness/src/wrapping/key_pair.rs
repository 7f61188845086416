use std::fmt;

use rand_core::CryptoRng;
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey};
use rsa::traits::PublicKeyParts;
use rsa::{RsaPrivateKey, RsaPublicKey};
use strum::VariantArray;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::spec::WrappingKeySpec;

/// A key pair that a service makes for wrapping. Holds the private half; `Debug` shows only the size.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappingKeyPair {
    spec: WrappingKeySpec,
    private_key: RsaPrivateKey,
    public_key_der: Vec<u8>,
}

impl WrappingKeyPair {
    /// Makes a new pair with the public exponent 65537. Takes some 0.1 s (2048 bits) to 1 s (4096 bits) of computing.
    pub fn generate<R: CryptoRng + ?Sized>(spec: WrappingKeySpec, rng: &mut R) -> Self {
        let private_key = RsaPrivateKey::new(rng, spec.modulus_bits())
            .expect("every wrapping key spec is above the minimum of 1024 bits");
        let public_key_der =
            encode(private_key.as_public_key()).expect("a key that was just made has an encoding");
        Self {
            spec,
            private_key,
            public_key_der,
        }
    }

    /// Reads a pair from an unencrypted PKCS#8 structure in DER.
    ///
    /// # Errors
    /// When the bytes are no RSA private key, or its size is none of [`WrappingKeySpec`].
    pub fn from_pkcs8_der(pkcs8_der: &[u8]) -> Result<Self, KeyPairError> {
        let private_key = RsaPrivateKey::from_pkcs8_der(pkcs8_der).map_err(unreadable)?;
        let public_key_der = encode(private_key.as_public_key()).map_err(unreadable)?;
        Ok(Self {
            spec: spec_of(private_key.as_public_key())?,
            private_key,
            public_key_der,
        })
    }

    /// The pair as an unencrypted PKCS#8 structure in DER.
    ///
    /// # Errors
    /// When the pair was read from a structure whose primes are equal.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyPairError> {
        let document = self.private_key.to_pkcs8_der().map_err(unreadable)?;
        Ok(document.to_bytes())
    }

    /// The public half, a SubjectPublicKeyInfo in DER, as services hand it out.
    #[must_use]
    pub fn public_key_der(&self) -> Vec<u8> {
        self.public_key_der.clone()
    }

    /// The kind of this pair.
    #[must_use]
    pub fn spec(&self) -> WrappingKeySpec {
        self.spec
    }

    pub(super) fn private_key(&self) -> &RsaPrivateKey {
        &self.private_key
    }
}

impl fmt::Debug for WrappingKeyPair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WrappingKeyPair")
            .field("spec", &self.spec)
            .finish_non_exhaustive()
    }
}

/// Why bytes are no wrapping key pair.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyPairError {
    /// Not an RSA private key in PKCS#8.
    #[error("the wrapping key pair is not an unencrypted RSA private key in PKCS#8 DER: {0}")]
    Unreadable(String),
    /// An RSA key, but of no wrapping key spec.
    #[error("the wrapping key pair has {0} bits; wrapping keys have 2048, 3072 or 4096")]
    Size(u32),
}

fn unreadable(error: impl fmt::Display) -> KeyPairError {
    KeyPairError::Unreadable(error.to_string())
}

fn encode(public_key: &RsaPublicKey) -> spki::Result<Vec<u8>> {
    Ok(public_key.to_public_key_der()?.into_vec())
}

fn spec_of(public_key: &RsaPublicKey) -> Result<WrappingKeySpec, KeyPairError> {
    let bits = public_key.n().bits();
    WrappingKeySpec::VARIANTS
        .iter()
        .copied()
        .find(|spec| spec.modulus_bits() == bits as usize)
        .ok_or(KeyPairError::Size(bits))
}
