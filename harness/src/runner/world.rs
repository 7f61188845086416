//! What a scenario has learned so far: keys, replies, material. Turns calls of the file into requests.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::proof::is_proof;
use super::regions::Regions;
use crate::scenario::{Argument, Call, KeyForm, KeyReference, Material, Name, RegionRole};
use crate::spec::{
    ExpirationModel, Field, Fields, KeySpec, Operation, Origin, Request, Value, Variables,
    in_another_region, in_region, region_of,
};
use crate::wire::Dialect;
use crate::wrapping::derive_bytes;

/// The memory of one running scenario.
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) materials: BTreeMap<String, Material>,
    pub(super) regions: Regions,
    results: BTreeMap<String, Bound>,
}

/// What a named step led to.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) request: Request,
    pub(super) reply: Fields,
    pub(super) key: Option<Key>,
}

/// What we know about a key that we made.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) arn: Option<String>,
    pub(super) alias: Option<String>,
    region: Option<String>,
    origin: String,
    spec: String,
    usage: Option<String>,
}

/// Why a call of the file cannot be made into a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unmakeable(pub(super) String);

impl World {
    pub(super) fn new(seed: u64, materials: &BTreeMap<String, Material>, regions: Regions) -> Self {
        Self {
            seed,
            materials: materials.clone(),
            regions,
            results: BTreeMap::new(),
        }
    }

    /// Randomness for one purpose, from the run's seed.
    pub(super) fn random_bytes(&self, purpose: &str, length: usize) -> Vec<u8> {
        derive_bytes(self.seed, purpose, length).to_vec()
    }

    pub(super) fn bind(&mut self, name: &str, request: &Request, reply: &Fields) {
        self.results.insert(
            name.to_owned(),
            Bound {
                request: request.clone(),
                reply: reply.clone(),
                key: Key::made_by(request, reply),
            },
        );
    }

    /// Remembers the alias that a step gave to a key.
    pub(super) fn name_key(&mut self, key: &str, alias: &str) {
        if let Some(key) = self
            .results
            .get_mut(key)
            .and_then(|bound| bound.key.as_mut())
        {
            key.alias = Some(alias.to_owned());
        }
    }

    pub(super) fn result(&self, name: &Name) -> Result<&Bound, Unmakeable> {
        let missing = || Unmakeable(format!("`{}` has led to nothing", name.text));
        self.results.get(&name.text).ok_or_else(missing)
    }

    pub(super) fn key(&self, reference: &KeyReference) -> Option<&Key> {
        self.results
            .get(&reference.name.as_ref()?.text)?
            .key
            .as_ref()
    }

    /// The request that a call stands for; members of an import that need wrapping are not in it yet.
    pub(super) fn request(&self, call: &Call, now: Timestamp) -> Result<Request, Unmakeable> {
        let mut request = Request::new(call.operation);
        request.region = self.region(call)?;
        if let Some(reference) = &call.key {
            let field = key_field(call.operation);
            request.fields.set(field, self.spell_key(reference)?);
        }
        if let (Operation::CreateAlias, Some(reference)) = (call.operation, &call.key) {
            let alias = self.invented_alias(reference);
            request.fields.set(Field::Alias, alias);
        }
        if call.operation == Operation::Replicate {
            let second = self.regions.name(RegionRole::Second)?;
            request.fields.set(Field::ReplicaRegion, second);
        }
        if call.operation == Operation::Import && !says_when_it_expires(call) {
            request
                .fields
                .set(Field::ExpirationModel, ExpirationModel::Never);
        }
        let (proofs, others): (Vec<_>, Vec<_>) =
            call.fields.iter().partition(|(_, it)| is_proof(it));
        for (field, argument) in others {
            let value = self.argument(*field, argument, now)?;
            request.fields.set(*field, value);
        }
        for (field, argument) in proofs {
            let value = self.proof(argument, &request.fields)?;
            request.fields.set(*field, value);
        }
        Ok(request)
    }

    /// The Region that the step names, or that its key is in.
    fn region(&self, call: &Call) -> Result<Option<String>, Unmakeable> {
        let key = call.key.as_ref().and_then(|reference| self.key(reference));
        match call.region {
            Some(role) => Ok(Some(self.regions.name(role)?.to_owned())),
            None => Ok(key.and_then(|key| key.region.clone())),
        }
    }

