//! How the manner of a call is read from its table.

use toml::Spanned;
use toml::de::DeValue;

use super::reader::Reader;
use super::suite::ScenarioError;
use crate::spec::MannerChange;

/// Reads `manner = { … }`: what is different from what the target's signer usually does.
pub(super) fn read_manner(value: Spanned<DeValue<'_>>) -> Result<MannerChange, ScenarioError> {
    let mut reader = Reader::of("a manner", value)?;
    let change = MannerChange {
        signature: reader.name("signature")?,
        format: reader.name("format")?,
        method: reader.name("method")?,
        parameters: reader.name("parameters")?,
        nonce: reader.flag("nonce")?,
    };
    reader.finish()?;
    Ok(change)
}
