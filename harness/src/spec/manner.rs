use schemars::JsonSchema;
use serde::Deserialize;
use strum::{Display, EnumString, VariantArray};

/// How a call is signed, carried and answered, where a vendor leaves that to its clients. AWS KMS leaves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// Which of the vendor's signatures a call carries.
    pub signature: SignatureVersion,
    /// In which format the answer is wanted.
    pub format: Format,
    /// With which method it is sent.
    pub method: Method,
    /// Where its parameters stand.
    pub parameters: ParameterPlace,
    /// Whether a signature that can do without a nonce has one.
    pub nonce: bool,
}

/// What is different about the manner of one call; `None` leaves a member as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the members are those of `Manner`")]
pub struct MannerChange {
    pub signature: Option<SignatureVersion>,
    pub format: Option<Format>,
    pub method: Option<Method>,
    pub parameters: Option<ParameterPlace>,
    pub nonce: Option<bool>,
}

/// A generation of a vendor's signatures.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Deserialize,
    JsonSchema,
    Display,
    EnumString,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum SignatureVersion {
    /// The first one. Alibaba Cloud: HMAC-SHA1 over the parameters, among which it stands.
    V1,
    /// The one of today's clients. Alibaba Cloud: ACS3-HMAC-SHA256 over the message, in a header.
    #[default]
    V3,
}

/// How the members of a reply are written down.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Deserialize,
    JsonSchema,
    Display,
    EnumString,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum Format {
    #[default]
    Json,
    Xml,
}

/// The methods that a dialect, or whoever gives us our keys, uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Display, EnumString, VariantArray)]
#[strum(serialize_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names are HTTP's own")]
pub enum Method {
    Get,
    #[default]
    Post,
    Put,
}

/// Where the parameters of a call stand, in a dialect that has parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Display, EnumString, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum ParameterPlace {
    /// In the address.
    #[default]
    Query,
    /// In the body, as an HTML form has them. A GET has no body: its parameters stay in the address.
    Form,
}

impl Default for Manner {
    /// What today's clients do.
    fn default() -> Self {
        Self {
            signature: SignatureVersion::default(),
            format: Format::default(),
            method: Method::default(),
            parameters: ParameterPlace::default(),
            nonce: true,
        }
    }
}

impl Manner {
    /// Where the parameters of a call in this manner stand.
    #[must_use]
    pub fn place(self) -> ParameterPlace {
        if self.method == Method::Get {
            ParameterPlace::Query
        } else {
            self.parameters
        }
    }
}

impl MannerChange {
    /// The manner with what is different.
    #[must_use]
    pub fn of(self, usual: Manner) -> Manner {
        Manner {
            signature: self.signature.unwrap_or(usual.signature),
            format: self.format.unwrap_or(usual.format),
            method: self.method.unwrap_or(usual.method),
            parameters: self.parameters.unwrap_or(usual.parameters),
            nonce: self.nonce.unwrap_or(usual.nonce),
        }
    }
}
