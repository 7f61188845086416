use std::collections::BTreeMap;

use jiff::Timestamp;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::Value;

/// A member of a request or a reply, by its neutral name. A dialect knows where it stands and how it is spelled.
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
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum Field {
    // which key
    KeyId,
    SourceKeyId,
    DestinationKeyId,
    TargetKeyId,
    Alias,
    // what kind of key
    Origin,
    Spec,
    DeprecatedSpec,
    Usage,
    Description,
    MultiRegion,
    ReplicaRegion,
    CustomKeyStoreId,
    ProtectionLevel,
    // what a key is like now
    AccountId,
    Arn,
    CreationDate,
    DeletionDate,
    Enabled,
    State,
    KeyManager,
    EncryptionAlgorithms,
    SigningAlgorithms,
    MacAlgorithms,
    CurrentMaterialId,
    RotationEnabled,
    PendingWindowDays,
    // keys of several Regions
    MultiRegionType,
    PrimaryArn,
    PrimaryRegion,
    Replicas,
    Region,
    // import
    WrappingAlgorithm,
    WrappingKeySpec,
    ImportToken,
    PublicKey,
    ParametersValidTo,
    EncryptedMaterial,
    ExpirationModel,
    ValidTo,
    ImportType,
    MaterialId,
    MaterialDescription,
    // several materials
    Rotations,
    IncludeMaterial,
    ImportState,
    MaterialState,
    RotationDate,
    RotationType,
    // use
    Plaintext,
    Ciphertext,
    EncryptionContext,
    SourceEncryptionContext,
    DestinationEncryptionContext,
    EncryptionAlgorithm,
    DataKeySpec,
    NumberOfBytes,
    SourceMaterialId,
    DestinationMaterialId,
    Message,
    MessageType,
    Mac,
    MacAlgorithm,
    MacValid,
    Signature,
    SigningAlgorithm,
    SignatureValid,
    // grants
    GranteePrincipal,
    GrantOperations,
    GrantId,
    GrantToken,
    // lists
    Keys,
    Aliases,
    Tags,
    TagKeys,
    TagKey,
    TagValue,
    Limit,
    Marker,
    NextMarker,
    Truncated,
    PageNumber,
    TotalCount,
}

/// What sort of value a member holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display)]
pub enum FieldKind {
    /// A name or free text.
    #[strum(serialize = "text")]
    Text,
    /// A blob.
    #[strum(serialize = "a blob")]
    Bytes,
    /// A moment.
    #[strum(serialize = "a duration from now such as \"+1h\"")]
    Time,
    /// A whole number.
    #[strum(serialize = "a whole number")]
    Number,
    /// Yes or no.
    #[strum(serialize = "true or false")]
    Flag,
    /// Several names.
    #[strum(serialize = "a list of names")]
    Names,
    /// Names with values.
    #[strum(serialize = "a table of names and values")]
    Map,
    /// A list of structures.
    #[strum(serialize = "a list of tables")]
    Records,
}

impl Field {
    /// What sort of value this member holds.
    #[must_use]
    pub fn kind(self) -> FieldKind {
        match self {
            Self::CreationDate
            | Self::DeletionDate
            | Self::ParametersValidTo
            | Self::RotationDate
            | Self::ValidTo => FieldKind::Time,
            Self::Ciphertext
            | Self::EncryptedMaterial
            | Self::ImportToken
            | Self::Mac
            | Self::Message
            | Self::Plaintext
            | Self::PublicKey
            | Self::Signature => FieldKind::Bytes,
            Self::Limit
            | Self::NumberOfBytes
            | Self::PageNumber
            | Self::PendingWindowDays
            | Self::TotalCount => FieldKind::Number,
            Self::Enabled
            | Self::MacValid
            | Self::MultiRegion
            | Self::RotationEnabled
            | Self::SignatureValid
            | Self::Truncated => FieldKind::Flag,
            Self::EncryptionAlgorithms
            | Self::GrantOperations
            | Self::MacAlgorithms
            | Self::SigningAlgorithms
            | Self::TagKeys => FieldKind::Names,
            Self::EncryptionContext
            | Self::SourceEncryptionContext
            | Self::DestinationEncryptionContext => FieldKind::Map,
            Self::Aliases | Self::Keys | Self::Replicas | Self::Rotations | Self::Tags => {
                FieldKind::Records
            }
            _ => FieldKind::Text,
        }
    }
}

