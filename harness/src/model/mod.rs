//! The pure state machine: which answers the rules permit to a call, and what an answer tells about the service.
//!
//! Knows no cryptography, no bytes of material, no clock and no dialect. Whoever drives it turns ciphertexts and
//! tokens into [`Facts`] first. [`Kms::permitted`] decides and changes nothing; [`Kms::observe`] is the only place
//! where state changes.
//!
//! Nor does it know whose service it is and on which day: that is for its [`Edition`](crate::spec::Edition) to say.
//! A [`Kms`] is the service in one Region, an [`Account`] all of its Regions.
//!
//! Not modelled yet: moving the primary to another Region, what grants and policies permit, automatic rotation by
//! schedule, and the short time in which a new key or a rotation is not visible everywhere.

mod account;
mod creation;
mod facts;
mod import;
mod key;
mod kms;
mod lifecycle;
mod materials;
mod metadata;
mod names;
mod objections;
mod permitted;
mod relatives;
mod rotation;
mod usage;

#[cfg(test)]
mod tests;

pub use account::Account;
pub use facts::{Facts, MaterialFact, ParametersId, SealedFact, TokenFact};
pub use key::{Key, Material};
pub use kms::Kms;
pub use permitted::{Answer, Permitted};
