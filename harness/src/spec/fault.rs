use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// Why a service refuses, in neutral words. A dialect maps each to its code, status and text, in one table.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Fault {
    // import
    /// The token was not issued for this key, or never issued at all.
    TokenInvalid,
    /// The token is older than its validity.
    TokenExpired,
    /// The bytes are not the material that the key is bound to.
    MaterialDiffers,
    /// The bytes cannot be material of this key's spec: wrong length, wrong structure, wrong curve.
    MaterialMalformed,
    /// The blob does not unwrap with the algorithm and wrapping key of its parameters.
    CiphertextInvalid,
    /// The wrapping algorithm, wrapping key and key spec do not go together.
    WrappingUnsupported,
    /// The wrapping algorithm has been withdrawn.
    WrappingRetired,
    /// Expiring material without a date.
    ValidToMissing,
    /// A date for material that does not expire.
    ValidToForbidden,
    /// The date is not in the future.
    ValidToPast,
    /// The date is further away than the service allows.
    ValidToTooFar,
    /// An import type, or an id or description of material, for a key that can only have one material.
    ImportTypeUnsupported,
    /// The id of known material for material that is said to be new.
    MaterialIdForbidden,
    /// Another material waits for a rotation.
    MaterialPending,
    // rotation
    /// No material waits for a rotation.
    NothingToRotate,
    /// Keys of this spec do not rotate.
    RotationUnsupported,
    /// The key has been rotated as often as it may be.
    RotationLimit,
    // keys of several Regions
    /// Only the primary of related keys can do this.
    NotPrimary,
    /// The key has a related key in that Region.
    ReplicaExists,
    // key state
    /// The key has no material.
    PendingImport,
    /// The key is scheduled for deletion.
    PendingDeletion,
    /// The key is not scheduled for deletion.
    NotPendingDeletion,
    /// The key is disabled.
    Disabled,
    /// The operation is not for keys of this origin.
    OriginUnsupported,
    // look-up
    /// Well-formed, but no such key.
    KeyUnknown,
    /// Not a key identifier at all.
    KeyMalformed,
    /// An ARN of another Region.
    RegionForeign,
    /// An alias where only keys are accepted.
    AliasUnsupported,
    /// No such alias.
    AliasUnknown,
    /// The alias is taken.
    AliasTaken,
    /// The alias name breaks the naming rules.
    AliasMalformed,
    // creation
    /// Only symmetric keys have a default usage.
    UsageRequired,
    /// The spec cannot have this usage.
    UsageIncompatible,
    /// Old and new name of the spec in one request.
    SpecTwice,
    /// The spec or store cannot have imported material.
    OriginIncompatible,
    /// The waiting period is out of bounds.
    WindowOutOfBounds,
    // use
    /// The key is not for this operation.
    UsageMismatch,
    /// The algorithm does not go with the key's spec.
    AlgorithmIncompatible,
    /// The MAC does not belong to the message.
    MacInvalid,
    /// The signature does not belong to the message.
    SignatureInvalid,
    /// The data blob does not decrypt.
    DataInvalid,
    /// The data blob belongs to another key.
    KeyIncorrect,
    // framework
    /// A member breaks the bounds of the service model; `violations` or `parameter` says which.
    Constraint,
    /// A member that must be there is not; `parameter` says which.
    MemberMissing,
    /// The body is not what the protocol demands.
    Serialization,
    /// The service does not know the operation.
    OperationUnknown,
    /// No signature.
    SignatureMissing,
    /// A signature that cannot be read.
    SignatureIncomplete,
    /// Signed with the wrong secret, or changed on the way.
    SignatureMismatch,
    /// Signed too long ago, or in the future.
    SignatureSkewed,
    /// The access key is unknown.
    AccessKeyUnknown,
}

/// Names that may stand in the text of a refusal, such as `key-arn`, with what they stand for.
///
/// Known names: `key-arn`, `key-id` (as sent), `origin`, `operation`, `wrapping-algorithm`,
/// `wrapping-key-spec`, `key-spec`, `usage`, `algorithm`, `region`, `violations`, `alias`,
/// `signed-at`, `now`, `earliest`, `latest`, `material-id`, `pending-material-id`, `parameter`.
/// Values are spelled as the dialect spells them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables(BTreeMap<&'static str, String>);

impl Variables {
    /// No names.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same names and one more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// Gives a name a meaning.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.0.insert(name, value.into());
    }

    /// What a name stands for here.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Replaces every `{name}` in `template`; `None` when one of them has no meaning here.
    #[must_use]
    pub fn fill(&self, template: &str) -> Option<String> {
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}')?;
            filled.push_str(before);
            filled.push_str(self.0.get(name)?);
            rest = after;
        }
        filled.push_str(rest);
        Some(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::Variables;

    #[test]
    fn a_template_is_filled_only_when_every_name_has_a_meaning() {
        let variables = Variables::new().with("key-arn", "arn:x");
        assert_eq!(
            variables.fill("{key-arn} is disabled."),
            Some("arn:x is disabled.".to_owned())
        );
        assert_eq!(variables.fill("{origin} is odd"), None);
        assert_eq!(variables.fill("plain"), Some("plain".to_owned()));
    }
}
