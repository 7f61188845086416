//! Multi-Region keys: what a key has in common with the related keys of other Regions, and what it knows of them.
//!
//! Related keys have one id, spec, usage and origin, and they are bound to the same material; state, expiry, tags and
//! description are each key's own. Knows one key at a time: the [`Account`](super::Account) brings them together.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::spec::{
    Fault, Field, Fields, MaterialId, MultiRegionType, Origin, in_region, region_of,
};

use super::key::{Key, Material, Stay};
use super::kms::Call;
use super::objections::{About, Judged, Objections};

/// Where the related keys are. Each of them has the same copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Relatives {
    /// The Region of the primary key.
    pub(super) primary: String,
    /// What is known of every replica that was ever made, by Region.
    pub(super) replicas: BTreeMap<String, Replica>,
}

/// What the related keys know of a replica.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Replica {
    /// How long it keeps the material that waits for a rotation, if it has taken that.
    pub(super) waiting: Option<Stay>,
    /// When it will be gone, if that is planned.
    pub(super) deletion: Option<Timestamp>,
}

impl Relatives {
    /// Of a primary key that has no replicas yet.
    pub(super) fn of_primary(region: &str) -> Self {
        Self {
            primary: region.to_owned(),
            replicas: BTreeMap::new(),
        }
    }

    /// The Regions of all related keys, also of those that are gone.
    pub(super) fn members(&self) -> impl Iterator<Item = &str> {
        let replicas = self.replicas.keys();
        [&self.primary]
            .into_iter()
            .chain(replicas)
            .map(String::as_str)
    }

    /// The Regions that have a replica at a moment.
    fn regions(&self, now: Timestamp) -> impl Iterator<Item = &str> {
        let there = self.replicas.iter().filter(move |(_, it)| it.is_there(now));
        there.map(|(region, _)| region.as_str())
    }
}

impl Replica {
    fn is_there(self, now: Timestamp) -> bool {
        self.deletion.is_none_or(|deletion| now < deletion)
    }

    fn has_waiting(self, now: Timestamp) -> bool {
        self.waiting.is_some_and(|stay| stay.lasts(now))
    }
}

impl<'a> Call<'a> {
    /// Whether the replica's Region exists is for the dialect to say.
    pub(super) fn replicate(self) -> Judged<'a> {
        let key = self.key()?;
        let about = About::Key(key);
        let mut objections = Objections::none();
        if !key.is_primary() {
            objections.certain(Fault::NotPrimary, about);
        }
        self.weigh_state(key, &mut objections);
        match self.request.fields.text(Field::ReplicaRegion) {
            None => objections.certain(Fault::Constraint, about),
            Some(region) if key.is_in(region, self.now) => {
                objections.certain(Fault::ReplicaExists, about);
            }
            Some(_) => {}
        }
        Ok(objections)
    }
}

impl Key {
    /// Whether it is a multi-Region key that may be replicated.
    #[must_use]
    pub fn is_primary(&self) -> bool {
        let relatives = self.relatives.as_ref();
        relatives.is_some_and(|relatives| relatives.primary == self.region())
    }

    /// Whether it is the replica of a primary key in another Region.
    #[must_use]
    pub fn is_replica(&self) -> bool {
        self.relatives.is_some() && !self.is_primary()
    }

    /// The Region that it is in.
    #[must_use]
    pub fn region(&self) -> &str {
        region_of(&self.arn).unwrap_or_default()
    }

    /// Has a replica, of which nothing is known yet.
    pub(super) fn gain_replica(&mut self, asked: &Fields) {
        if let (Some(relatives), Some(region)) =
            (&mut self.relatives, asked.text(Field::ReplicaRegion))
        {
            let replicas = &mut relatives.replicas;
            replicas.insert(region.to_owned(), Replica::default());
        }
    }

    /// A related key in another Region. Of the material, it only knows that it is bound to it.
    pub(super) fn replicated(&self, region: &str, asked: &Fields, now: Timestamp) -> Self {
        let description = asked.text(Field::Description).unwrap_or_default();
        let mut replica = Self {
            arn: in_region(&self.arn, region),
            created: now,
            description: description.to_owned(),
            disabled: false,
            deletion: None,
            materials: Vec::new(),
            pending: None,
            tags: BTreeMap::new(),
            parameters: Vec::new(),
            ..self.clone()
        };
        replica.add_tags(asked);
        replica.follow(self, now);
        replica
    }

