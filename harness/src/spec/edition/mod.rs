//! What a service of one vendor on one day knows and allows, as plain data.
//!
//! Whoever holds an edition asks it, and nobody asks for the vendor or the day: what differs between vendors and days
//! is a member here. How one vendor's members have changed stands in its own file.

mod alibaba;
mod aws;
mod states;

use jiff::SignedDuration;
use jiff::civil::Date;

use super::{
    Era, ExpirationModel, KeyFamily, KeySpec, Operation, Vendor, WrappingAlgorithm, WrappingKeySpec,
};

pub use states::{Cell, StateRow, StateTable};

/// What a service of one vendor on one day knows and allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edition {
    /// How resource names begin: what stands before the service and the Region.
    pub arn_scheme: &'static str,
    /// Whether a reply names its key by the resource name; else by the bare id.
    pub replies_with_arns: bool,
    /// Whether a key that is not symmetric can be made without saying what it is for.
    pub unsaid_usage: bool,
    /// What a store of the caller's own means for imported material.
    pub stores: Stores,
    /// What carries material to which keys. A family without a row takes no imported material.
    pub wrapping: &'static [WrappingRow],
    /// Wrapping algorithms that the service still names and no longer takes.
    pub retired_wrapping: &'static [WrappingAlgorithm],
    /// How long a set of parameters may be used, from the moment of its issue.
    pub parameters_validity: SignedDuration,
    /// How often a set of parameters may be used.
    pub tokens: Tokens,
    /// Whether an import may leave out its key, since its token says which one is meant.
    pub token_names_key: bool,
    /// What an import means that says neither whether its material expires nor when.
    pub unsaid_expiration: ExpirationModel,
    /// How far after the import the expiry of material may lie; `None` is as far as anybody likes.
    pub longest_validity: Option<SignedDuration>,
    /// How many materials a key can be bound to.
    pub materials: Materials,
    /// Whether the calls about rotation take keys whose material is imported.
    pub rotates_imported: bool,
    /// Which operations a key takes in which state.
    pub states: StateTable,
    /// The operations that take an alias where a key is named.
    pub alias_operations: &'static [Operation],
    /// The waiting period of a planned deletion.
    pub deletion_window: DeletionWindow,
    /// Whether a key comes back disabled when its planned deletion is cancelled.
    pub comes_back_disabled: bool,
}

/// Which wrapping carries the material of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrappingRow {
    /// The family of the key that receives material.
    pub family: KeyFamily,
    /// The algorithms that may carry it.
    pub algorithms: &'static [WrappingAlgorithm],
    /// The wrapping keys that may carry it.
    pub wrapping_keys: &'static [WrappingKeySpec],
}

/// What a store of the caller's own, a cluster or an instance, means for imported material.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stores {
    /// A key that lives in one takes no imported material.
    ExcludeImport,
    /// A key that is not symmetric takes imported material only if it lives in one.
    HoldAsymmetricKeys,
}

/// How often a set of parameters may be used while it is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tokens {
    /// As often as the caller likes.
    Lasting,
    /// Once at least. The sources do not say whether it outlives a success, a later set, or the material that was
    /// there when it was issued.
    Unsettled,
}

/// How many materials a key can be bound to. Keys that are not symmetric have one in every edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Materials {
    /// The first one for ever.
    One,
    /// Several, one of which is current, unless the key may have replicas.
    SeveralInOneRegion,
    /// Several, one of which is current.
    Several,
}

/// Bounds of the waiting period of a planned deletion, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeletionWindow {
    /// The shortest.
    pub shortest: i64,
    /// The longest.
    pub longest: i64,
    /// What a caller gets who names none.
    pub usual: i64,
}

impl Edition {
    /// What the service of a vendor was on a day. Before its first day it was what it was on that day.
    #[must_use]
    pub fn of(vendor: Vendor, era: Era) -> Self {
        match vendor {
            Vendor::Alibaba => alibaba::edition(era.0),
            Vendor::Aws => aws::edition(era.0),
        }
    }

    /// Whether keys of this spec can take imported material.
    #[must_use]
    pub fn imports(&self, spec: KeySpec) -> bool {
        self.wrapping.iter().any(|row| row.family == spec.family())
    }

    /// Whether material for a key of spec `key` may travel this way.
    #[must_use]
    pub fn carries(
        &self,
        key: KeySpec,
        algorithm: WrappingAlgorithm,
        wrapping_key: WrappingKeySpec,
    ) -> bool {
        let mut rows = self.wrapping.iter();
        let allowed = rows.any(|row| {
            row.family == key.family()
                && row.algorithms.contains(&algorithm)
                && row.wrapping_keys.contains(&wrapping_key)
        });
        allowed && fits(key, algorithm, wrapping_key)
    }

    /// Whether a key can be bound to more than one material.
    #[must_use]
    pub fn binds_several(&self, spec: KeySpec, multi_region: bool) -> bool {
        let allowed = match self.materials {
            Materials::One => false,
            Materials::SeveralInOneRegion => !multi_region,
            Materials::Several => true,
        };
        allowed && spec == KeySpec::Symmetric
    }
}

/// The PKCS#8 form of a P-521 key is longer than what OAEP can encrypt under a 2048-bit key.
fn fits(key: KeySpec, algorithm: WrappingAlgorithm, wrapping_key: WrappingKeySpec) -> bool {
    let is_plain_oaep = matches!(
        algorithm,
        WrappingAlgorithm::RsaesOaepSha1 | WrappingAlgorithm::RsaesOaepSha256
    );
    let is_too_long = key == KeySpec::EccNistP521 && wrapping_key == WrappingKeySpec::Rsa2048;
    !(is_plain_oaep && is_too_long)
}

/// What holds on `day`, where each entry holds from its own day on and they stand in order. Before the first entry's
/// day, that entry holds.
fn on<T: Copy>(day: Date, history: &[(Date, T)]) -> T {
    let come = history.iter().take_while(|(from, _)| *from <= day);
    come.last().unwrap_or(&history[0]).1
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::on;

    #[test]
    fn the_latest_entry_whose_day_has_come_holds() {
        let history = [(date(2020, 1, 1), 'a'), (date(2021, 1, 1), 'b')];
        let on = |year, month, day| on(date(year, month, day), &history);
        assert_eq!(on(2019, 1, 1), 'a');
        assert_eq!(on(2020, 12, 31), 'a');
        assert_eq!(on(2021, 1, 1), 'b');
        assert_eq!(on(2026, 1, 1), 'b');
    }
}