    fn argument(
        &self,
        field: Field,
        argument: &Argument,
        now: Timestamp,
    ) -> Result<Value, Unmakeable> {
        Ok(match argument {
            Argument::Is(value) => self.regions.meant(field, value)?.into_owned(),
            Argument::FromNow(offset) => {
                let moment = now.checked_add(*offset).map_err(|_| {
                    Unmakeable(format!("{offset} from now is beyond all calendars"))
                })?;
                whole_seconds(moment).into()
            }
            Argument::RandomBytes(length) => self
                .random_bytes(&format!("argument {field}"), *length)
                .into(),
            Argument::SealedFor { .. } | Argument::SignedBy(_) => {
                return Err(Unmakeable(format!("{field} needs the other members first")));
            }
            Argument::Of { name, damage } => {
                let reply = &self.result(name)?.reply;
                let value = reply.value(field).cloned();
                let value = value.ok_or_else(|| {
                    Unmakeable(format!("the reply to `{}` had no {field}", name.text))
                })?;
                match (value, damage) {
                    (Value::Bytes(bytes), Some(damage)) => {
                        let mut rng = crate::wrapping::seeded_rng(self.seed, "damage");
                        damage.apply(&bytes, &mut rng).into()
                    }
                    (value, _) => value,
                }
            }
        })
    }

    fn spell_key(&self, reference: &KeyReference) -> Result<String, Unmakeable> {
        if reference.form == KeyForm::UnknownId {
            return Ok(self.unknown_id());
        }
        let key = self
            .key(reference)
            .ok_or_else(|| Unmakeable("the key of this step was never made".to_owned()))?;
        let arn = || {
            let arn = key.arn.as_deref();
            arn.ok_or_else(|| Unmakeable("the service gave the key no ARN".to_owned()))
        };
        let alias = || {
            let alias = key.alias.as_deref();
            alias.ok_or_else(|| Unmakeable("no step gave the key an alias".to_owned()))
        };
        Ok(match reference.form {
            KeyForm::Id | KeyForm::UnknownId => key.id.clone(),
            KeyForm::Arn => arn()?.to_owned(),
            KeyForm::ForeignArn => in_another_region(arn()?),
            KeyForm::Alias => alias()?.to_owned(),
            KeyForm::AliasArn => arn()?.replace(&format!("key/{}", key.id), alias()?),
            KeyForm::UnknownArn => arn()?.replace(&key.id, &self.unknown_id()),
        })
    }

    fn unknown_id(&self) -> String {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.random_bytes("unknown key", 16));
        uuid::Builder::from_random_bytes(bytes)
            .into_uuid()
            .to_string()
    }

    /// Another one for every key and call. Ids are the service's own: a run that is repeated with its seed meets no
    /// alias of an earlier one.
    fn invented_alias(&self, reference: &KeyReference) -> String {
        let of = self.key(reference).map(|key| (&key.id, &key.alias));
        let name = self.random_bytes(&format!("alias of {of:?}"), 8);
        format!("alias/byokcheck-{}", hex::encode(name))
    }

    /// What the text of a refusal may speak of, spelled as the dialect spells it.
    pub(super) fn variables(
        &self,
        call: &Call,
        request: &Request,
        dialect: &dyn Dialect,
    ) -> Variables {
        let mut variables = Variables::new();
        for name in ["material-id", "pending-material-id"] {
            variables.set(name, SOME_MATERIAL_ID);
        }
        if let Some(name) = dialect.operation_name(request.operation) {
            variables.set("operation", name);
        }
        if let Some(sent) = request.key() {
            variables.set("key-id", sent);
            if let Some(region) = region_of(sent) {
                variables.set("region", region);
            }
        }
        for (name, field) in SPOKEN_OF {
            if let Some(text) = request.fields.text(*field) {
                variables.set(name, dialect.spell(*field, text));
            }
        }
        if let Some(reference) = &call.key
            && let Some(key) = self.key(reference)
        {
            key.describe_in(&mut variables, dialect);
            // A key is spoken of by the ARN that it would have where it is asked for.
            if let (Some(region), Some(arn)) = (&request.region, &key.arn) {
                variables.set("key-arn", in_region(arn, region));
            }
            if matches!(reference.form, KeyForm::UnknownArn | KeyForm::UnknownId)
                && let Some(arn) = &key.arn
            {
                // A key that does not exist is spoken of by the ARN that it would have.
                variables.set("key-arn", arn.replace(&key.id, &self.unknown_id()));
            }
        }
        variables
    }
}

