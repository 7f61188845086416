use std::fmt;

use crate::spec::{Manner, MannerChange};

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

    /// The same, signing in a manner of which something is different.
    #[must_use]
    pub fn with(&self, change: MannerChange) -> Self {
        Self {
            manner: change.of(self.manner),
            ..self.clone()
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

#[cfg(test)]
mod tests {
    use super::{Credentials, Signer};
    use crate::spec::{Format, Manner, MannerChange};

    #[test]
    fn a_changed_manner_leaves_the_rest_of_a_signer() {
        let credentials = Credentials {
            access_key_id: "id".to_owned(),
            secret_access_key: "secret".to_owned(),
            session_token: None,
        };
        let usual = Signer::new(credentials, "here");
        assert_eq!(usual.manner.format, Format::Json);
        let change = MannerChange {
            format: Some(Format::Xml),
            nonce: Some(false),
            ..MannerChange::default()
        };
        let changed = usual.with(change);
        let expected = Manner {
            format: Format::Xml,
            nonce: false,
            ..usual.manner
        };
        assert_eq!(changed.manner, expected);
        assert_eq!(
            (&*changed.region, &*changed.credentials.access_key_id),
            ("here", "id")
        );
    }
}
