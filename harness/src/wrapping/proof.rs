//! What can be proven locally: whether bytes are material for a key, and which MAC or public key must come of them.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha224, Sha256, Sha384, Sha512};
use thiserror::Error;
use zeroize::Zeroizing;

use super::key::PrivateKey;
use crate::spec::{KeySpec, MacAlgorithm};

/// Whether bytes can be material of a key: the right number of raw bytes, or the PKCS#8 structure of a key of the
/// right family, size and curve.
///
/// # Errors
/// When they cannot, with the reason; never with the bytes.
pub fn check_material(spec: KeySpec, material: &[u8]) -> Result<(), MaterialError> {
    match spec.raw_bytes() {
        Some(expected) => check_raw(spec, expected, material),
        None => read_key(spec, material).map(drop),
    }
}

/// What makes material of a key the same material in whatever form it comes: raw bytes are it themselves, and for a
/// private key it is the public half (SubjectPublicKeyInfo in DER).
///
/// # Errors
/// Those of [`check_material`].
pub fn identity_of(spec: KeySpec, material: &[u8]) -> Result<Zeroizing<Vec<u8>>, MaterialError> {
    let identity = match spec.raw_bytes() {
        Some(expected) => {
            check_raw(spec, expected, material)?;
            material.to_vec()
        }
        None => {
            let public_key = read_key(spec, material)?.public_key_der();
            public_key.ok_or(MaterialError::Unreadable)?
        }
    };
    Ok(Zeroizing::new(identity))
}

/// The public key that belongs to a private key (PKCS#8 DER), a SubjectPublicKeyInfo in DER.
///
/// # Errors
/// When the bytes are no private key of a known kind.
pub fn public_key_of(pkcs8_der: &[u8]) -> Result<Vec<u8>, MaterialError> {
    PrivateKey::from_pkcs8_der(pkcs8_der)
        .and_then(|private_key| private_key.public_key_der())
        .ok_or(MaterialError::Unreadable)
}

/// The MAC of a message. Keys of any length are taken, as RFC 2104 says.
#[must_use]
pub fn mac(algorithm: MacAlgorithm, key: &[u8], message: &[u8]) -> Vec<u8> {
    match algorithm {
        MacAlgorithm::HmacSha224 => hmac::<Hmac<Sha224>>(key, message),
        MacAlgorithm::HmacSha256 => hmac::<Hmac<Sha256>>(key, message),
        MacAlgorithm::HmacSha384 => hmac::<Hmac<Sha384>>(key, message),
        MacAlgorithm::HmacSha512 => hmac::<Hmac<Sha512>>(key, message),
    }
}

/// Why bytes are no material for a key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MaterialError {
    /// Raw material of another length.
    #[error("material for {spec} has {expected} bytes, not {found}")]
    Length {
        /// The key that was to receive it.
        spec: KeySpec,
        /// Bytes that the key takes.
        expected: usize,
        /// Bytes that were given.
        found: usize,
    },
    /// A private key, but another one.
    #[error("material for {spec} cannot be a key of the kind {found}")]
    OtherKey {
        /// The key that was to receive it.
        spec: KeySpec,
        /// What the material is.
        found: String,
    },
    /// A private number of SM2 that is zero, or not below the order of the curve.
    #[error(
        "the material is no private key of SM2: the number is zero or not below the curve's order"
    )]
    NumberOutOfRange,
    /// No private key at all.
    #[error(
        "the material is not an unencrypted PKCS#8 structure in DER that holds an RSA key of two primes or a key on a named curve"
    )]
    Unreadable,
}

fn check_raw(spec: KeySpec, expected: usize, material: &[u8]) -> Result<(), MaterialError> {
    let found = material.len();
    if found != expected {
        return Err(MaterialError::Length {
            spec,
            expected,
            found,
        });
    }
    if spec == KeySpec::EcSm2 && sm2::SecretKey::from_slice(material).is_err() {
        return Err(MaterialError::NumberOutOfRange);
    }
    Ok(())
}

