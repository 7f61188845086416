//! Sequences of calls as bytes: eight per step, one for each of its choices, so that sequences can be written as well
//! as read, and a change of one byte is a change of one choice.

use arbitrary::{Arbitrary, Result, Unstructured};
use jiff::SignedDuration;

use crate::spec::{KeySpec, Operation};

/// One call and the time before it. Small numbers, so that calls meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Minutes that pass before the call.
    pub pause: i64,
    /// What is asked.
    pub operation: Operation,
    /// Of which key, counted back from the one that was made last.
    pub key: usize,
    /// Of which other key, alias, or kind of new key the call speaks.
    pub other: usize,
    /// With which set of parameters, counted back from the one that was issued last.
    pub set: usize,
    /// What the blob holds, and which material an id means.
    pub blob: Blob,
    /// For how many minutes material is valid; `None` is without end.
    pub validity: Option<i64>,
    /// Whether an import says that its bytes are new, a deletion which material it means, a decryption its key; and
    /// which answer is given.
    pub manner: Manner,
}

/// What an import carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blob {
    /// The material of this number.
    Material(u8),
    /// Something that is no material of the key's spec.
    Malformed,
    /// Something that does not unwrap.
    Undecryptable,
}

/// How a call is made and answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// Whether the call says more than it must.
    pub particular: bool,
    /// Which answer the service gives.
    pub answer: Given,
}

/// Which answer the service gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// The first that is permitted, as the reference does.
    First,
    /// The last that is permitted.
    Last,
    /// A refusal, permitted or not.
    Refusal,
}

/// The longest sequence that is played.
pub const LONGEST: usize = 64;

/// What every sequence is: read to its end, or to the longest that is played.
#[must_use]
pub fn read(data: &[u8]) -> Vec<Step> {
    data.chunks(STEP_BYTES)
        .take(LONGEST)
        .filter_map(|bytes| Unstructured::new(bytes).arbitrary().ok())
        .collect()
}

/// The bytes that read as these steps.
///
/// # Panics
/// When a step was not [`read`], and holds what no byte stands for.
#[must_use]
pub fn write(steps: &[Step]) -> Vec<u8> {
    steps.iter().flat_map(Step::bytes).collect()
}

const STEP_BYTES: usize = 8;

impl<'a> Arbitrary<'a> for Step {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            operation: *input.choose(OPERATIONS)?,
            key: *input.choose(NUMBERS)?,
            set: *input.choose(NUMBERS)?,
            blob: *input.choose(BLOBS)?,
            manner: *input.choose(MANNERS)?,
            pause: *input.choose(PAUSES)?,
            other: *input.choose(NUMBERS)?,
            validity: *input.choose(VALIDITIES)?,
        })
    }
}

impl Step {
    fn bytes(&self) -> [u8; STEP_BYTES] {
        [
            index(OPERATIONS, &self.operation),
            index(NUMBERS, &self.key),
            index(NUMBERS, &self.set),
            index(BLOBS, &self.blob),
            index(MANNERS, &self.manner),
            index(PAUSES, &self.pause),
            index(NUMBERS, &self.other),
            index(VALIDITIES, &self.validity),
        ]
    }

    /// The time before the call.
    #[must_use]
    pub fn pause(&self) -> SignedDuration {
        SignedDuration::from_mins(self.pause)
    }

    /// The kind of key that a creation asks for, and whether its material is imported.
    #[must_use]
    pub fn kind(&self) -> (KeySpec, bool) {
        KINDS[self.other % KINDS.len()]
    }
}

fn index<T: PartialEq>(choices: &[T], chosen: &T) -> u8 {
    let index = choices.iter().position(|choice| choice == chosen);
    u8::try_from(index.expect("a step holds what its byte can stand for"))
        .expect("there are fewer than 256 choices")
}

const KINDS: &[(KeySpec, bool)] = &[
    (KeySpec::Symmetric, true),
    (KeySpec::Hmac256, true),
    (KeySpec::Symmetric, false),
    (KeySpec::EccNistP256, true),
];

const PAUSES: &[i64] = &[0, 1, 60, 24 * 60, 8 * 24 * 60, 23 * 60 + 59];

const VALIDITIES: &[Option<i64>] = &[None, Some(60), Some(1), Some(-60), Some(366 * 24 * 60)];

const NUMBERS: &[usize] = &[0, 1, 2, 3, 4, 5, 6, 7];

const BLOBS: &[Blob] = &[
    Blob::Material(0),
    Blob::Material(1),
    Blob::Material(2),
    Blob::Malformed,
    Blob::Undecryptable,
];

const MANNERS: &[Manner] = &[
    manner(false, Given::First),
    manner(true, Given::First),
    manner(false, Given::Last),
    manner(true, Given::Last),
    manner(false, Given::Refusal),
];

const fn manner(particular: bool, answer: Given) -> Manner {
    Manner { particular, answer }
}

/// Those that move state come first, and the first of all makes a key: zeros are a sequence too.
const OPERATIONS: &[Operation] = &[
    Operation::CreateKey,
    Operation::GetParameters,
    Operation::Import,
    Operation::DeleteMaterial,
    Operation::Rotate,
    Operation::EnableKey,
    Operation::DisableKey,
    Operation::ScheduleDeletion,
    Operation::CancelDeletion,
    Operation::CreateAlias,
    Operation::DeleteAlias,
    Operation::EnableRotation,
    Operation::DisableRotation,
    Operation::TagKey,
    Operation::UntagKey,
    Operation::UpdateDescription,
    Operation::DescribeKey,
    Operation::ListKeys,
    Operation::ListAliases,
    Operation::ListTags,
    Operation::ListRotations,
    Operation::GetRotationStatus,
    Operation::GetPublicKey,
    Operation::Encrypt,
    Operation::Decrypt,
    Operation::ReEncrypt,
    Operation::GenerateDataKey,
    Operation::GenerateMac,
    Operation::VerifyMac,
    Operation::Sign,
    Operation::Verify,
    Operation::Replicate,
    Operation::CreateGrant,
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use strum::VariantArray;

    use super::*;

    #[test]
    fn every_operation_can_be_asked_for() {
        for operation in Operation::VARIANTS {
            let count = OPERATIONS.iter().filter(|it| *it == operation).count();
            assert_eq!(count, 1, "{operation}");
        }
    }

    proptest! {
        #[test]
        fn a_sequence_survives_its_bytes(data in prop::collection::vec(any::<u8>(), 0..200)) {
            let steps = read(&data);
            prop_assert_eq!(steps.len(), data.len().div_ceil(STEP_BYTES));
            prop_assert_eq!(read(&write(&steps)), steps);
        }
    }
}
