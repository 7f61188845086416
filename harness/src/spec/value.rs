use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Fields;

/// What a member holds. Names of enum values are neutral (`external`, `pending-import`); a name that no dialect
/// knows travels as it stands, so that scenarios can send wrong ones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// A name or free text.
    Text(String),
    /// A blob.
    Bytes(Vec<u8>),
    /// A moment.
    Time(Timestamp),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Several names, in the order of the wire.
    Names(Vec<String>),
    /// Names with values, such as an encryption context.
    Map(BTreeMap<String, String>),
    /// A list of structures, such as keys, aliases or tags.
    Records(Vec<Fields>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::Time(time)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Vec<String>> for Value {
    fn from(names: Vec<String>) -> Self {
        Self::Names(names)
    }
}

impl From<BTreeMap<String, String>> for Value {
    fn from(map: BTreeMap<String, String>) -> Self {
        Self::Map(map)
    }
}

impl From<Vec<Fields>> for Value {
    fn from(records: Vec<Fields>) -> Self {
        Self::Records(records)
    }
}

macro_rules! from_names {
    ($($name:ty),*) => {
        $(impl From<$name> for Value {
            fn from(name: $name) -> Self {
                Self::Text(name.to_string())
            }
        })*
    };
}

from_names!(
    super::ExpirationModel,
    super::ImportState,
    super::KeySpec,
    super::KeyState,
    super::KeyUsage,
    super::MacAlgorithm,
    super::MaterialState,
    super::MultiRegionType,
    super::Origin,
    super::RotationType,
    super::SigningAlgorithm,
    super::WrappingAlgorithm,
    super::WrappingKeySpec
);
