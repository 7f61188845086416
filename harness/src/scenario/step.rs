//! What a step is, once read.

use std::ops::Range;

use jiff::SignedDuration;
use strum::{Display, EnumString, VariantArray};

use crate::spec::{
    Facet, Fault, Field, KeyState, MannerChange, Operation, Spoil, Value, WireForm,
    WrappingAlgorithm, WrappingKeySpec,
};
use crate::wrapping::{Damage, WrapVariant};

/// A text of the file with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// What stands there.
    pub text: String,
    /// Where.
    pub span: Range<usize>,
}

/// One call, or one passing of time, and what it must lead to.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its number in the file, from 1.
    pub number: usize,
    /// What later steps call its result.
    pub name: Option<Name>,
    /// What is done.
    pub action: Action,
    /// Where `do` stands.
    pub span: Range<usize>,
    /// What it must lead to; a step without is set-up and only has to be accepted.
    pub then: Option<Expectation>,
    /// What proves that a refusal has the cause that we think.
    pub control: Control,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Asks the service for something.
    Call(Box<Call>),
    /// Lets time pass for the service.
    PassTime(SignedDuration),
}

/// A call with members that are known only when it is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What is asked.
    pub operation: Operation,
    /// Of which key.
    pub key: Option<KeyReference>,
    /// In which Region; left out, in that of the key.
    pub region: Option<RegionRole>,
    /// With which members.
    pub fields: Vec<(Field, Argument)>,
    /// Members that the call would have and that are left out.
    pub omit: Vec<Field>,
    /// How the material of an import is made ready.
    pub wrapping: Option<Wrapping>,
    /// How it travels, where that is not as usual.
    pub manner: MannerChange,
    /// What is wrong with the message that carries the call.
    pub spoil: Option<Spoil>,
}

/// Which key, and how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyReference {
    /// The step that made it; `None` for keys that do not exist.
    pub name: Option<Name>,
    /// How it is written.
    pub form: KeyForm,
}

/// The Regions that a scenario can speak of; the target says what they are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum RegionRole {
    /// Where keys are created.
    First,
    /// Where replicas are made.
    Second,
}

/// How a key is written in a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Display, EnumString, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum KeyForm {
    /// The bare id.
    #[default]
    Id,
    /// The ARN.
    Arn,
    /// The ARN with another Region in it.
    ForeignArn,
    /// The alias that a step gave it.
    Alias,
    /// The ARN of that alias.
    AliasArn,
    /// A well-formed id of no key.
    UnknownId,
    /// A well-formed ARN of no key.
    UnknownArn,
}

impl KeyForm {
    /// Whether the service can find the key by it.
    #[must_use]
    pub fn names_the_key(self) -> bool {
        match self {
            Self::Id | Self::Arn | Self::Alias | Self::AliasArn => true,
            Self::ForeignArn | Self::UnknownId | Self::UnknownArn => false,
        }
    }
}

/// The value of a member.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// Known from the file.
    Is(Value),
    /// A moment, counted from the target's now.
    FromNow(SignedDuration),
    /// So many bytes derived from the seed.
    RandomBytes(usize),
    /// The same member of an earlier reply, damaged if so wished.
    Of {
        /// The step that got the reply.
        name: Name,
        /// The one defect applied to it.
        damage: Option<Damage>,
    },
    /// What anybody can make who knows a public key: the plaintext, encrypted here under the public key of this
    /// material with the algorithm of the step.
    SealedFor {
        /// Whose public key.
        material: Name,
        /// What is encrypted.
        plaintext: Vec<u8>,
    },
    /// The signature of the step's message, made here with this material and the algorithm of the step.
    SignedBy(Name),
}

