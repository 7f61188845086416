//! The vocabulary: keys, operations, requests, replies, faults and rules. Plain values.
//!
//! Knows no wire format, no cryptography, no clock and no I/O. Every other floor speaks these words.

mod algorithm;
mod arn;
mod coverable;
mod document;
mod edition;
mod era;
mod fault;
mod field;
mod key;
mod manner;
mod message;
mod operation;
mod rule;
mod spoil;
mod value;

pub use algorithm::{WrappingAlgorithm, WrappingKeySpec};
pub use arn::{in_another_region, in_region, region_of};
pub use coverable::{Coverable, Impossible};
pub use document::{Document, Statement};
pub use edition::{
    Cell, DeletionWindow, Edition, Materials, StateRow, StateTable, Stores, Tokens, WrappingRow,
};
pub use era::Era;
pub use fault::{Fault, Variables};
pub use field::{Field, FieldKind, Fields};
pub use key::{
    ExpirationModel, ImportState, ImportType, KeyFamily, KeySpec, KeyState, KeyUsage, MacAlgorithm,
    MaterialId, MaterialState, MultiRegionType, Origin, RotationType, SigningAlgorithm,
};
pub use manner::{Format, Manner, MannerChange, Method, ParameterPlace, SignatureVersion};
pub use message::{Refusal, Reply, Request};
pub use operation::Operation;
pub use rule::{
    Contradiction, Evidence, Facet, Level, Register, RegisterError, Rule, RuleId, Source,
};
pub use spoil::{MessageDefect, OperationDefect, SignatureDefect, Spoil, WireForm};
pub use value::Value;

/// A vendor's way to spell requests, replies and faults.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Vendor {
    /// Alibaba Cloud KMS, version 2016-01-20 of its RPC interface.
    Alibaba,
    /// AWS KMS, AWS JSON 1.1 with Signature Version 4.
    Aws,
}
