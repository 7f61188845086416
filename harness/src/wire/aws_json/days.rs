//! The days on which the service model grew. Where the sources name only a year or a month, its first day stands for
//! it; where the growth lies between two sources, the day of the later one.

use jiff::civil::{Date, date};

/// Whatever was there before anybody could import.
pub(super) const ALWAYS: Date = Date::MIN;

pub(super) const KEY_MANAGERS: Date = date(2018, 1, 1);
pub(super) const KEY_STORES: Date = date(2018, 12, 1);
/// Key specs, algorithms to choose from, signatures, and a key's name beside its ciphertext.
pub(super) const ASYMMETRIC: Date = date(2019, 11, 1);
/// The new name of key specs, and a fuller answer to a planned deletion.
pub(super) const KEY_SPECS: Date = date(2021, 1, 1);
pub(super) const MULTI_REGION: Date = date(2021, 6, 16);
pub(super) const SM2: Date = date(2022, 1, 1);
pub(super) const MACS: Date = date(2022, 4, 1);
pub(super) const EXTERNAL_STORES: Date = date(2022, 11, 1);
/// Hybrid wrapping and larger wrapping keys.
pub(super) const WRAPPING: Date = date(2023, 6, 1);
pub(super) const SM2_WRAPPING: Date = date(2023, 11, 1);
pub(super) const KEY_AGREEMENT: Date = date(2024, 1, 1);
pub(super) const ROTATION_ON_DEMAND: Date = date(2024, 4, 12);
pub(super) const ML_DSA: Date = date(2025, 1, 1);
/// Several materials of one key, and their ids.
pub(super) const MATERIALS: Date = date(2025, 6, 1);
/// Edwards curves, key encapsulation, and rotation in several Regions.
pub(super) const EDWARDS: Date = date(2025, 11, 1);