/// How the material of an import is made ready.
#[derive(Clone, Debug, PartialEq)]
pub struct Wrapping {
    /// Which material.
    pub material: Name,
    /// Where wrapping key and token come from.
    pub parameters: ParameterSource,
    /// Whose wrapping key is used instead of the one that belongs to the token.
    pub wrapped_for: Option<Name>,
    /// What is done differently from what the parameters ask for.
    pub wrap: Wrap,
    /// The one defect applied to the finished ciphertext.
    pub damage: Option<Damage>,
}

/// Where wrapping key and token come from.
#[derive(Clone, Debug, PartialEq)]
pub enum ParameterSource {
    /// An earlier step.
    Step(Name),
    /// A fresh set, fetched just before the import.
    Fresh {
        /// With this algorithm.
        algorithm: WrappingAlgorithm,
        /// With this kind of wrapping key.
        wrapping_key: WrappingKeySpec,
    },
}

/// How the material is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrap {
    /// As the parameters ask for.
    AsAsked,
    /// With another algorithm.
    With(WrappingAlgorithm),
    /// With the right algorithm, one thing in it done wrong.
    Except(WrapVariant),
}

/// What a step must lead to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expectation {
    /// Why it must be refused; `None`: it must be accepted.
    pub refused: Option<(Fault, Range<usize>)>,
    /// The text of the refusal, where the fault alone does not say it.
    pub text: Option<Name>,
    /// The state of the step's key afterwards.
    pub state: Option<(KeyState, Range<usize>)>,
    /// Members of the reply.
    pub reply: Vec<(Field, Matcher, Range<usize>)>,
    /// The entries of the list in the reply.
    pub entries: Option<Entries>,
    /// Members of the key's metadata afterwards.
    pub metadata: Vec<(Field, Matcher, Range<usize>)>,
    /// What the HTTP message of the reply must be like.
    pub wire: Vec<(WireForm, Range<usize>)>,
    /// Facets that the sources leave open for this very case, with the reason: compared, never scored.
    pub open: Vec<(Facet, String)>,
    /// Why a refusal may change something all the same.
    pub may_change: Option<String>,
    /// Where `then` stands.
    pub span: Range<usize>,
}

/// What the list in a reply must hold, in any order, and nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct Entries {
    /// One per record.
    pub entries: Vec<Entry>,
    /// Where `entries` stands.
    pub span: Range<usize>,
}

/// What one record of a list must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its members; others may be there as well.
    pub members: Vec<(Field, Matcher, Range<usize>)>,
    /// Where it stands.
    pub span: Range<usize>,
}

/// What a member must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Matcher {
    /// Not there.
    Absent,
    /// There, whatever it is.
    Present,
    /// This value.
    Is(Value),
    /// This moment, counted from the call, give or take `within`.
    Near {
        /// From the call.
        offset: SignedDuration,
        /// How far it may be off.
        within: SignedDuration,
    },
    /// What this member was in an earlier reply.
    SameAs(Name, Field),
    /// Not what this member was in an earlier reply.
    DiffersFrom(Name, Field),
    /// Of this form.
    Form(Form),
    /// So many bytes, from and to.
    Length(usize, usize),
    /// The MAC of the step's message, computed here with this material.
    MacOf(Name),
    /// The public key of this material, computed here, as DER SubjectPublicKeyInfo.
    PublicKeyOf(Name),
    /// A signature of the step's message that this material's public key verifies, checked here.
    SignedBy(Name),
}

/// Forms that a member can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Form {
    /// The ARN of the step's key.
    KeyArn,
    /// 64 lower-case hexadecimal digits.
    MaterialId,
    /// An RSA public key as DER SubjectPublicKeyInfo, as large as the call asked for, with exponent 65537.
    WrappingKey,
}

/// What proves that a refusal has the cause that we think.
#[derive(Clone, Debug, PartialEq)]
pub enum Control {
    /// Nothing; the lint asks for a reason when the step expects a refusal.
    None,
    /// This call, which is the step without its fault, must be accepted straight afterwards.
    Step(Box<Step>),
    /// Another step of the file.
    Elsewhere(Name),
    /// There can be none, for this reason.
    Impossible(String),
}
