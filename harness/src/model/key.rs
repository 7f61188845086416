//! Keys and their material. State is derived from a moment, never stored.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::spec::{KeySpec, KeyState, KeyUsage, MaterialId, Origin, RotationType};

use super::ParametersId;
use super::relatives::Relatives;

/// A key as the service knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub(super) id: String,
    pub(super) arn: String,
    pub(super) spec: KeySpec,
    pub(super) usage: KeyUsage,
    pub(super) origin: Origin,
    pub(super) created: Timestamp,
    pub(super) description: String,
    /// The related keys in other Regions, of a key that may have some.
    pub(super) relatives: Option<Relatives>,
    pub(super) disabled: bool,
    /// The end of the waiting period, as it is without replicas; see [`Key::deletion`].
    pub(super) deletion: Option<Timestamp>,
    pub(super) window_days: i64,
    pub(super) rotation: bool,
    /// In the order in which they became current.
    pub(super) materials: Vec<Material>,
    /// What the next rotation makes current.
    pub(super) pending: Option<Material>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) parameters: Vec<Parameters>,
}

/// Material of a key, whether it is there or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Material {
    pub(super) id: MaterialId,
    pub(super) description: Option<String>,
    pub(super) stay: Option<Stay>,
    /// The rotation that made it current; the first material needed none.
    pub(super) rotation: Option<Rotation>,
}

/// How and when material became current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rotation {
    pub(super) date: Timestamp,
    pub(super) kind: RotationType,
}

/// Material that is there, until when; `None` is without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stay {
    pub(super) valid_to: Option<Timestamp>,
}

/// A set of parameters that was issued for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parameters {
    pub(super) id: ParametersId,
    pub(super) issued: Timestamp,
    /// Whether the key had its material when the set was issued.
    pub(super) beside_material: bool,
    /// Whether an import with it has succeeded.
    pub(super) used: bool,
}

impl Key {
    /// The bare id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The full name.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Its kind and size.
    #[must_use]
    pub fn spec(&self) -> KeySpec {
        self.spec
    }

    /// What it is for.
    #[must_use]
    pub fn usage(&self) -> KeyUsage {
        self.usage
    }

    /// Where its material comes from.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// When it was made.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// What people say about it; may be empty.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Whether it may have related keys in other Regions.
    #[must_use]
    pub fn multi_region(&self) -> bool {
        self.relatives.is_some()
    }

    /// Whether somebody disabled it; what that means depends on [`Key::state`].
    #[must_use]
    pub fn disabled(&self) -> bool {
        self.disabled
    }

    /// When it will be gone, if that is planned and can be told: a primary goes after its replicas.
    #[must_use]
    pub fn deletion(&self) -> Option<Timestamp> {
        self.deletion
            .and_then(|planned| self.after_replicas(planned))
    }

    /// Its tags.
    #[must_use]
    pub fn tags(&self) -> &BTreeMap<String, String> {
        &self.tags
    }

    /// Every material that it is bound to for ever, the current one last.
    #[must_use]
    pub fn materials(&self) -> &[Material] {
        &self.materials
    }

    /// The material that it works with, there or not; `None` before the first import.
    #[must_use]
    pub fn current(&self) -> Option<&Material> {
        self.materials.last()
    }

    /// The material that waits for a rotation, if it is there at a moment. It is not bound to the key yet: when it
    /// expires, nothing is left of it.
    #[must_use]
    pub fn waiting(&self, now: Timestamp) -> Option<&Material> {
        self.pending.as_ref().filter(|one| one.is_there(now))
    }

    /// What it can do at a moment.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> KeyState {
        if self.deletion.is_some() && self.waits_for_replicas(now) {
            KeyState::PendingReplicaDeletion
        } else if self.deletion.is_some() {
            KeyState::PendingDeletion
        } else if !self.has_material(now) {
            KeyState::PendingImport
        } else if self.disabled {
            KeyState::Disabled
        } else {
            KeyState::Enabled
        }
    }

    /// Whether it can be used for cryptography at a moment.
    #[must_use]
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.state(now) == KeyState::Enabled
    }

    /// Whether every material that it is bound to is there at a moment.
    #[must_use]
    pub fn has_material(&self, now: Timestamp) -> bool {
        match self.origin {
            Origin::Service => true,
            Origin::External => {
                !self.materials.is_empty() && self.materials.iter().all(|one| one.is_there(now))
            }
        }
    }

    /// Whether its planned deletion has been carried out at a moment.
    #[must_use]
    pub fn is_gone(&self, now: Timestamp) -> bool {
        self.deletion().is_some_and(|deletion| deletion <= now)
    }
}

impl Material {
    /// The service's name for it.
    #[must_use]
    pub fn id(&self) -> &MaterialId {
        &self.id
    }

    /// What people say about it.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// Whether it is there at a moment: imported, not deleted since, and not expired.
    #[must_use]
    pub fn is_there(&self, now: Timestamp) -> bool {
        self.stay(now).is_some()
    }

    /// Until when it stays; `None` when it is not there, or stays without end.
    #[must_use]
    pub fn valid_to(&self, now: Timestamp) -> Option<Timestamp> {
        self.stay(now)?.valid_to
    }

    fn stay(&self, now: Timestamp) -> Option<Stay> {
        self.stay.filter(|stay| stay.lasts(now))
    }
}

impl Stay {
    pub(super) fn lasts(self, now: Timestamp) -> bool {
        self.valid_to.is_none_or(|valid_to| now < valid_to)
    }
}