    /// Takes over what related keys have in common. Imported material is never copied: a replica keeps what it was
    /// given itself, also when the primary has lost it.
    pub(super) fn follow(&mut self, primary: &Self, now: Timestamp) {
        let known: Vec<Material> = self
            .materials
            .drain(..)
            .chain(self.pending.take())
            .collect();
        let own = |theirs: &Material| {
            let own = known.iter().find(|own| own.id == theirs.id);
            match (self.origin, own) {
                (Origin::Service, _) => theirs.clone(),
                (Origin::External, Some(own)) => Material {
                    rotation: theirs.rotation,
                    ..own.clone()
                },
                (Origin::External, None) => Material {
                    stay: None,
                    description: None,
                    ..theirs.clone()
                },
            }
        };
        self.materials = primary.materials.iter().map(own).collect();
        self.pending = primary.waiting(now).map(own);
        self.rotation = primary.rotation;
    }

    /// What the related keys may know of this one.
    pub(super) fn as_replica(&self, now: Timestamp) -> Replica {
        Replica {
            waiting: self.waiting(now).and_then(|material| material.stay),
            deletion: self.deletion,
        }
    }

    /// The material that a replica knows of from its primary and has not been given yet.
    pub(super) fn expected(&self, now: Timestamp) -> Option<&Material> {
        let pending = self.pending.as_ref().filter(|_| self.is_replica());
        pending.filter(|material| !material.is_there(now))
    }

    /// Whether a replica waits for these bytes.
    pub(super) fn expects(&self, id: &MaterialId, now: Timestamp) -> bool {
        self.expected(now)
            .is_some_and(|material| material.id == *id)
    }

    /// Whether every replica has the material that waits for a rotation.
    pub(super) fn is_waiting_everywhere(&self, now: Timestamp) -> bool {
        let mut replicas = self.relatives.iter().flat_map(|it| it.replicas.values());
        replicas.all(|replica| !replica.is_there(now) || replica.has_waiting(now))
    }

    /// Whether its waiting period has not begun, because replicas of it are still there.
    pub(super) fn waits_for_replicas(&self, now: Timestamp) -> bool {
        let mut replicas = self.own_replicas();
        replicas.any(|replica| replica.is_there(now))
    }

    /// When a planned deletion happens: the waiting period of a primary begins when its last replica is gone.
    pub(super) fn after_replicas(&self, planned: Timestamp) -> Option<Timestamp> {
        let window = SignedDuration::from_hours(self.window_days.clamp(0, 366) * 24);
        self.own_replicas().try_fold(planned, |latest, replica| {
            let end = replica.deletion?.saturating_add(window);
            Some(latest.max(end.unwrap_or(Timestamp::MAX)))
        })
    }

    /// What a description of the key shows of its related keys.
    pub(super) fn related(&self, now: Timestamp) -> Fields {
        let Some(relatives) = &self.relatives else {
            return Fields::new();
        };
        let kind = if self.is_primary() {
            MultiRegionType::Primary
        } else {
            MultiRegionType::Replica
        };
        let replicas = relatives.regions(now).map(|region| {
            Fields::new()
                .with(Field::Arn, in_region(&self.arn, region))
                .with(Field::Region, region)
        });
        Fields::new()
            .with(Field::MultiRegionType, kind)
            .with(Field::PrimaryArn, in_region(&self.arn, &relatives.primary))
            .with(Field::PrimaryRegion, relatives.primary.as_str())
            .with(Field::Replicas, replicas.collect::<Vec<_>>())
    }

    fn is_in(&self, region: &str, now: Timestamp) -> bool {
        let mut replicas = self.relatives.iter().flat_map(|it| it.regions(now));
        self.region() == region || replicas.any(|it| it == region)
    }

    fn own_replicas(&self) -> impl Iterator<Item = &Replica> {
        let relatives = self.relatives.iter().filter(|_| self.is_primary());
        relatives.flat_map(|relatives| relatives.replicas.values())
    }
}
