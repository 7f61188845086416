//! Random sequences of calls: what holds after every step, whatever the calls were.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::spec::{
    Field, Fields, KeySpec, KeyState, MaterialId, Operation, Origin, Refusal, Reply, Request,
};

use super::{
    Answer, Facts, Kms, MaterialFact, ParametersId, SealedFact, TokenFact, tests::edition,
};

proptest! {
    #[test]
    fn the_invariants_hold_after_every_step(steps in prop::collection::vec(step(), 1..40)) {
        let mut world = World::new();
        for step in &steps {
            world.take(step)?;
        }
    }
}

/// One call and the time before it. Small numbers, so that calls meet.
#[derive(Clone, Debug)]
struct Step {
    pause: SignedDuration,
    operation: Operation,
    key: u8,
    other: u8,
    set: u8,
    material: u8,
    valid_to: Option<SignedDuration>,
    /// Whether an import says that its bytes are new, and a deletion which material it means.
    particular: bool,
    accept: bool,
}

fn step() -> impl Strategy<Value = Step> {
    (
        prop::sample::select(PAUSES),
        prop::sample::select(OPERATIONS),
        0..3_u8,
        0..3_u8,
        0..8_u8,
        0..5_u8,
        prop::option::of(prop::sample::select(VALIDITIES)),
        any::<bool>(),
        prop::bool::weighted(0.9),
    )
        .prop_map(
            |(pause, operation, key, other, set, material, valid_to, particular, accept)| Step {
                pause: SignedDuration::from_mins(pause),
                operation,
                key,
                other,
                set,
                material,
                valid_to: valid_to.map(SignedDuration::from_mins),
                particular,
                accept,
            },
        )
}

const PAUSES: &[i64] = &[0, 0, 0, 1, 60, 24 * 60, 8 * 24 * 60];

const VALIDITIES: &[i64] = &[-60, 1, 60, 366 * 24 * 60];

const OPERATIONS: &[Operation] = &[
    Operation::CreateKey,
    Operation::CreateKey,
    Operation::GetParameters,
    Operation::GetParameters,
    Operation::Import,
    Operation::Import,
    Operation::Import,
    Operation::Rotate,
    Operation::ListRotations,
    Operation::DeleteMaterial,
    Operation::EnableKey,
    Operation::DisableKey,
    Operation::ScheduleDeletion,
    Operation::CancelDeletion,
    Operation::Encrypt,
    Operation::Decrypt,
    Operation::DescribeKey,
    Operation::CreateAlias,
    Operation::DeleteAlias,
    Operation::ListAliases,
];

/// The model, and what a bystander with a long memory has seen of it.
struct World {
    kms: Kms,
    now: Timestamp,
    made: Vec<String>,
    sets: BTreeMap<u8, (String, Timestamp)>,
    /// What each key is bound to for ever, in order, and what it waits to be bound to.
    bound: BTreeMap<String, Vec<MaterialId>>,
    waiting: BTreeMap<String, MaterialId>,
}

impl World {
    fn new() -> Self {
        Self {
            kms: Kms::new(edition(), "111122223333", "eu-west-1"),
            now: Timestamp::UNIX_EPOCH,
            made: Vec::new(),
            sets: BTreeMap::new(),
            bound: BTreeMap::new(),
            waiting: BTreeMap::new(),
        }
    }

    fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        self.pass(step.pause)?;
        let (request, facts) = self.call(step);
        let permitted = self.kms.permitted(&request, &facts, self.now);
        prop_assert!(permitted.iter().next().is_some());
        let before = self.kms.clone();
        let accepts = *permitted.first() == Answer::Accept;
        let accepted = accepts && step.accept;
        let reply = if accepted {
            let id = format!("00000000-0000-4000-8000-{:012x}", self.made.len());
            Reply::Accepted(Fields::new().with(Field::KeyId, id))
        } else {
            refusal()
        };
        self.kms.observe(&request, &facts, &reply, self.now);
        if accepted {
            self.remember(step, &request, &facts)?;
        } else {
            prop_assert_eq!(&before, &self.kms);
        }
        self.hold()
    }

    /// Time takes material and keys away and gives nothing back.
    fn pass(&mut self, pause: SignedDuration) -> Result<(), TestCaseError> {
        let later = self.now + pause;
        for key in self.kms.keys() {
            prop_assert!(key.has_material(self.now) || !key.has_material(later));
            prop_assert!(!key.is_gone(self.now) || key.is_gone(later));
        }
        self.now = later;
        Ok(())
    }

    fn call(&self, step: &Step) -> (Request, Facts) {
        let material = MaterialId(format!("m{}", step.material));
        let request = match step.operation {
            Operation::CreateKey => {
                let origin = if step.key == 0 {
                    Origin::Service
                } else {
                    Origin::External
                };
                Request::new(Operation::CreateKey).with(Field::Origin, origin)
            }
            Operation::CreateAlias => Request::new(Operation::CreateAlias)
                .with(Field::TargetKeyId, self.key(step.key))
                .with(Field::Alias, format!("alias/{}", step.other)),
            Operation::DeleteAlias => Request::new(Operation::DeleteAlias)
                .with(Field::Alias, format!("alias/{}", step.other)),
            operation => Request::new(operation).with(Field::KeyId, self.key(step.key)),
        };
        let request = match step.operation {
            Operation::GetParameters => request
                .with(Field::WrappingAlgorithm, "RSAES_OAEP_SHA_256")
                .with(Field::WrappingKeySpec, "RSA_2048"),
            Operation::Import => match step.valid_to {
                Some(valid_to) => request.with(Field::ValidTo, self.now + valid_to),
                None => request.with(Field::ExpirationModel, "never"),
            },
            Operation::DeleteMaterial if step.particular => {
                request.with(Field::MaterialId, material.0.as_str())
            }
            _ => request,
        };
        let request = if step.operation == Operation::Import && step.particular {
            request.with(Field::ImportType, "new")
        } else {
            request
        };
        let set = match step.operation {
            // Sets have fresh names; an import takes one of the latest.
            Operation::GetParameters => self.sets.len(),
            _ => self.sets.len().saturating_sub(1 + usize::from(step.set)),
        };
        let facts = Facts {
            token: Some(TokenFact::Of(ParametersId(set as u64))),
            material: Some(match step.material {
                3 => MaterialFact::Malformed,
                4 => MaterialFact::Undecryptable,
                _ => MaterialFact::Is(material.clone()),
            }),
            sealed: Some(SealedFact::By {
                key: self.key(step.other),
                material,
            }),
            proof: Some(true),
        };
        (request, facts)
    }

    fn key(&self, number: u8) -> String {
        let latest = self.made.len().saturating_sub(1 + usize::from(number));
        let id = self.made.get(latest).cloned();
        id.unwrap_or_else(|| "ffffffff-ffff-4fff-8fff-ffffffffffff".to_owned())
    }

    /// Checks what an accepted call may have done, and remembers it.
    fn remember(
        &mut self,
        step: &Step,
        request: &Request,
        facts: &Facts,
    ) -> Result<(), TestCaseError> {
        let key = request.key().unwrap_or_default().to_owned();
        match (request.operation, facts) {
            (Operation::CreateKey, _) => {
                let id = format!("00000000-0000-4000-8000-{:012x}", self.made.len());
                self.made.push(id);
            }
            (Operation::GetParameters, _) => {
                let number = self.sets.len() as u8;
                self.sets.insert(number, (key, self.now));
            }
            (
                Operation::Import,
                Facts {
                    token: Some(TokenFact::Of(set)),
                    material: Some(MaterialFact::Is(material)),
                    ..
                },
            ) => {
                let (owner, issued) = &self.sets[&(set.0 as u8)];
                prop_assert_eq!(owner, &key, "a token served another key");
                prop_assert!(self.now.duration_since(*issued) <= edition().parameters_validity);
                let is_waiting = self.waiting.get(&key) == Some(material);
                let bound = self.bound.entry(key.clone()).or_default();
                if bound.is_empty() {
                    bound.push(material.clone());
                } else if step.particular {
                    prop_assert!(!bound.contains(material), "known material became new");
                    self.waiting.insert(key, material.clone());
                } else {
                    let known = is_waiting || bound.contains(material);
                    prop_assert!(known, "a key took other material");
                }
            }
            (Operation::Rotate, _) => {
                let next = self.waiting.remove(&key);
                let bound = self.bound.entry(key).or_default();
                bound.extend(next);
            }
            (Operation::DeleteMaterial, _) => {
                let named = request.fields.text(Field::MaterialId);
                let waiting = self.waiting.get(&key);
                if waiting.is_some_and(|waiting| Some(waiting.0.as_str()) == named) {
                    self.waiting.remove(&key);
                }
            }
            (Operation::Import, _) => prop_assert!(false, "accepted {step:?}"),
            _ => {}
        }
        Ok(())
    }

    fn hold(&self) -> Result<(), TestCaseError> {
        for key in self.kms.keys() {
            let there = match key.origin() {
                Origin::Service => true,
                Origin::External => {
                    let mut materials = key.materials().iter();
                    key.current().is_some() && materials.all(|one| one.is_there(self.now))
                }
            };
            let usable = there && !key.disabled() && key.deletion().is_none();
            prop_assert_eq!(key.is_usable(self.now), usable);
            let bound = key.materials().iter().map(super::Material::id);
            prop_assert!(bound.eq(self.bound.get(key.id()).into_iter().flatten()));
            if let Some(waiting) = key.waiting(self.now) {
                prop_assert_eq!(Some(waiting.id()), self.waiting.get(key.id()));
            }
            let shown = self.kms.metadata(key, self.now);
            prop_assert_eq!(shown.flag(Field::Enabled), Some(usable));
            prop_assert_eq!(
                shown.name::<KeyState>(Field::State),
                Some(key.state(self.now))
            );
            prop_assert_eq!(shown.name::<KeySpec>(Field::Spec), Some(KeySpec::Symmetric));
        }
        Ok(())
    }
}

fn refusal() -> Reply {
    Reply::Refused(Refusal {
        code: "Whatever".to_owned(),
        status: 400,
        message: None,
    })
}
