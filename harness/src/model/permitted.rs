use crate::spec::{Fault, Variables};

/// The answers that the rules permit to a call; never empty. More than one only where the sources leave it open.
/// The first is what the reference service gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permitted(Vec<Answer>);

/// One permitted answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The call is carried out.
    Accept,
    /// The call is refused and nothing changes.
    Refuse {
        /// Why.
        fault: Fault,
        /// What the text of the refusal may need.
        variables: Variables,
    },
}

impl Permitted {
    /// Exactly one answer.
    #[must_use]
    pub fn only(answer: Answer) -> Self {
        Self(vec![answer])
    }

    /// Also permitted, because the sources leave it open; say why where you call this.
    #[must_use]
    pub fn or(mut self, answer: Answer) -> Self {
        self.0.push(answer);
        self
    }

    /// What the reference service gives.
    #[must_use]
    pub fn first(&self) -> &Answer {
        &self.0[0]
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Answer> {
        self.0.iter()
    }
}
