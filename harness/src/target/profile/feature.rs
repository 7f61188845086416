use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;
use strum::VariantArray;

use crate::spec::Operation;

/// What a service may have or lack: an operation, a store for keys (`store`), or a clock that can be moved (`time`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub enum Feature {
    /// It answers this operation at all.
    Operation(Operation),
    /// Keys can be made in the store that scenarios name.
    Store,
    /// Hours and days can pass.
    Time,
}

impl FromStr for Feature {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            STORE => return Ok(Self::Store),
            TIME => return Ok(Self::Time),
            _ => {}
        }
        name.parse().map(Self::Operation).map_err(|_| {
            let known = Operation::VARIANTS
                .iter()
                .map(<&'static str>::from)
                .chain([STORE, TIME]);
            let nearest =
                known.max_by(|a, b| strsim::jaro(a, name).total_cmp(&strsim::jaro(b, name)));
            format!(
                "unknown feature {name:?}; did you mean {:?}?",
                nearest.unwrap_or(TIME)
            )
        })
    }
}

const STORE: &str = "store";
const TIME: &str = "time";

impl TryFrom<String> for Feature {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        name.parse()
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(operation) => operation.fmt(f),
            Self::Store => f.write_str(STORE),
            Self::Time => f.write_str(TIME),
        }
    }
}

impl JsonSchema for Feature {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Feature".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let operations = Operation::VARIANTS.iter().map(<&'static str>::from);
        let names: Vec<&str> = operations.chain([STORE, TIME]).collect();
        schemars::json_schema!({ "type": "string", "enum": names })
    }
}
