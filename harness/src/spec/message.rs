use super::{Field, Fields, Operation, Value};

/// A neutral call: what is asked where, and with which members.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// In which Region; `None` is the one where the service is called by default.
    pub region: Option<String>,
    /// What is asked.
    pub operation: Operation,
    /// With which members.
    pub fields: Fields,
}

impl Request {
    /// A call without members, in the default Region.
    #[must_use]
    pub fn new(operation: Operation) -> Self {
        Self {
            region: None,
            operation,
            fields: Fields::new(),
        }
    }

    /// The same call with one more member.
    #[must_use]
    pub fn with(mut self, field: Field, value: impl Into<Value>) -> Self {
        self.fields.set(field, value);
        self
    }

    /// The same call in this Region.
    #[must_use]
    pub fn within(mut self, region: Option<&str>) -> Self {
        self.region = region.map(str::to_owned);
        self
    }

    /// The key that the call is about, as the caller wrote it.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        let field = match self.operation {
            Operation::ReEncrypt => Field::DestinationKeyId,
            Operation::CreateAlias => Field::TargetKeyId,
            _ => Field::KeyId,
        };
        self.fields.text(field)
    }
}

/// What a service answered, as far as its dialect could read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The call was carried out.
    Accepted(Fields),
    /// The call was refused in the dialect's own form.
    Refused(Refusal),
    /// The service does not know this operation, or says that it has not been written yet.
    NotImplemented {
        /// What it answered, in one line.
        because: String,
    },
    /// Neither a success nor a refusal of this dialect: a server failure, an HTML page, silence, rubbish.
    Unusable {
        /// What came instead, in one line.
        because: String,
    },
}

/// A refusal as it stood on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The vendor's code, without any namespace.
    pub code: String,
    /// The HTTP status.
    pub status: u16,
    /// The text for people; absent and empty are the same.
    pub message: Option<String>,
}

impl Reply {
    /// The members of an accepted call.
    #[must_use]
    pub fn accepted(&self) -> Option<&Fields> {
        match self {
            Self::Accepted(fields) => Some(fields),
            _ => None,
        }
    }
}