/// Stands in a text for an id of material: how it is made is the service's secret.
pub(super) const SOME_MATERIAL_ID: &str = "<64 hexadecimal digits>";

/// Members of a request whose value a refusal may repeat.
const SPOKEN_OF: &[(&str, Field)] = &[
    ("algorithm", Field::MacAlgorithm),
    ("algorithm", Field::SigningAlgorithm),
    ("alias", Field::Alias),
    ("key-spec", Field::Spec),
    ("origin", Field::Origin),
    ("usage", Field::Usage),
    ("wrapping-algorithm", Field::WrappingAlgorithm),
    ("wrapping-key-spec", Field::WrappingKeySpec),
];

impl Key {
    /// The key that an accepted call has made, if it made one.
    pub(super) fn made_by(request: &Request, reply: &Fields) -> Option<Self> {
        let told = |field| reply.text(field).or_else(|| request.fields.text(field));
        let region = match request.operation {
            Operation::CreateKey => request.region.clone(),
            Operation::Replicate => told(Field::ReplicaRegion).map(str::to_owned),
            _ => return None,
        };
        Some(Self {
            region,
            id: reply.text(Field::KeyId)?.to_owned(),
            arn: reply.text(Field::Arn).map(str::to_owned),
            alias: None,
            origin: told(Field::Origin).map_or_else(|| Origin::Service.to_string(), str::to_owned),
            spec: told(Field::Spec).map_or_else(|| KeySpec::Symmetric.to_string(), str::to_owned),
            usage: told(Field::Usage).map(str::to_owned),
        })
    }

    /// A call about this key, in its Region.
    pub(super) fn call(&self, operation: Operation) -> Request {
        Request::new(operation)
            .within(self.region.as_deref())
            .with(Field::KeyId, self.id.as_str())
    }

    fn describe_in(&self, variables: &mut Variables, dialect: &dyn Dialect) {
        if let Some(arn) = &self.arn {
            variables.set("key-arn", arn);
        }
        variables.set("origin", dialect.spell(Field::Origin, &self.origin));
        variables.set("key-spec", dialect.spell(Field::Spec, &self.spec));
        if let Some(usage) = &self.usage {
            variables.set("usage", dialect.spell(Field::Usage, usage));
        }
    }
}

/// The member that says which key an operation is about.
pub(super) fn key_field(operation: Operation) -> Field {
    match operation {
        Operation::ReEncrypt => Field::DestinationKeyId,
        Operation::CreateAlias => Field::TargetKeyId,
        _ => Field::KeyId,
    }
}

fn says_when_it_expires(call: &Call) -> bool {
    let expiry = [Field::ExpirationModel, Field::ValidTo];
    call.fields.iter().any(|(field, _)| expiry.contains(field))
}

/// Services differ in what they make of fractions of a second; unless a rule is about them we send none.
fn whole_seconds(moment: Timestamp) -> Timestamp {
    Timestamp::from_second(moment.as_second()).unwrap_or(moment)
}

/// The seed of one scenario, so that a scenario gets the same material whatever else is run.
pub(super) fn scenario_seed(run_seed: u64, scenario: &str) -> u64 {
    let mut hash = Sha256::new();
    hash.update(run_seed.to_be_bytes());
    hash.update(scenario);
    let digest = hash.finalize();
    digest
        .iter()
        .take(8)
        .fold(0, |seed, byte| (seed << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::scenario_seed;

    #[test]
    fn every_scenario_has_a_seed_of_its_own_in_every_run() {
        let runs = 0..8;
        let seeds: BTreeSet<u64> = runs
            .flat_map(|run| (0..8).map(move |case| scenario_seed(run, &format!("aws/{case}"))))
            .collect();
        assert_eq!(seeds.len(), 64);
        let highest = seeds.iter().filter(|seed| **seed > u64::MAX / 2).count();
        let odd = seeds.iter().filter(|seed| **seed % 2 == 1).count();
        assert!((16..48).contains(&highest) && (16..48).contains(&odd));
    }
}
