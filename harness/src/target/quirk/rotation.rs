//! Rotation on demand, and the list of what was rotated, that are wrong.

use super::Defect::{Excuses, Hears, Pretends, Tells};
use super::{Quirk, bare_id, nod, quirk};
use crate::spec::{
    ExpirationModel, Fault, Field, Fields, ImportState, MaterialState, Operation, RotationType,
};
use Operation::{DescribeKey, ListRotations, Rotate};

#[rustfmt::skip]
pub(super) const QUIRKS: &[Quirk] = &[
    quirk("rotation-does-nothing", &["aws/rotate/external-success"], Pretends(&[Rotate], nod),
        "After a leak the old material goes on sealing data, although the rotation was confirmed."),
    quirk("rotation-of-nothing-accepted", &["aws/rotate/external-none-pending"],
        Excuses(&[Rotate], &[Fault::NothingToRotate], nod),
        "A rotation is confirmed for which nobody has brought new material."),
    quirk("rotation-without-material-accepted", &["aws/rotate/external-no-material"],
        Excuses(&[Rotate], &[Fault::PendingImport], nod),
        "An audit sees a rotation of a key that has no material at all."),
    quirk("disabled-keys-rotate", &["aws/rotate/disabled"], Excuses(&[Rotate], &[Fault::Disabled], nod),
        "A key that was taken out of service for an inquiry changes under the inquiry's hands."),
    quirk("asymmetric-keys-rotate", &["aws/rotate/non-symmetric"], Excuses(&[Rotate], &[Fault::RotationUnsupported], nod),
        "A signing key is called rotated, while everybody goes on verifying with the old public key."),
    quirk("unknown-keys-rotate", &["aws/rotate/not-found"], Excuses(&[Rotate], &[Fault::KeyUnknown], nod),
        "A typing error after a leak looks like a rotation."),
    quirk("rotation-reply-with-bare-id", &["aws/rotate/response-arn"], Tells(&[Rotate], bare_id),
        "Clients that look the reply up by its ARN do not find the key."),
    quirk("only-the-current-date-shown", &["aws/validto/expiry-per-material"],
        Tells(&[DescribeKey], |scene, request, fields| {
            let materials = scene.materials(request);
            let current = materials.iter().find(|one| is(MaterialState::Current, one));
            if let Some(date) = current.and_then(|one| one.value(Field::ValidTo)) {
                fields.set(Field::ValidTo, date.clone());
            }
        }),
        "A superseded material expires on a date that nobody saw, and the key stops working."),
    quirk("list-of-rotations-shows-all", &["aws/rotate/list-default-rotations-only"],
        Hears(&[ListRotations], |_, request| request.fields.set(Field::IncludeMaterial, "all")),
        "A key that never rotated looks like one that did."),
    quirk("list-of-rotations-without-dates-of-material", &["aws/rotate/list-entry-fields"],
        Tells(&[ListRotations], |_, _, fields| in_each(fields, |one| {
            one.remove(Field::ExpirationModel);
            one.remove(Field::ValidTo);
        })),
        "Nobody can see which of several materials is going to expire."),
    quirk("missing-material-listed-as-imported", &["aws/rotate/list-import-state"],
        Tells(&[ListRotations], |_, _, fields| in_each(fields, |one| {
            if one.has(Field::ImportState) {
                one.set(Field::ImportState, ImportState::Imported);
                one.set(Field::ExpirationModel, ExpirationModel::Never);
            }
        })),
        "Nobody can find out which material has to be brought back."),
    quirk("superseded-material-listed-as-current", &["aws/rotate/list-material-state"],
        Tells(&[ListRotations], |_, _, fields| in_each(fields, |one| {
            if is(MaterialState::NonCurrent, one) {
                one.set(Field::MaterialState, MaterialState::Current);
            }
        })),
        "A key seems to work with two materials at once, and nobody knows which seals new data."),
    quirk("first-material-not-listed", &["aws/reimport/first-material-permanent"],
        Tells(&[ListRotations], |_, _, fields| {
            let rotated = |one: &&Fields| one.has(Field::RotationDate) || is(MaterialState::PendingRotation, one);
            let rotated: Vec<Fields> = fields.records(Field::Rotations).iter().filter(rotated).cloned().collect();
            fields.set(Field::Rotations, rotated);
        }),
        "The material that the oldest data depends on does not show in any list."),
    quirk("waiting-material-listed-with-a-date", &["aws/rotate/list-no-date-first-pending"],
        Tells(&[ListRotations], |scene, _, fields| {
            let now = scene.now;
            in_each(fields, |one| {
                if !one.has(Field::RotationDate) {
                    one.set(Field::RotationDate, now);
                    one.set(Field::RotationType, RotationType::OnDemand);
                }
            });
        }),
        "Material that never was rotated in looks as if it had been, and an audit counts wrongly."),
    quirk("rotation-on-demand-listed-as-automatic", &["aws/rotate/first-on-demand-type"],
        Tells(&[ListRotations], |_, _, fields| in_each(fields, |one| {
            if one.has(Field::RotationType) {
                one.set(Field::RotationType, RotationType::Automatic);
            }
        })),
        "An emergency rotation cannot be told from a scheduled one."),
];

fn is(state: MaterialState, material: &Fields) -> bool {
    material.name(Field::MaterialState) == Some(state)
}

/// Changes every entry of a list of rotations.
fn in_each(fields: &mut Fields, change: impl Fn(&mut Fields)) {
    let mut entries = fields.records(Field::Rotations).to_vec();
    entries.iter_mut().for_each(change);
    fields.set(Field::Rotations, entries);
}
