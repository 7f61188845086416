//! The forms that a private key can travel in: the one that services document, legal variants of it, and the ones
//! that people send by mistake.
//!
//! Knows nothing about which form a service takes. What cannot be made is refused with a reason, never replaced.

use k256::Secp256k1;
use p256::NistP256;
use p384::NistP384;
use p521::NistP521;
use pkcs8::der::asn1::{AnyRef, OctetStringRef};
use pkcs8::der::{Decode, Encode};
use pkcs8::pkcs5::pbes2;
use pkcs8::spki::AlgorithmIdentifierRef;
use pkcs8::{AssociatedOid, LineEnding, ObjectIdentifier, PrivateKeyInfoRef, SecretDocument};
use sec1::{EcParameters, EcPrivateKey};
use sha2::{Digest, Sha256};
use strum::{Display, EnumString, VariantArray};
use thiserror::Error;
use zeroize::Zeroizing;

use super::key::{EC_PUBLIC_KEY, RSA_ENCRYPTION};

/// How a private key is written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Display, EnumString, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum MaterialForm {
    /// PKCS#8 in DER, not encrypted; elliptic-curve keys name their curve and carry their uncompressed public point.
    #[default]
    Pkcs8,
    /// PKCS#8 of an elliptic-curve key with its public point compressed. Legal.
    CompressedPoint,
    /// PKCS#8 of an elliptic-curve key without its public point. Legal.
    NoPublicPoint,
    /// PKCS#8 of an elliptic-curve key that spells out the parameters of its curve instead of naming it.
    ExplicitCurve,
    /// The bare RSAPrivateKey of PKCS#1.
    Pkcs1,
    /// The bare ECPrivateKey of SEC 1, with the name of its curve.
    Sec1,
    /// PKCS#8 as PEM text.
    Pem,
    /// PKCS#8 under the password `byokcheck` (PBES2: PBKDF2 with HMAC-SHA-256, AES-256 in CBC mode).
    EncryptedPkcs8,
    /// PKCS#8 with one zero byte behind it.
    TrailingByte,
}

/// Which keys a form exists for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormOf {
    /// RSA and elliptic-curve keys.
    PrivateKeys,
    /// RSA keys.
    Rsa,
    /// Elliptic-curve keys.
    Ec,
}

impl MaterialForm {
    /// Which keys this form exists for.
    #[must_use]
    pub fn of(self) -> FormOf {
        match self {
            Self::Pkcs8 | Self::Pem | Self::EncryptedPkcs8 | Self::TrailingByte => {
                FormOf::PrivateKeys
            }
            Self::Pkcs1 => FormOf::Rsa,
            Self::CompressedPoint | Self::NoPublicPoint | Self::ExplicitCurve | Self::Sec1 => {
                FormOf::Ec
            }
        }
    }

    /// A private key, given in the form [`Self::Pkcs8`], written down in this form. The same key gives the same bytes.
    ///
    /// # Errors
    /// When the bytes are no private key in that form, or the form does not exist for keys of its kind.
    pub fn write(self, pkcs8_der: &[u8]) -> Result<Zeroizing<Vec<u8>>, FormError> {
        let info = PrivateKeyInfoRef::from_der(pkcs8_der).map_err(unreadable)?;
        let exists = match self.of() {
            FormOf::PrivateKeys => true,
            FormOf::Rsa => info.algorithm.oid == RSA_ENCRYPTION,
            FormOf::Ec => info.algorithm.oid == EC_PUBLIC_KEY,
        };
        if !exists {
            return Err(FormError::OtherKind(self));
        }
        let written = match self {
            Self::Pkcs8 => pkcs8_der.to_vec(),
            Self::CompressedPoint | Self::NoPublicPoint => repointed(self, &info)?,
            Self::ExplicitCurve => explicit(&info)?,
            Self::Pkcs1 => info.private_key.as_bytes().to_vec(),
            Self::Sec1 => bare(&info)?,
            Self::Pem => pem(pkcs8_der)?,
            Self::EncryptedPkcs8 => encrypted(&info, pkcs8_der)?,
            Self::TrailingByte => [pkcs8_der, &[0]].concat(),
        };
        Ok(Zeroizing::new(written))
    }
}

/// Why a key cannot be written in a form.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FormError {
    /// Not what [`MaterialForm::write`] starts from.
    #[error("the key is not an unencrypted PKCS#8 structure in DER: {0}")]
    Unreadable(String),
    /// The form belongs to keys of another kind.
    #[error("the form {0} does not exist for keys of this kind; leave it out or choose another")]
    OtherKind(MaterialForm),
}

type Written = Result<Vec<u8>, FormError>;

fn repointed(form: MaterialForm, info: &PrivateKeyInfoRef<'_>) -> Written {
    let mut key = EcPrivateKey::from_der(info.private_key.as_bytes()).map_err(unreadable)?;
    let compressed = key.public_key.and_then(compressed);
    key.public_key = match form {
        MaterialForm::CompressedPoint => compressed.as_deref(),
        _ => None,
    };
    let key = key.to_der().map_err(unreadable)?;
    with(info.algorithm, &key)
}

/// SEC 1, section 2.3.3: the x coordinate behind a byte that tells whether y is odd.
fn compressed(uncompressed: &[u8]) -> Option<Vec<u8>> {
    let (4, coordinates) = uncompressed.split_first()? else {
        return None;
    };
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    let odd = y.last()? & 1;
    Some([&[2 | odd], x].concat())
}

