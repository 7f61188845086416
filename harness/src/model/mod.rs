//! The pure state machine: which answers the rules permit to a call, and what an answer tells about the service.
//!
//! Knows no cryptography, no bytes of material, no clock and no dialect. Whoever drives it turns ciphertexts and
//! tokens into [`Facts`] first. [`Kms::permitted`] decides and changes nothing; [`Kms::observe`] is the only place
//! where state changes.

mod facts;
mod permitted;

pub use facts::{Facts, MaterialFact, ParametersId, SealedFact, TokenFact};
pub use permitted::{Answer, Permitted};
