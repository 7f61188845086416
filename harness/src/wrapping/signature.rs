//! Signatures as services make and check them.

use rand_core::CryptoRng;
use rsa::pkcs8::AssociatedOid;
use rsa::signature::hazmat::{PrehashVerifier, RandomizedPrehashSigner};
use rsa::traits::SignatureScheme;
use rsa::{Pkcs1v15Sign, Pss};
use sha2::digest::FixedOutputReset;
use sha2::{Digest, Sha256, Sha384, Sha512};
use thiserror::Error;

use super::key::{PrivateKey, PublicKey};
use crate::spec::SigningAlgorithm;

/// Signs a message with a private key (PKCS#8 DER). ECDSA signatures are DER; PSS salts are as long as the hash.
///
/// # Errors
/// When the bytes are no private key, or the algorithm does not go with it.
pub fn sign<R: CryptoRng + ?Sized>(
    pkcs8_der: &[u8],
    algorithm: SigningAlgorithm,
    message: &[u8],
    rng: &mut R,
) -> Result<Vec<u8>, SignError> {
    let digest = parts(algorithm).1.digest(message);
    sign_digest(pkcs8_der, algorithm, &digest, rng)
}

/// Signs the digest of a message, made with the hash of the algorithm.
///
/// # Errors
/// Those of [`sign`], and when the digest has another length than the hash.
pub fn sign_digest<R: CryptoRng + ?Sized>(
    pkcs8_der: &[u8],
    algorithm: SigningAlgorithm,
    digest: &[u8],
    rng: &mut R,
) -> Result<Vec<u8>, SignError> {
    let (scheme, hash) = parts(algorithm);
    if digest.len() != hash.bytes() {
        return Err(SignError::DigestLength {
            expected: hash.bytes(),
            found: digest.len(),
        });
    }
    let private_key = PrivateKey::from_pkcs8_der(pkcs8_der).ok_or(SignError::KeyUnreadable)?;
    let signature = match (scheme, &private_key) {
        (Scheme::Ecdsa, PrivateKey::P256(key)) => ecdsa_signature!(p256, key, digest, rng),
        (Scheme::Ecdsa, PrivateKey::P384(key)) => ecdsa_signature!(p384, key, digest, rng),
        (Scheme::Ecdsa, PrivateKey::P521(key)) => ecdsa_signature!(p521, key, digest, rng),
        (Scheme::Ecdsa, PrivateKey::Secp256k1(key)) => ecdsa_signature!(k256, key, digest, rng),
        (Scheme::Pss | Scheme::Pkcs1, PrivateKey::Rsa(key)) => match hash {
            Hash::Sha256 => rsa_signature::<Sha256, R>(scheme, key, digest, rng),
            Hash::Sha384 => rsa_signature::<Sha384, R>(scheme, key, digest, rng),
            Hash::Sha512 => rsa_signature::<Sha512, R>(scheme, key, digest, rng),
        },
        _ => None,
    };
    signature.ok_or_else(|| SignError::Incompatible {
        algorithm,
        key: private_key.kind().to_string(),
    })
}

/// Whether a signature belongs to a message and a public key (SubjectPublicKeyInfo DER). A public key that cannot
/// be read, or does not go with the algorithm, verifies nothing.
#[must_use]
pub fn verify(
    public_key_spki_der: &[u8],
    algorithm: SigningAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let digest = parts(algorithm).1.digest(message);
    verify_digest(public_key_spki_der, algorithm, &digest, signature)
}

/// Whether a signature belongs to a digest, made with the hash of the algorithm, and a public key.
#[must_use]
pub fn verify_digest(
    public_key_spki_der: &[u8],
    algorithm: SigningAlgorithm,
    digest: &[u8],
    signature: &[u8],
) -> bool {
    let (scheme, hash) = parts(algorithm);
    let Some(public_key) = PublicKey::from_spki_der(public_key_spki_der) else {
        return false;
    };
    if digest.len() != hash.bytes() {
        return false;
    }
    match (scheme, &public_key) {
        (Scheme::Ecdsa, PublicKey::P256(key)) => ecdsa_verifies!(p256, key, digest, signature),
        (Scheme::Ecdsa, PublicKey::P384(key)) => ecdsa_verifies!(p384, key, digest, signature),
        (Scheme::Ecdsa, PublicKey::P521(key)) => ecdsa_verifies!(p521, key, digest, signature),
        (Scheme::Ecdsa, PublicKey::Secp256k1(key)) => ecdsa_verifies!(k256, key, digest, signature),
        (Scheme::Pss | Scheme::Pkcs1, PublicKey::Rsa(key)) => match hash {
            Hash::Sha256 => rsa_verifies::<Sha256>(scheme, key, digest, signature),
            Hash::Sha384 => rsa_verifies::<Sha384>(scheme, key, digest, signature),
            Hash::Sha512 => rsa_verifies::<Sha512>(scheme, key, digest, signature),
        },
        _ => false,
    }
}

