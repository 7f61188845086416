//! Defects in time: a call that is ahead of the day whose rules the service keeps to, or behind it.

use jiff::civil::date;

use super::Defect::Lives;
use super::{Quirk, quirk};
use crate::spec::Era;
use crate::spec::Operation::{
    CreateKey, DeleteMaterial, DescribeKey, GetParameters, GetRotationStatus, Import, Rotate,
};

#[rustfmt::skip]
pub(super) const QUIRKS: &[Quirk] = &[
    quirk("imported-key-pairs-ahead-of-their-time", &["aws/create/symmetric-only-era"],
        Lives(&[CreateKey], HYBRID_WRAPPING),
        "Keys are made for which no parameters will ever be given."),
    quirk("large-wrapping-keys-ahead-of-their-time", &["aws/wrap/spec-rsa-2048-only-era"],
        Lives(&[GetParameters], HYBRID_WRAPPING),
        "Clients written against it fail on the real service, which knows one size."),
    quirk("old-padding-retired-too-early", &["aws/wrap/pkcs1-accepted-era"],
        Lives(&[GetParameters], Era(date(2023, 10, 10))),
        "Devices that wrap with nothing else cannot import any more."),
    quirk("import-names-material-ahead-of-its-time", &["aws/import/response-empty-era"],
        Lives(&[Import], MATERIALS),
        "Clients rely on a name that the real service does not give."),
    quirk("deletion-names-material-ahead-of-its-time", &["aws/delete/response-empty-era"],
        Lives(&[DeleteMaterial], MATERIALS),
        "Clients rely on a name that the real service does not give."),
    quirk("description-ahead-of-its-time", &["aws/metadata/2016-field-set"],
        Lives(&[CreateKey, DescribeKey], MATERIALS),
        "Clients rely on members that the real service does not give."),
    quirk("imported-keys-rotate-ahead-of-their-time", &["aws/rotate/external-old-era"],
        Lives(&[Rotate], MATERIALS),
        "The caller looks for material that waits, although none ever can."),
    quirk("rotation-status-ahead-of-its-time", &["aws/state/rotation-status-external-old"],
        Lives(&[GetRotationStatus], MATERIALS),
        "Tools that list keys work here, and break at the real service's first imported key."),
    quirk("second-material-in-several-regions-too-early", &["aws/multi/mrk-excluded-era"],
        Lives(&[Import], Era(date(2025, 11, 21))),
        "Replicas are left without the material that their primary key uses."),
];

const HYBRID_WRAPPING: Era = Era(date(2023, 6, 1));
const MATERIALS: Era = Era(date(2025, 6, 1));
