//! The service in all Regions of an account. Each Region is a [`Kms`] of its own; related multi-Region keys are brought
//! together here and nowhere else.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::spec::{Edition, Fault, Field, Fields, Operation, Reply, Request};

use super::key::Key;
use super::kms::Kms;
use super::{Facts, Permitted};

/// A key management service in every Region of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// As it is in a Region where nothing was ever called; its own Region is that of calls that name none.
    untouched: Kms,
    /// By name, as soon as something was called there.
    regions: BTreeMap<String, Kms>,
}

impl Account {
    /// A service that is the same in every Region: like `kms`, which has no keys yet. Calls without a Region go to
    /// its Region.
    #[must_use]
    pub fn new(kms: Kms) -> Self {
        Self {
            untouched: kms,
            regions: BTreeMap::new(),
        }
    }

    /// From now on the service behaves as `edition` says in every Region; what it has stays.
    pub fn change_edition(&mut self, edition: Edition) {
        for kms in self.regions.values_mut().chain([&mut self.untouched]) {
            kms.edition = edition;
        }
    }

    /// The answers that the rules permit to a call in its Region; see [`Kms::permitted`].
    #[must_use]
    pub fn permitted(&self, request: &Request, facts: &Facts, now: Timestamp) -> Permitted {
        self.kms(request).permitted(request, facts, now)
    }

    /// Takes over what an answer tells about the Region of the call, and about keys elsewhere that are related to the
    /// key of the call; see [`Kms::observe`].
    pub fn observe(&mut self, request: &Request, facts: &Facts, reply: &Reply, now: Timestamp) {
        let region = self.region(request).to_owned();
        self.enter(&region).observe(request, facts, reply, now);
        if !matches!(reply, Reply::Accepted(_)) {
            return;
        }
        let Some(Ok(key)) = request.key().map(|key| self.resolve(request, key)) else {
            return;
        };
        if key.multi_region() {
            let key = key.clone();
            if request.operation == Operation::Replicate {
                self.add_replica(&key, &request.fields, now);
            }
            self.reunite(&key, now);
        }
    }

    /// The part of an accepted answer that follows from the state alone; see [`Kms::reply_fields`].
    #[must_use]
    pub fn reply_fields(&self, request: &Request, facts: &Facts, now: Timestamp) -> Fields {
        if request.operation == Operation::Replicate {
            return self.new_replica(request, now).unwrap_or_default();
        }
        self.kms(request).reply_fields(request, facts, now)
    }

    /// The key that the token of a call was issued for, in the Region of the call.
    #[must_use]
    pub fn key_of_token(&self, request: &Request, facts: &Facts) -> Option<&Key> {
        let kms = self.regions.get(self.region(request))?;
        kms.keys().find(|key| key.has_parameters(facts))
    }

    /// The service in a Region, if anything was called there.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Option<&Kms> {
        self.regions.get(region)
    }

    /// The key that a call in its Region means; see [`Kms::resolve`].
    ///
    /// # Errors
    /// As there.
    pub fn resolve(&self, request: &Request, reference: &str) -> Result<&Key, Fault> {
        let kms = self.regions.get(self.region(request));
        kms.unwrap_or(&self.untouched).resolve(reference)
    }

    fn region<'r>(&'r self, request: &'r Request) -> &'r str {
        request.region.as_deref().unwrap_or(&self.untouched.region)
    }

    fn kms(&self, request: &Request) -> Cow<'_, Kms> {
        let region = self.region(request);
        match self.regions.get(region) {
            Some(kms) => Cow::Borrowed(kms),
            None => Cow::Owned(self.untouched.elsewhere(region)),
        }
    }

    fn enter(&mut self, region: &str) -> &mut Kms {
        let untouched = || self.untouched.elsewhere(region);
        let kms = self.regions.entry(region.to_owned());
        kms.or_insert_with(untouched)
    }

    fn add_replica(&mut self, primary: &Key, asked: &Fields, now: Timestamp) {
        let Some(region) = asked.text(Field::ReplicaRegion) else {
            return;
        };
        let replica = primary.replicated(region, asked, now);
        let keys = &mut self.enter(region).keys;
        keys.insert(replica.id.clone(), replica);
    }

    /// Lets the replicas of a key follow their primary, and all of them know of each other.
    fn reunite(&mut self, member: &Key, now: Timestamp) {
        let Some(relatives) = &member.relatives else {
            return;
        };
        let Some(primary) = self.key_mut(&relatives.primary, &member.id).cloned() else {
            return;
        };
        let mut relatives = relatives.clone();
        for (region, known) in &mut relatives.replicas {
            if let Some(replica) = self.key_mut(region, &member.id) {
                replica.follow(&primary, now);
                *known = replica.as_replica(now);
            }
        }
        for region in relatives.members() {
            if let Some(key) = self.key_mut(region, &member.id) {
                key.relatives = Some(relatives.clone());
            }
        }
    }

    fn key_mut(&mut self, region: &str, id: &str) -> Option<&mut Key> {
        self.regions.get_mut(region)?.keys.get_mut(id)
    }

    /// The description of the replica that a call has made: it is being created for a short while, which the model
    /// does not have.
    fn new_replica(&self, request: &Request, now: Timestamp) -> Option<Fields> {
        let primary = self.resolve(request, request.key()?).ok()?;
        let region = request.fields.text(Field::ReplicaRegion)?;
        let kms = self.regions.get(region)?;
        let metadata = kms.metadata(kms.key(primary.id())?, now);
        Some(
            metadata
                .with(Field::State, CREATING)
                .with(Field::Enabled, false),
        )
    }
}

/// The state of a key that is not there yet.
const CREATING: &str = "creating";