/// Why nothing was signed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignError {
    /// No private key of a known kind.
    #[error("the signing key is not an unencrypted PKCS#8 structure in DER of a known kind")]
    KeyUnreadable,
    /// The algorithm belongs to keys of another kind.
    #[error("{algorithm} does not go with a key of the kind {key}")]
    Incompatible {
        /// The algorithm that was asked for.
        algorithm: SigningAlgorithm,
        /// What the key is.
        key: String,
    },
    /// The digest cannot have been made with the hash of the algorithm.
    #[error("the digest has {found} bytes where the algorithm's hash has {expected}")]
    DigestLength {
        /// Bytes of the hash.
        expected: usize,
        /// Bytes that were given.
        found: usize,
    },
}

#[derive(Clone, Copy)]
enum Scheme {
    Pss,
    Pkcs1,
    Ecdsa,
}

#[derive(Clone, Copy)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// What an algorithm's name consists of.
fn parts(algorithm: SigningAlgorithm) -> (Scheme, Hash) {
    match algorithm {
        SigningAlgorithm::RsassaPssSha256 => (Scheme::Pss, Hash::Sha256),
        SigningAlgorithm::RsassaPssSha384 => (Scheme::Pss, Hash::Sha384),
        SigningAlgorithm::RsassaPssSha512 => (Scheme::Pss, Hash::Sha512),
        SigningAlgorithm::RsassaPkcs1V15Sha256 => (Scheme::Pkcs1, Hash::Sha256),
        SigningAlgorithm::RsassaPkcs1V15Sha384 => (Scheme::Pkcs1, Hash::Sha384),
        SigningAlgorithm::RsassaPkcs1V15Sha512 => (Scheme::Pkcs1, Hash::Sha512),
        SigningAlgorithm::EcdsaSha256 => (Scheme::Ecdsa, Hash::Sha256),
        SigningAlgorithm::EcdsaSha384 => (Scheme::Ecdsa, Hash::Sha384),
        SigningAlgorithm::EcdsaSha512 => (Scheme::Ecdsa, Hash::Sha512),
    }
}

impl Hash {
    fn bytes(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }
}

fn rsa_signature<D, R>(
    scheme: Scheme,
    key: &rsa::PrivateKey,
    digest: &[u8],
    rng: &mut R,
) -> Option<Vec<u8>>
where
    D: Digest + AssociatedOid + FixedOutputReset,
    R: CryptoRng + ?Sized,
{
    match scheme {
        Scheme::Pss => Pss::<D>::new().sign(Some(rng), key, digest).ok(),
        Scheme::Pkcs1 => Pkcs1v15Sign::new::<D>().sign(Some(rng), key, digest).ok(),
        Scheme::Ecdsa => None,
    }
}

fn rsa_verifies<D>(scheme: Scheme, key: &rsa::PublicKey, digest: &[u8], signature: &[u8]) -> bool
where
    D: Digest + AssociatedOid + FixedOutputReset,
{
    match scheme {
        Scheme::Pss => key.verify(Pss::<D>::new(), digest, signature).is_ok(),
        Scheme::Pkcs1 => key
            .verify(Pkcs1v15Sign::new::<D>(), digest, signature)
            .is_ok(),
        Scheme::Ecdsa => false,
    }
}

/// The curve crates have the same items under the same names, but no common trait with bounds one would want to read.
macro_rules! ecdsa_signature {
    ($curve:ident, $key:expr, $digest:expr, $rng:expr) => {{
        let signature: Result<$curve::ecdsa::DerSignature, _> =
            $curve::ecdsa::SigningKey::from($key).sign_prehash_with_rng($rng, $digest);
        signature
            .ok()
            .map(|signature| signature.as_bytes().to_vec())
    }};
}
use ecdsa_signature;

