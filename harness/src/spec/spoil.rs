use jiff::SignedDuration;
use strum::{Display, EnumString, VariantArray};

use super::Field;

/// The one thing that is wrong with the message of an otherwise correct call. Each dialect knows how to do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spoil {
    /// The message itself, which is then signed as it stands.
    Message(MessageDefect),
    /// The signature of a correct message.
    Signature(SignatureDefect),
}

/// What is wrong with a message before it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageDefect {
    /// The body consists of these bytes.
    Body(Vec<u8>),
    /// This text stands where the value of a member belongs.
    Member(Field, String),
    /// A member that no operation knows has this text as its value.
    InventedMember(String),
    /// Which operation is called is not as it should be.
    Operation(OperationDefect),
}

/// What is wrong with the name of the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum OperationDefect {
    /// It is not there.
    Missing,
    /// No operation is called so.
    Invented,
}

/// What is wrong with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureDefect {
    /// It is not there.
    Missing,
    /// Only its first half is there.
    Cut,
    /// It is made with another secret than that of the access key.
    WrongSecret,
    /// It is made with an access key that nobody has.
    UnknownKey,
    /// It is made so long after the call, or before it.
    MadeAt(SignedDuration),
}

/// Something about the HTTP message of a reply that its members do not show. Each dialect knows how to check it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum WireForm {
    /// The content type is the protocol's.
    ContentType,
    /// The reply has an id of its own, a UUID.
    RequestId,
    /// The reply says when it was made.
    Date,
    /// Nobody may keep the reply for later.
    Uncached,
    /// Code and text of a refusal stand where the protocol puts them.
    ErrorBody,
    /// Moments in the members are written as the protocol writes them.
    Moments,
    /// Moments that are not set are there as empty texts.
    EmptyMoments,
}

impl MessageDefect {
    /// Whether the call can no longer be told from one of an operation that does not exist.
    #[must_use]
    pub fn hides_operation(&self) -> bool {
        matches!(self, Self::Operation(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_spoilt_operation_looks_like_one_that_does_not_exist() {
        let hides = |defect: MessageDefect| defect.hides_operation();
        assert!(hides(MessageDefect::Operation(OperationDefect::Missing)));
        assert!(!hides(MessageDefect::Body(Vec::new())));
        assert!(!hides(MessageDefect::InventedMember("1".to_owned())));
    }
}
