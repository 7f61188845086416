//! What the Regions that a scenario speaks of are called at a target.

use std::borrow::Cow;

use super::world::Unmakeable;
use crate::scenario::RegionRole;
use crate::spec::{Field, Value};
use crate::target::Target;

/// The names of the Regions of a target.
#[derive(Clone, Debug)]
pub(super) struct Regions {
    first: String,
    second: Option<String>,
}

impl Regions {
    pub(super) fn of(target: &dyn Target) -> Self {
        let second = target.elsewhere().map(Target::signer);
        Self::called(
            &target.signer().region,
            second.map(|signer| signer.region.as_str()),
        )
    }

    pub(super) fn called(first: &str, second: Option<&str>) -> Self {
        Self {
            first: first.to_owned(),
            second: second.map(str::to_owned),
        }
    }

    pub(super) fn name(&self, role: RegionRole) -> Result<&str, Unmakeable> {
        let name = match role {
            RegionRole::First => Some(&self.first),
            RegionRole::Second => self.second.as_ref(),
        };
        let missing = || Unmakeable(format!("the target has no {role} Region"));
        name.map(String::as_str).ok_or_else(missing)
    }

    /// The value that a file means; roles of Regions become names.
    pub(super) fn meant<'v>(
        &self,
        field: Field,
        value: &'v Value,
    ) -> Result<Cow<'v, Value>, Unmakeable> {
        let role = match (field, value) {
            (Field::PrimaryRegion | Field::Region | Field::ReplicaRegion, Value::Text(name)) => {
                name.parse().ok()
            }
            _ => None,
        };
        Ok(match role {
            Some(role) => Cow::Owned(self.name(role)?.into()),
            None => Cow::Borrowed(value),
        })
    }
}