/// Services may answer with the higher of the two possible values of `s`, which `k256` alone would refuse; both
/// belong to the message, so the lower one is checked.
macro_rules! ecdsa_verifies {
    ($curve:ident, $key:expr, $digest:expr, $signature:expr) => {
        $curve::ecdsa::Signature::from_der($signature).is_ok_and(|signature| {
            $curve::ecdsa::VerifyingKey::from($key)
                .verify_prehash($digest, &signature.normalize_s())
                .is_ok()
        })
    };
}
use ecdsa_verifies;

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;
    use strum::VariantArray;

    use super::*;
    use crate::spec::KeySpec;
    use crate::wrapping::{MaterialKind, public_key_of};

    #[test]
    fn every_algorithm_verifies_its_own_signature_and_no_other() {
        for &algorithm in SigningAlgorithm::VARIANTS {
            for (pkcs8, public_key) in keys(algorithm) {
                let rng = &mut ChaCha20Rng::from_seed([1; 32]);
                let signature = sign(&pkcs8, algorithm, b"message", rng).unwrap();
                let verifies = |message: &[u8], signature: &[u8]| {
                    verify(&public_key, algorithm, message, signature)
                };
                assert!(verifies(b"message", &signature), "{algorithm}");
                assert!(!verifies(b"messagf", &signature), "{algorithm}");
                assert!(!verifies(b"message", &signature[1..]), "{algorithm}");
                let others = SigningAlgorithm::VARIANTS
                    .iter()
                    .filter(|&&it| it != algorithm);
                for &other in others {
                    assert!(
                        !verify(&public_key, other, b"message", &signature),
                        "{other}"
                    );
                }
            }
        }
    }

    #[test]
    fn an_algorithm_of_another_family_does_not_sign() {
        let rng = &mut ChaCha20Rng::from_seed([1; 32]);
        let pkcs8 = MaterialKind::of(KeySpec::EccNistP256)
            .derive(1, "k")
            .unwrap();
        let error = sign(&pkcs8, SigningAlgorithm::RsassaPssSha256, b"", rng).unwrap_err();
        assert_eq!(
            error.to_string(),
            "RSASSA_PSS_SHA_256 does not go with a key of the kind ECC_NIST_P256"
        );
        let error = sign_digest(&pkcs8, SigningAlgorithm::EcdsaSha256, b"short", rng).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the digest has 5 bytes where the algorithm's hash has 32"
        );
        let error = sign(b"", SigningAlgorithm::EcdsaSha256, b"", rng).unwrap_err();
        assert_eq!(error, SignError::KeyUnreadable);
    }

    #[test]
    fn the_higher_value_of_s_belongs_to_the_message_too() {
        let rng = &mut ChaCha20Rng::from_seed([1; 32]);
        let pkcs8 = MaterialKind::of(KeySpec::EccSecgP256k1)
            .derive(1, "k")
            .unwrap();
        let signature = sign(&pkcs8, SigningAlgorithm::EcdsaSha256, b"message", rng).unwrap();
        let low = k256::ecdsa::Signature::from_der(&signature).unwrap();
        let high = k256::ecdsa::Signature::from_scalars(*low.r(), -*low.s()).unwrap();
        assert_ne!(low, high);
        let public_key = public_key_of(&pkcs8).unwrap();
        let high = high.to_der();
        assert!(verify(
            &public_key,
            SigningAlgorithm::EcdsaSha256,
            b"message",
            high.as_bytes()
        ));
    }

    /// A private and a public key of every kind that the algorithm goes with.
    fn keys(algorithm: SigningAlgorithm) -> Vec<(Vec<u8>, Vec<u8>)> {
        let specs: &[KeySpec] = match algorithm {
            SigningAlgorithm::EcdsaSha256 => &[KeySpec::EccNistP256, KeySpec::EccSecgP256k1],
            SigningAlgorithm::EcdsaSha384 => &[KeySpec::EccNistP384],
            SigningAlgorithm::EcdsaSha512 => &[KeySpec::EccNistP521],
            _ => &[KeySpec::Rsa2048],
        };
        let key = |&spec: &KeySpec| {
            let pkcs8 = MaterialKind::of(spec).derive(1, "key").unwrap();
            let public_key = public_key_of(&pkcs8).unwrap();
            (pkcs8.to_vec(), public_key)
        };
        specs.iter().map(key).collect()
    }
}
