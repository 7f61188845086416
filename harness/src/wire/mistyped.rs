/// A member of a message whose value is not what its shape demands.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path} is not {expected}")]
pub(super) struct Mistyped {
    /// The names from the outermost structure to the member, joined by dots.
    pub(super) path: String,
    /// What the shape demands.
    pub(super) expected: &'static str,
}

impl Mistyped {
    /// What the member of this name should have been.
    pub(super) fn new(member: &str, expected: &'static str) -> Self {
        Self {
            path: member.to_owned(),
            expected,
        }
    }

    /// The same complaint, seen from one structure further out.
    pub(super) fn within(self, outer: &str) -> Self {
        Self {
            path: format!("{outer}.{}", self.path),
            ..self
        }
    }
}
