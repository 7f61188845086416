//! Stub until the floor is merged.
#![allow(missing_docs, unused, clippy::all)]
use crate::spec::*;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use zeroize::Zeroizing;
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumString, strum::VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Damage {
    FlipFirstByte,
    FlipLastByte,
    Truncate,
    Extend,
    Empty,
    Zeros,
    Random,
    SwapHalves,
}
impl Damage {
    pub fn apply<R: ?Sized>(self, bytes: &[u8], rng: &mut R) -> Vec<u8> {
        bytes.to_vec()
    }
}
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumString, strum::VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
pub enum WrapVariant {
    Mgf1Sha1,
    Labelled,
    ForeignKey,
}
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct WrapError;
pub fn wrap<R: ?Sized>(
    _: WrappingAlgorithm,
    _: &[u8],
    _: &[u8],
    _: &mut R,
) -> Result<Vec<u8>, WrapError> {
    Err(WrapError)
}
pub fn wrap_with<R: ?Sized>(
    _: WrapVariant,
    _: WrappingAlgorithm,
    _: &[u8],
    _: &[u8],
    _: &mut R,
) -> Result<Vec<u8>, WrapError> {
    Err(WrapError)
}
pub fn derive_bytes(seed: u64, name: &str, length: usize) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(vec![0; length])
}
pub fn seeded_rng(seed: u64, name: &str) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}
pub fn mac(_: MacAlgorithm, _: &[u8], _: &[u8]) -> Vec<u8> {
    vec![]
}
pub struct RsaPublic {
    pub modulus_bits: usize,
    pub exponent: u64,
}
pub fn rsa_public_key(_: &[u8]) -> Option<RsaPublic> {
    None
}
