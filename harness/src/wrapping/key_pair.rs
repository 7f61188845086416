use std::fmt;

use rand_core::CryptoRng;
use rsa::pkcs8::EncodePublicKey;
use zeroize::Zeroizing;

use super::PrivateOperation;
use super::multi_prime::MultiPrimeKey;
use crate::spec::WrappingKeySpec;

/// A key pair that a service makes for wrapping. Holds the private half; `Debug` shows only the kind.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappingKeyPair {
    spec: WrappingKeySpec,
    private_key: MultiPrimeKey,
    public_key_der: Vec<u8>,
}

impl WrappingKeyPair {
    /// Makes a new pair, with the public exponent 65537. Takes some milliseconds of computing.
    pub fn generate<R: CryptoRng + ?Sized>(spec: WrappingKeySpec, rng: &mut R) -> Self {
        let private_key = MultiPrimeKey::generate(spec.modulus_bits(), rng);
        Self::of(spec, private_key).expect("a key that was just made has an encoding")
    }

    /// Reads the private half of a pair, as [`secret`](Self::secret) gives it. `None` when the bytes cannot be that of
    /// a pair of this kind.
    #[must_use]
    pub fn from_secret(spec: WrappingKeySpec, secret: &[u8]) -> Option<Self> {
        let private_key = MultiPrimeKey::from_primes(spec.modulus_bits(), secret)?;
        Self::of(spec, private_key)
    }

    /// The private half: the primes of the modulus, all of the same length, big-endian, one after the other.
    #[must_use]
    pub fn secret(&self) -> Zeroizing<Vec<u8>> {
        self.private_key.primes()
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

    pub(super) fn private_operation(&self) -> &dyn PrivateOperation {
        &self.private_key
    }

    fn of(spec: WrappingKeySpec, private_key: MultiPrimeKey) -> Option<Self> {
        let public_key = private_key.public_key().ok()?;
        Some(Self {
            spec,
            private_key,
            public_key_der: public_key.to_public_key_der().ok()?.into_vec(),
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
