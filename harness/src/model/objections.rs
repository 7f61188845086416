//! What speaks against a call, and how that becomes the set of permitted answers.

use crate::spec::{Fault, Variables};

use super::{Answer, Key, Permitted};

/// Everything that speaks against a call, in the order in which the reference service looks.
///
/// The sources do not say what is checked first when several things are wrong at once. So every objection that
/// holds by itself becomes a permitted refusal.
#[derive(Debug, Default)]
pub(super) struct Objections<'a>(Vec<Objection<'a>>);

/// Objections, or the one that makes it impossible or pointless to look further.
pub(super) type Judged<'a> = Result<Objections<'a>, Objection<'a>>;

/// One reason to refuse.
#[derive(Clone, Copy, Debug)]
pub(super) struct Objection<'a> {
    pub(super) fault: Fault,
    pub(super) about: About<'a>,
    weight: Weight,
}

/// What an objection is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum About<'a> {
    /// This key.
    Key(&'a Key),
    /// What the caller wrote, where no key was found.
    Reference(&'a str),
    /// The request itself.
    Request,
}

/// How sure the sources are, in the order of the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// The call must be refused.
    Certain,
    /// The call may also be accepted, but the reference refuses.
    Likely,
    /// The call may also be refused, but the reference accepts.
    Unlikely,
}

impl<'a> Objections<'a> {
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// One more, of any weight.
    pub(super) fn add(&mut self, objection: Objection<'a>) {
        self.0.push(objection);
    }

    /// The call must be refused.
    pub(super) fn certain(&mut self, fault: Fault, about: About<'a>) {
        self.0.push(Objection::certain(fault, about));
    }

    /// The sources leave it open; the reference refuses. Say why where you call this.
    pub(super) fn likely(&mut self, fault: Fault, about: About<'a>) {
        self.push(fault, about, Weight::Likely);
    }

    /// The sources leave it open; the reference accepts. Say why where you call this.
    pub(super) fn unlikely(&mut self, fault: Fault, about: About<'a>) {
        self.push(fault, about, Weight::Unlikely);
    }

    fn push(&mut self, fault: Fault, about: About<'a>, weight: Weight) {
        self.0.push(Objection {
            fault,
            about,
            weight,
        });
    }

    /// The permitted answers; `variables` says what the text of a refusal may need.
    pub(super) fn into_permitted(
        self,
        variables: impl Fn(&Objection<'a>) -> Variables,
    ) -> Permitted {
        let of = |weight: Weight| self.0.iter().filter(move |one| one.weight == weight);
        let refuse = |objection: &Objection<'a>| Answer::Refuse {
            fault: objection.fault,
            variables: variables(objection),
        };
        let refusals = of(Weight::Certain).chain(of(Weight::Likely)).map(refuse);
        let accept = of(Weight::Certain)
            .next()
            .is_none()
            .then_some(Answer::Accept);
        let mut answers = refusals
            .chain(accept)
            .chain(of(Weight::Unlikely).map(refuse));
        let first = answers.next().unwrap_or(Answer::Accept);
        answers.fold(Permitted::only(first), |permitted, answer| {
            let is_known = permitted.iter().any(|known| *known == answer);
            if is_known {
                permitted
            } else {
                permitted.or(answer)
            }
        })
    }
}

impl<'a> Objection<'a> {
    pub(super) fn certain(fault: Fault, about: About<'a>) -> Self {
        Self {
            fault,
            about,
            weight: Weight::Certain,
        }
    }
}

impl<'a> From<Objection<'a>> for Objections<'a> {
    fn from(objection: Objection<'a>) -> Self {
        Self(vec![objection])
    }
}
