//! Key material derived from a seed and a name, so that a run can be repeated and no key stands in a file.

use p256::elliptic_curve::Generate;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use rsa::pkcs8::EncodePrivateKey;
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::spec::KeySpec;

/// What kind of material a scenario asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MaterialKind {
    /// So many bytes.
    Bytes(usize),
    /// So many zeros.
    Zeros(usize),
    /// An RSA private key in PKCS#8 DER, with a modulus of so many bits (1024 to 4096) and the exponent 65537.
    Rsa(usize),
    /// A private key on the curve of this spec in PKCS#8 DER, with its uncompressed public point.
    Ec(KeySpec),
}

impl MaterialKind {
    /// What a key of this spec takes.
    #[must_use]
    pub fn of(spec: KeySpec) -> Self {
        match (spec, spec.raw_bytes()) {
            (_, Some(length)) => Self::Bytes(length),
            (KeySpec::Rsa2048, None) => Self::Rsa(2048),
            (KeySpec::Rsa3072, None) => Self::Rsa(3072),
            (KeySpec::Rsa4096, None) => Self::Rsa(4096),
            (curve, None) => Self::Ec(curve),
        }
    }

    /// The material of this kind for a seed and a name. RSA takes some 0.1 s (2048 bits) to 1 s (4096 bits) of
    /// computing; keep the result.
    ///
    /// # Errors
    /// When there are no RSA keys of that size, or the spec has no curve.
    pub fn derive(self, seed: u64, name: &str) -> Result<Zeroizing<Vec<u8>>, DeriveError> {
        match self {
            Self::Bytes(length) => Ok(derive_bytes(seed, name, length)),
            Self::Zeros(length) => Ok(Zeroizing::new(vec![0; length])),
            Self::Rsa(bits) => derive_rsa(bits, seed, name),
            Self::Ec(spec) => derive_ec(spec, seed, name),
        }
    }
}

/// Bytes for a seed and a name. Shorter material is the beginning of longer material of the same name.
#[must_use]
pub fn derive_bytes(seed: u64, name: &str, length: usize) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; length]);
    seeded_rng(seed, name).fill_bytes(&mut bytes);
    bytes
}

/// The random source that belongs to a seed and a name: ChaCha20 under SHA-256 of both.
#[must_use]
pub fn seeded_rng(seed: u64, name: &str) -> ChaCha20Rng {
    let digest = Sha256::new()
        .chain_update("byokcheck material\0")
        .chain_update(seed.to_be_bytes())
        .chain_update(name);
    ChaCha20Rng::from_seed(digest.finalize().into())
}

/// Why there is no such material.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DeriveError {
    /// Too small to exist, or too large to wait for.
    #[error("an RSA key of {0} bits cannot be derived; ask for 1024 to 4096 bits in steps of 64")]
    RsaSize(usize),
    /// Only elliptic-curve specs have a curve.
    #[error("{0} is not an elliptic-curve key spec; ask for a curve, or for bytes")]
    NoCurve(KeySpec),
}

fn derive_rsa(bits: usize, seed: u64, name: &str) -> Result<Zeroizing<Vec<u8>>, DeriveError> {
    let unavailable = DeriveError::RsaSize(bits);
    if !(1024..=4096).contains(&bits) || !bits.is_multiple_of(64) {
        return Err(unavailable);
    }
    let private_key =
        rsa::PrivateKey::new(&mut seeded_rng(seed, name), bits).map_err(|_| unavailable)?;
    let document = private_key.to_pkcs8_der().map_err(|_| unavailable)?;
    Ok(document.to_bytes())
}

fn derive_ec(spec: KeySpec, seed: u64, name: &str) -> Result<Zeroizing<Vec<u8>>, DeriveError> {
    let rng = &mut seeded_rng(seed, name);
    let document = match spec {
        KeySpec::EccNistP256 => p256::SecretKey::generate_from_rng(rng).to_pkcs8_der(),
        KeySpec::EccNistP384 => p384::SecretKey::generate_from_rng(rng).to_pkcs8_der(),
        KeySpec::EccNistP521 => p521::SecretKey::generate_from_rng(rng).to_pkcs8_der(),
        KeySpec::EccSecgP256k1 => k256::SecretKey::generate_from_rng(rng).to_pkcs8_der(),
        _ => return Err(DeriveError::NoCurve(spec)),
    };
    document
        .map(|document| document.to_bytes())
        .map_err(|_| DeriveError::NoCurve(spec))
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;
    use crate::wrapping::check_material;

    #[test]
    fn the_same_seed_and_name_give_the_same_bytes_in_every_version() {
        assert_eq!(hex::encode(derive_bytes(7, "first", 8)), "21f1feae0db330b0");
        assert_eq!(derive_bytes(7, "first", 8), derive_bytes(7, "first", 8));
    }

    #[test]
    fn another_seed_or_name_gives_other_bytes() {
        let first = derive_bytes(7, "first", 32);
        assert_ne!(first, derive_bytes(8, "first", 32));
        assert_ne!(first, derive_bytes(7, "other", 32));
    }

    #[test]
    fn every_spec_takes_the_material_of_its_kind() {
        for &spec in KeySpec::VARIANTS {
            if matches!(spec, KeySpec::Rsa3072 | KeySpec::Rsa4096) {
                continue; // the same code as 2048 bits, and slow
            }
            let material = MaterialKind::of(spec).derive(7, "first").unwrap();
            let again = MaterialKind::of(spec).derive(7, "first").unwrap();
            assert_eq!(check_material(spec, &material), Ok(()), "{spec}");
            assert_eq!(material, again, "{spec}");
        }
    }

    #[test]
    fn what_does_not_exist_is_refused_with_a_reason() {
        let derive = |kind: MaterialKind| kind.derive(7, "first").unwrap_err();
        for bits in [0, 512, 2047, 8192, usize::MAX] {
            assert_eq!(derive(MaterialKind::Rsa(bits)), DeriveError::RsaSize(bits));
        }
        assert_eq!(
            derive(MaterialKind::Ec(KeySpec::Symmetric)),
            DeriveError::NoCurve(KeySpec::Symmetric)
        );
    }
}
