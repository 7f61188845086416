//! Private keys of every family as PKCS#8 carries them, and public keys as SubjectPublicKeyInfo does.

use std::fmt;

use k256::Secp256k1;
use p256::NistP256;
use p384::NistP384;
use p521::NistP521;
use rsa::pkcs8::der::Decode;
use rsa::pkcs8::{
    AssociatedOid, EncodePublicKey, ObjectIdentifier, PrivateKeyInfoRef, SubjectPublicKeyInfoRef,
};
use rsa::traits::PublicKeyParts;

use crate::spec::KeySpec;

/// A private key, read and checked.
pub(super) enum PrivateKey {
    Rsa(Box<rsa::PrivateKey>),
    P256(p256::SecretKey),
    P384(p384::SecretKey),
    P521(p521::SecretKey),
    Secp256k1(k256::SecretKey),
}

/// A public key, read and checked.
pub(super) enum PublicKey {
    Rsa(Box<rsa::PublicKey>),
    P256(p256::PublicKey),
    P384(p384::PublicKey),
    P521(p521::PublicKey),
    Secp256k1(k256::PublicKey),
}

/// What a key is, for comparison with what it should be. RSA keys may have sizes that no spec has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Rsa { bits: u32 },
    Curve(KeySpec),
}

impl PrivateKey {
    /// Reads an unencrypted PKCS#8 structure in DER: an RSA key of two primes, or an RFC 5915 key on a named curve.
    /// `None` for anything else.
    pub(super) fn from_pkcs8_der(pkcs8_der: &[u8]) -> Option<Self> {
        let info = PrivateKeyInfoRef::from_der(pkcs8_der).ok()?;
        match info.algorithm.oids().ok()? {
            (RSA_ENCRYPTION, None) => Some(Self::Rsa(Box::new(info.try_into().ok()?))),
            (EC_PUBLIC_KEY, Some(NistP256::OID)) => Some(Self::P256(info.try_into().ok()?)),
            (EC_PUBLIC_KEY, Some(NistP384::OID)) => Some(Self::P384(info.try_into().ok()?)),
            (EC_PUBLIC_KEY, Some(NistP521::OID)) => Some(Self::P521(info.try_into().ok()?)),
            (EC_PUBLIC_KEY, Some(Secp256k1::OID)) => Some(Self::Secp256k1(info.try_into().ok()?)),
            _ => None,
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Rsa(key) => Kind::Rsa {
                bits: key.n().bit_width(),
            },
            Self::P256(_) => Kind::Curve(KeySpec::EccNistP256),
            Self::P384(_) => Kind::Curve(KeySpec::EccNistP384),
            Self::P521(_) => Kind::Curve(KeySpec::EccNistP521),
            Self::Secp256k1(_) => Kind::Curve(KeySpec::EccSecgP256k1),
        }
    }

    /// The public half, a SubjectPublicKeyInfo in DER with the point uncompressed.
    pub(super) fn public_key_der(&self) -> Option<Vec<u8>> {
        let document = match self {
            Self::Rsa(key) => key.as_public_key().to_public_key_der(),
            Self::P256(key) => key.public_key().to_public_key_der(),
            Self::P384(key) => key.public_key().to_public_key_der(),
            Self::P521(key) => key.public_key().to_public_key_der(),
            Self::Secp256k1(key) => key.public_key().to_public_key_der(),
        };
        Some(document.ok()?.into_vec())
    }
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo in DER; `None` for a kind of key that we do not know.
    pub(super) fn from_spki_der(spki_der: &[u8]) -> Option<Self> {
        let info = SubjectPublicKeyInfoRef::from_der(spki_der).ok()?;
        match info.algorithm.oids().ok()? {
            (RSA_ENCRYPTION, None) => Some(Self::Rsa(Box::new(info.try_into().ok()?))),
            (EC_PUBLIC_KEY, Some(NistP256::OID)) => Some(Self::P256(info.try_into().ok()?)),
            (EC_PUBLIC_KEY, Some(NistP384::OID)) => Some(Self::P384(info.try_into().ok()?)),
            (EC_PUBLIC_KEY, Some(NistP521::OID)) => Some(Self::P521(info.try_into().ok()?)),
            (EC_PUBLIC_KEY, Some(Secp256k1::OID)) => Some(Self::Secp256k1(info.try_into().ok()?)),
            _ => None,
        }
    }
}

impl Kind {
    /// Whether a key of this kind is material for `spec`.
    pub(super) fn suits(self, spec: KeySpec) -> bool {
        match self {
            Self::Rsa { bits: 2048 } => spec == KeySpec::Rsa2048,
            Self::Rsa { bits: 3072 } => spec == KeySpec::Rsa3072,
            Self::Rsa { bits: 4096 } => spec == KeySpec::Rsa4096,
            Self::Rsa { .. } => false,
            Self::Curve(curve) => spec == curve,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(formatter, "RSA_{bits}"),
            Self::Curve(spec) => spec.fmt(formatter),
        }
    }
}

pub(super) const RSA_ENCRYPTION: ObjectIdentifier = rsa::pkcs1::ALGORITHM_OID;
pub(super) const EC_PUBLIC_KEY: ObjectIdentifier = p256::elliptic_curve::ALGORITHM_OID;