fn explicit(info: &PrivateKeyInfoRef<'_>) -> Written {
    let curve = curve_of(info)?;
    let (_, parameters) = EXPLICIT_CURVES
        .iter()
        .find(|(name, _)| *name == curve)
        .ok_or(FormError::OtherKind(MaterialForm::ExplicitCurve))?;
    let algorithm = AlgorithmIdentifierRef {
        oid: EC_PUBLIC_KEY,
        parameters: Some(AnyRef::from_der(parameters).map_err(unreadable)?),
    };
    with(algorithm, info.private_key.as_bytes())
}

fn bare(info: &PrivateKeyInfoRef<'_>) -> Written {
    let mut key = EcPrivateKey::from_der(info.private_key.as_bytes()).map_err(unreadable)?;
    key.parameters = Some(EcParameters::NamedCurve(curve_of(info)?));
    key.to_der().map_err(unreadable)
}

fn pem(pkcs8_der: &[u8]) -> Written {
    let document = SecretDocument::try_from(pkcs8_der).map_err(unreadable)?;
    let pem = document
        .to_pem("PRIVATE KEY", LineEnding::LF)
        .map_err(unreadable)?;
    Ok(pem.as_bytes().to_vec())
}

/// Salt and initial vector follow from the key, so that a run can be repeated.
fn encrypted(info: &PrivateKeyInfoRef<'_>, pkcs8_der: &[u8]) -> Written {
    let mut iv = [0; 16];
    let digest = Sha256::digest(pkcs8_der);
    let (salt, rest) = digest.split_at(16);
    iv.copy_from_slice(rest);
    let parameters = pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(ROUNDS, salt, iv)
        .map_err(unreadable)?;
    let document = info
        .encrypt_with_params(parameters, PASSWORD)
        .map_err(unreadable)?;
    Ok(document.as_bytes().to_vec())
}

fn with(algorithm: AlgorithmIdentifierRef<'_>, key: &[u8]) -> Written {
    let key = OctetStringRef::new(key).map_err(unreadable)?;
    let info = PrivateKeyInfoRef::new(algorithm, key);
    info.to_der().map_err(unreadable)
}

fn curve_of(info: &PrivateKeyInfoRef<'_>) -> Result<ObjectIdentifier, FormError> {
    info.algorithm.parameters_oid().map_err(unreadable)
}

fn unreadable(error: impl std::fmt::Display) -> FormError {
    FormError::Unreadable(error.to_string())
}

const PASSWORD: &str = "byokcheck";

/// Few, since nothing is protected by them.
const ROUNDS: u32 = 2048;

/// ECParameters as `openssl ecparam -name CURVE -param_enc explicit -outform DER` writes them.
const EXPLICIT_CURVES: &[(ObjectIdentifier, &[u8])] = &[
    (NistP256::OID, include_bytes!("explicit_curves/p256.der")),
    (NistP384::OID, include_bytes!("explicit_curves/p384.der")),
    (NistP521::OID, include_bytes!("explicit_curves/p521.der")),
    (
        Secp256k1::OID,
        include_bytes!("explicit_curves/secp256k1.der"),
    ),
];

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;
    use crate::spec::KeySpec;
    use crate::wrapping::{MaterialError, MaterialKind, check_material, identity_of, pooled_rsa};

    const LEGAL: &[MaterialForm] = &[
        MaterialForm::Pkcs8,
        MaterialForm::CompressedPoint,
        MaterialForm::NoPublicPoint,
    ];

    fn keys() -> [(KeySpec, Zeroizing<Vec<u8>>); 5] {
        let ec = |spec| (spec, MaterialKind::of(spec).derive(1, "form").unwrap());
        [
            ec(KeySpec::EccNistP256),
            ec(KeySpec::EccNistP384),
            ec(KeySpec::EccNistP521),
            ec(KeySpec::EccSecgP256k1),
            (KeySpec::Rsa2048, pooled_rsa(2048, 0).unwrap()),
        ]
    }

    #[test]
    fn every_form_is_another_text_and_only_the_legal_ones_are_material() {
        for (spec, key) in keys() {
            let mut seen = Vec::new();
            for &form in MaterialForm::VARIANTS {
                let Ok(written) = form.write(&key) else {
                    continue;
                };
                let expected = match LEGAL.contains(&form) {
                    true => Ok(()),
                    false => Err(MaterialError::Unreadable),
                };
                assert_eq!(check_material(spec, &written), expected, "{spec} {form}");
                assert_eq!(form.write(&key).unwrap(), written, "{spec} {form}");
                assert!(!seen.contains(&written), "{spec} {form}");
                seen.push(written);
            }
            assert_eq!(seen.len(), if spec == KeySpec::Rsa2048 { 5 } else { 8 });
        }
    }

    #[test]
    fn a_legal_form_is_the_same_material() {
        for (spec, key) in keys() {
            let identity = identity_of(spec, &key).unwrap();
            for form in LEGAL {
                if let Ok(written) = form.write(&key) {
                    assert_eq!(
                        identity_of(spec, &written).unwrap(),
                        identity,
                        "{spec} {form}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_form_of_the_other_family_is_refused_with_a_reason() {
        let key = pooled_rsa(2048, 0).unwrap();
        let error = MaterialForm::Sec1.write(&key).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the form sec1 does not exist for keys of this kind; leave it out or choose another"
        );
        assert!(matches!(
            MaterialForm::Pem.write(b"no key"),
            Err(FormError::Unreadable(_))
        ));
    }
}