fn read_key(spec: KeySpec, material: &[u8]) -> Result<PrivateKey, MaterialError> {
    let key = PrivateKey::from_pkcs8_der(material).ok_or(MaterialError::Unreadable)?;
    let kind = key.kind();
    if kind.suits(spec) {
        return Ok(key);
    }
    Err(MaterialError::OtherKey {
        spec,
        found: kind.to_string(),
    })
}

fn hmac<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
    <M as KeyInit>::new_from_slice(key)
        .expect("HMAC takes keys of any length")
        .chain_update(message)
        .finalize()
        .into_bytes()
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wrapping::MaterialKind;

    #[test]
    fn a_mac_is_the_one_of_rfc_4231() {
        // Test case 2: a key shorter than the hash.
        let check = |algorithm, expected: &str| {
            let mac = mac(algorithm, b"Jefe", b"what do ya want for nothing?");
            assert_eq!(hex::encode(&mac[..8]), expected, "{algorithm}");
        };
        check(MacAlgorithm::HmacSha224, "a30e01098bc6dbbf");
        check(MacAlgorithm::HmacSha256, "5bdcc146bf60754e");
        check(MacAlgorithm::HmacSha384, "af45d2e376484031");
        check(MacAlgorithm::HmacSha512, "164b7a7bfcf819e2");
    }

    #[test]
    fn material_of_another_length_is_refused() {
        for (spec, length) in [
            (KeySpec::Symmetric, 32),
            (KeySpec::Sm4, 16),
            (KeySpec::Hmac224, 28),
            (KeySpec::Hmac256, 32),
            (KeySpec::Hmac384, 48),
            (KeySpec::Hmac512, 64),
        ] {
            assert_eq!(check_material(spec, &vec![0; length]), Ok(()));
            for wrong in [0, length - 1, length + 1, 128] {
                let error = check_material(spec, &vec![0; wrong]).unwrap_err();
                assert_eq!(
                    error.to_string(),
                    format!("material for {spec} has {length} bytes, not {wrong}")
                );
            }
        }
    }

    #[test]
    fn a_private_number_of_sm2_is_above_zero_and_below_the_order_of_the_curve() {
        let order = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
        let mut number: Vec<u8> = hex::decode(order).unwrap();
        let refused = Err(MaterialError::NumberOutOfRange);
        assert_eq!(check_material(KeySpec::EcSm2, &number), refused);
        assert_eq!(check_material(KeySpec::EcSm2, &[0; 32]), refused);
        number[31] -= 2;
        assert_eq!(check_material(KeySpec::EcSm2, &number), Ok(()));
    }

    #[test]
    fn material_of_another_curve_or_family_is_refused() {
        let kinds = [
            (MaterialKind::Ec(KeySpec::EccNistP256), "ECC_NIST_P256"),
            (MaterialKind::Ec(KeySpec::EccSecgP256k1), "ECC_SECG_P256K1"),
            (MaterialKind::Rsa(1024), "RSA_1024"),
            (MaterialKind::Rsa(2048), "RSA_2048"),
        ];
        for (kind, found) in kinds {
            let material = kind.derive(1, "material").unwrap();
            for spec in [KeySpec::EccNistP384, KeySpec::Rsa4096] {
                let error = check_material(spec, &material).unwrap_err();
                assert_eq!(
                    error.to_string(),
                    format!("material for {spec} cannot be a key of the kind {found}")
                );
            }
        }
    }

    #[test]
    fn a_structure_with_a_defect_is_refused() {
        let spec = KeySpec::EccNistP256;
        let material = MaterialKind::of(spec).derive(1, "material").unwrap();
        let mut longer = material.to_vec();
        longer.push(0);
        let shorter = &material[..material.len() - 1];
        let mut other_point = material.to_vec();
        *other_point.last_mut().unwrap() ^= 1;
        let pem = b"-----BEGIN PRIVATE KEY-----";
        for defect in [&longer, shorter, &other_point, pem, &[]] {
            let refused = Err(MaterialError::Unreadable);
            assert_eq!(check_material(spec, defect), refused, "{defect:02x?}");
        }
    }
}
