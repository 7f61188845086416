//! The two halves of a wrapping key pair, of whichever kind it is.

use rsa::BoxedUint;
use rsa::pkcs8::der::Decode;
use rsa::pkcs8::{AssociatedOid, DecodePublicKey, SubjectPublicKeyInfoRef};
use rsa::traits::PublicKeyParts;
use sm2::Sm2;

use super::key::EC_PUBLIC_KEY;
use super::multi_prime::PUBLIC_EXPONENT;
use super::{PrivateOperation, WrapError};
use crate::spec::WrappingKeySpec;

/// The public half: what material is wrapped under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WrappingKey {
    Rsa(rsa::PublicKey),
    Sm2(sm2::PublicKey),
}

/// The private half: what material is unwrapped with.
#[derive(Clone, Copy)]
pub(super) enum UnwrappingKey<'a> {
    Rsa(&'a dyn PrivateOperation),
    Sm2(&'a sm2::SecretKey),
}

impl WrappingKey {
    pub(super) fn from_spki_der(spki_der: &[u8]) -> Result<Self, WrapError> {
        let unreadable = |error: spki::Error| WrapError::PublicKeyUnreadable(error.to_string());
        if is_on_sm2_curve(spki_der) {
            let key = sm2::PublicKey::from_public_key_der(spki_der);
            return key.map(Self::Sm2).map_err(unreadable);
        }
        let key = rsa::PublicKey::from_public_key_der(spki_der);
        key.map(Self::Rsa).map_err(unreadable)
    }

    /// Whether a service that makes pairs of this kind may hand out this key.
    fn is_of(&self, spec: WrappingKeySpec) -> bool {
        match (self, spec.modulus_bits()) {
            (Self::Rsa(key), Some(bits)) => {
                key.n().bit_width() as usize == bits && *key.e() == BoxedUint::from(PUBLIC_EXPONENT)
            }
            (Self::Sm2(_), None) => true,
            _ => false,
        }
    }
}

/// Whether bytes are the public half of a pair of this kind, a SubjectPublicKeyInfo in DER: an RSA key of the right
/// size with the exponent 65537, or a point on the curve of SM2.
#[must_use]
pub fn is_wrapping_key(spec: WrappingKeySpec, spki_der: &[u8]) -> bool {
    WrappingKey::from_spki_der(spki_der).is_ok_and(|key| key.is_of(spec))
}

fn is_on_sm2_curve(spki_der: &[u8]) -> bool {
    let info = SubjectPublicKeyInfoRef::from_der(spki_der).ok();
    let oids = info.and_then(|info| info.algorithm.oids().ok());
    oids == Some((EC_PUBLIC_KEY, Some(Sm2::OID)))
}