/// The members of a request or a reply.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fields(BTreeMap<Field, Value>);

impl Fields {
    /// No members.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same members and one more; an earlier value of the member is replaced.
    #[must_use]
    pub fn with(mut self, field: Field, value: impl Into<Value>) -> Self {
        self.set(field, value);
        self
    }

    /// The same members and, if there is a value, one more.
    #[must_use]
    pub fn with_some(self, field: Field, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(field, value),
            None => self,
        }
    }

    /// Gives a member a value.
    pub fn set(&mut self, field: Field, value: impl Into<Value>) {
        self.0.insert(field, value.into());
    }

    /// Takes a member away and returns its value.
    pub fn remove(&mut self, field: Field) -> Option<Value> {
        self.0.remove(&field)
    }

    /// The value of a member.
    #[must_use]
    pub fn value(&self, field: Field) -> Option<&Value> {
        self.0.get(&field)
    }

    /// Whether the member is there.
    #[must_use]
    pub fn has(&self, field: Field) -> bool {
        self.0.contains_key(&field)
    }

    /// The member as text, if it is there and is text.
    #[must_use]
    pub fn text(&self, field: Field) -> Option<&str> {
        match self.value(field) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The member parsed as one of our enums; `None` when it is absent or not one of the names.
    #[must_use]
    pub fn name<T: std::str::FromStr>(&self, field: Field) -> Option<T> {
        self.text(field)?.parse().ok()
    }

    /// The member as bytes, if it is there and is a blob.
    #[must_use]
    pub fn bytes(&self, field: Field) -> Option<&[u8]> {
        match self.value(field) {
            Some(Value::Bytes(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// The member as a moment, if it is there and is one.
    #[must_use]
    pub fn time(&self, field: Field) -> Option<Timestamp> {
        match self.value(field) {
            Some(Value::Time(time)) => Some(*time),
            _ => None,
        }
    }

    /// The member as a number, if it is there and is one.
    #[must_use]
    pub fn number(&self, field: Field) -> Option<i64> {
        match self.value(field) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The member as a flag, if it is there and is one.
    #[must_use]
    pub fn flag(&self, field: Field) -> Option<bool> {
        match self.value(field) {
            Some(Value::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// The member as names with values, if it is there and is such a map.
    #[must_use]
    pub fn map(&self, field: Field) -> Option<&BTreeMap<String, String>> {
        match self.value(field) {
            Some(Value::Map(map)) => Some(map),
            _ => None,
        }
    }

    /// The member as several names, if it is there and is such a list.
    #[must_use]
    pub fn names(&self, field: Field) -> Option<&[String]> {
        match self.value(field) {
            Some(Value::Names(names)) => Some(names),
            _ => None,
        }
    }

    /// The member as a list of structures; empty when it is absent.
    #[must_use]
    pub fn records(&self, field: Field) -> &[Self] {
        match self.value(field) {
            Some(Value::Records(records)) => records,
            _ => &[],
        }
    }

    /// All members in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &Value)> {
        self.0.iter().map(|(field, value)| (*field, value))
    }

    /// Whether there are no members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Field, Value)> for Fields {
    fn from_iter<I: IntoIterator<Item = (Field, Value)>>(members: I) -> Self {
        Self(members.into_iter().collect())
    }
}

impl Extend<(Field, Value)> for Fields {
    fn extend<I: IntoIterator<Item = (Field, Value)>>(&mut self, members: I) {
        self.0.extend(members);
    }
}

impl IntoIterator for Fields {
    type Item = (Field, Value);
    type IntoIter = std::collections::btree_map::IntoIter<Field, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
