use std::fmt;

use rand_core::CryptoRng;
use rsa::pkcs8::EncodePublicKey;
use sm2::SecretKey;
use sm2::elliptic_curve::Generate;
use zeroize::Zeroizing;

use super::multi_prime::MultiPrimeKey;
use super::wrapping_key::UnwrappingKey;
use crate::spec::WrappingKeySpec;

/// A key pair that a service makes for wrapping. Holds the private half; `Debug` shows only the kind.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappingKeyPair {
    spec: WrappingKeySpec,
    private_key: PrivateKey,
    public_key_der: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq)]
enum PrivateKey {
    Rsa(MultiPrimeKey),
    Sm2(SecretKey),
}

impl WrappingKeyPair {
    /// Makes a new pair, for RSA with the public exponent 65537. Takes some milliseconds of computing.
    pub fn generate<R: CryptoRng + ?Sized>(spec: WrappingKeySpec, rng: &mut R) -> Self {
        let private_key = match spec.modulus_bits() {
            Some(bits) => PrivateKey::Rsa(MultiPrimeKey::generate(bits, rng)),
            None => PrivateKey::Sm2(SecretKey::generate_from_rng(rng)),
        };
        Self::of(spec, private_key).expect("a key that was just made has an encoding")
    }

    /// Reads the private half of a pair, as [`secret`](Self::secret) gives it. `None` when the bytes cannot be that of
    /// a pair of this kind.
    #[must_use]
    pub fn from_secret(spec: WrappingKeySpec, secret: &[u8]) -> Option<Self> {
        let private_key = match spec.modulus_bits() {
            Some(bits) => PrivateKey::Rsa(MultiPrimeKey::from_primes(bits, secret)?),
            None => PrivateKey::Sm2(SecretKey::from_slice(secret).ok()?),
        };
        Self::of(spec, private_key)
    }

    /// The private half: for RSA the primes of the modulus, all of the same length, big-endian, one after the other;
    /// for SM2 the private number, big-endian.
    #[must_use]
    pub fn secret(&self) -> Zeroizing<Vec<u8>> {
        match &self.private_key {
            PrivateKey::Rsa(key) => key.primes(),
            PrivateKey::Sm2(key) => Zeroizing::new(key.to_bytes().to_vec()),
        }
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

    pub(super) fn unwrapping_key(&self) -> UnwrappingKey<'_> {
        match &self.private_key {
            PrivateKey::Rsa(key) => UnwrappingKey::Rsa(key),
            PrivateKey::Sm2(key) => UnwrappingKey::Sm2(key),
        }
    }

    fn of(spec: WrappingKeySpec, private_key: PrivateKey) -> Option<Self> {
        let public_key_der = match &private_key {
            PrivateKey::Rsa(key) => key.public_key().ok()?.to_public_key_der(),
            PrivateKey::Sm2(key) => key.public_key().to_public_key_der(),
        };
        Some(Self {
            spec,
            private_key,
            public_key_der: public_key_der.ok()?.into_vec(),
        })
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
