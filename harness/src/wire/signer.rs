use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Format;

/// Who signs, for which Region, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The keys of the account.
    pub credentials: Credentials,
    /// The Region in the signature's scope.
    pub region: String,
    /// What the vendor leaves to its clients.
    pub manner: Manner,
}

/// The keys of an account. `Debug` shows the id only.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The public half.
    pub access_key_id: String,
    /// The secret half.
    pub secret_access_key: String,
    /// The token of temporary credentials.
    pub session_token: Option<String>,
}

/// How a call is signed and answered, where a vendor leaves that to its clients. AWS KMS leaves nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// Which of the vendor's signatures a call carries.
    pub signature: SignatureVersion,
    /// In which format the answer is wanted.
    pub format: Format,
}

/// A generation of a vendor's signatures.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, strum::VariantArray,
)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureVersion {
    /// The first one. Alibaba Cloud: HMAC-SHA1 over the parameters, among which it stands.
    V1,
    /// The one of today's clients. Alibaba Cloud: ACS3-HMAC-SHA256 over the message, in a header.
    #[default]
    V3,
}

impl Signer {
    /// Somebody who signs in the manner of today's clients.
    #[must_use]
    pub fn new(credentials: Credentials, region: impl Into<String>) -> Self {
        Self {
            credentials,
            region: region.into(),
            manner: Manner::default(),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}
