//! Keys of several Regions that are wrong.

use super::Defect::{Also, Excuses, Hears, Objects, Pretends, Says, Tells};
use super::scene::{Scene, about, restored};
use super::{Quirk, id_of, nod, quirk};
use crate::spec::{
    ExpirationModel, Fault, Field, Fields, KeyState, MaterialState, MultiRegionType, Operation,
    Request, Value, region_of,
};
use crate::target::reference::Opening;
use Operation::{
    Decrypt, DeleteMaterial, DescribeKey, Encrypt, Import, ListRotations, Replicate,
    ScheduleDeletion,
};

#[rustfmt::skip]
pub(super) const QUIRKS: &[Quirk] = &[
    quirk("replicas-come-with-the-material", &["aws/mrk/replica-starts-pending-import"],
        Also(&[Replicate], |scene, request| restored(scene, &in_replica_region(request))),
        "Material leaves the Region that it was brought to."),
    quirk("replicas-are-told-to-be-ready", &["aws/mrk/replica-starts-pending-import"],
        Tells(&[Replicate], |_, _, fields| fields.set(Field::State, KeyState::Enabled)),
        "A script uses a replica before it has material, and fails."),
    quirk("replicas-take-any-material", &["aws/mrk/replica-same-material"],
        Excuses(&[Import], &[Fault::MaterialDiffers], |scene, import| {
            if is(MultiRegionType::Replica, scene, import) { nod(scene, import) } else { None }
        }),
        "What one Region has sealed cannot be opened in the other, and nobody is told."),
    quirk("replicas-take-no-material", &["aws/mrk/replica-same-material"],
        Objects(&[Import], Fault::MaterialDiffers, |scene, import| is(MultiRegionType::Replica, scene, import)),
        "Imported keys cannot be used in a second Region."),
    quirk("tokens-work-for-related-keys", &["aws/mrk/separate-token"],
        Excuses(&[Import], &[Fault::TokenInvalid], |scene, import| {
            let (asked, _) = scene.issued(import)?;
            let is_related = id_of(asked.key()?) == id_of(import.key()?);
            if is_related { scene.import_anyhow(import, Opening::AsIssued) } else { None }
        }),
        "A token that was caught in one Region opens the key of another."),
    quirk("material-is-deleted-in-all-regions", &["aws/mrk/independent-state"],
        Also(&[DeleteMaterial], |scene, request| {
            let named = request.fields.has(Field::MaterialId);
            if named { None } else { relative(scene, request) }
        }),
        "Taking material away in one Region stops the others."),
    quirk("expiry-is-shown-in-all-regions", &["aws/mrk/independent-state"],
        Tells(&[DescribeKey], |scene, describe, fields| {
            let is_related = fields.has(Field::MultiRegionType);
            let date = scene.last_import(describe).and_then(|import| import.time(Field::ValidTo));
            if let Some(date) = date.filter(|_| is_related) {
                fields.set(Field::ExpirationModel, ExpirationModel::Expires);
                fields.set(Field::ValidTo, date);
            }
        }),
        "An operator brings material again that was never going to expire."),
    quirk("ciphertexts-stay-in-their-region", &["aws/mrk/interoperable-ciphertext"],
        Objects(&[Decrypt], Fault::DataInvalid, |scene, decrypt| {
            let maker = scene.last(Encrypt, decrypt).and_then(|answer| answer.text(Field::KeyId));
            let maker = maker.and_then(region_of);
            maker.is_some() && maker != decrypt.region.as_deref()
        }),
        "Data that moves to another Region cannot be read there."),
    quirk("material-ids-differ-by-region", &["aws/mrk/same-material-id"],
        Tells(&[DescribeKey], |_, _, fields| {
            if fields.name(Field::MultiRegionType) == Some(MultiRegionType::Replica)
                && let Some(id) = fields.text(Field::CurrentMaterialId)
            {
                let other: String = id.chars().rev().collect();
                fields.set(Field::CurrentMaterialId, other);
            }
        }),
        "Nobody can see whether two Regions use the same material."),
    quirk("new-material-does-not-wait-for-replicas", &["aws/mrk/new-material-primary-first"],
        Tells(&[ListRotations], |_, _, fields| {
            renamed(fields, MaterialState::PendingMultiRegionImportAndRotation, MaterialState::PendingRotation);
        }),
        "A primary is rotated although a replica lacks the material, and the replica stops."),
    quirk("new-material-waits-for-ever", &["aws/mrk/new-material-primary-first"],
        Tells(&[ListRotations], |_, _, fields| {
            renamed(fields, MaterialState::PendingRotation, MaterialState::PendingMultiRegionImportAndRotation);
        }),
        "Whoever waits for the replicas never rotates."),
    quirk("replicas-refuse-new-material", &["aws/mrk/new-material-primary-first"],
        Objects(&[Import], Fault::MaterialDiffers, |scene, import| {
            is(MultiRegionType::Replica, scene, import) && scene.state(import) == Some(KeyState::Enabled)
        }),
        "A multi-Region key can never be rotated."),
    quirk("waiting-material-of-primaries-stays", &["aws/mrk/pending-delete-propagates"],
        Pretends(&[DeleteMaterial], |scene, request| {
            let named = request.fields.has(Field::MaterialId);
            if named && is(MultiRegionType::Primary, scene, request) { nod(scene, request) } else { None }
        }),
        "Material that was brought by mistake is rotated in."),
    quirk("waiting-material-is-deleted-in-all-regions", &["aws/mrk/pending-delete-propagates"],
        Also(&[DeleteMaterial], |scene, request| {
            let named = request.fields.has(Field::MaterialId);
            if named && is(MultiRegionType::Replica, scene, request) { relative(scene, request) } else { None }
        }),
        "Whoever tidies one Region up has to start over in all of them."),
    quirk("deleting-waiting-material-stops-replicas", &["aws/mrk/pending-delete-propagates"],
        Also(&[DeleteMaterial], |scene, request| {
            let named = request.fields.has(Field::MaterialId);
            let region = relative(scene, request)?.region;
            named.then(|| about(DeleteMaterial, request).within(region.as_deref()))
        }),
        "Giving up a rotation in one Region takes the key of another out of service."),
    quirk("replicas-can-be-replicated", &["aws/mrk/replicate-from-replica"],
        Excuses(&[Replicate], &[Fault::NotPrimary], |scene, request| {
            let region = relative(scene, request)?.region;
            Some(scene.call(&request.clone().within(region.as_deref())))
        }),
        "Nobody knows which Region leads."),
    quirk("replicating-a-replica-is-called-invalid", &["aws/mrk/replicate-from-replica"],
        Says(Fault::NotPrimary, Fault::PendingImport),
        "A client waits for a state that will never come, instead of asking the primary."),
    quirk("replicas-of-keys-without-material", &["aws/state/replicate-pending-import"],
        Excuses(&[Replicate], &[Fault::PendingImport], nod),
        "A script believes that a key is in two Regions, and it is in none."),
    quirk("related-keys-not-shown", &["aws/mrk/related-keys-shown"],
        Tells(&[DescribeKey], |_, _, fields| { fields.remove(Field::Replicas); }),
        "Nobody can find the replicas of a key, and they are left behind."),
    quirk("replicas-called-primary", &["aws/mrk/related-keys-shown"],
        Tells(&[DescribeKey, Replicate], |_, _, fields| {
            if fields.has(Field::MultiRegionType) {
                fields.set(Field::MultiRegionType, MultiRegionType::Primary);
            }
        }),
        "An operator tries to rotate or replicate the wrong key."),
    quirk("replicas-name-themselves-as-primary", &["aws/mrk/related-keys-shown"],
        Tells(&[DescribeKey], |_, _, fields| {
            if let Some(arn) = fields.text(Field::Arn).filter(|_| fields.has(Field::PrimaryArn)) {
                let arn = arn.to_owned();
                fields.set(Field::PrimaryArn, arn);
            }
        }),
        "Nobody finds the key that leads."),
    quirk("replicas-inherit-the-description", &["aws/mrk/replica-description-own"],
        Hears(&[Replicate], |scene, request| {
            if let Some(description) = scene.describe(request).value(Field::Description) {
                request.fields.set(Field::Description, description.clone());
            }
        }),
        "A text that was written for one Region is shown in all of them."),
    quirk("primaries-do-not-wait-for-replicas", &["aws/mrk/primary-deleted-after-replicas"],
        Tells(&[DescribeKey, ScheduleDeletion], |_, _, fields| {
            if fields.name(Field::State) == Some(KeyState::PendingReplicaDeletion) {
                fields.set(Field::State, KeyState::PendingDeletion);
            }
        }),
        "An operator believes that a key will be gone on a day, and it stays for ever."),
    quirk("primaries-wait-for-replicas-that-are-gone", &["aws/mrk/primary-deleted-after-replicas"],
        Tells(&[DescribeKey], |_, _, fields| {
            let is_primary = fields.name(Field::MultiRegionType) == Some(MultiRegionType::Primary);
            if is_primary && fields.name(Field::State) == Some(KeyState::PendingDeletion) {
                fields.set(Field::State, KeyState::PendingReplicaDeletion);
                fields.remove(Field::DeletionDate);
            }
        }),
        "Nobody can see when a key is going to vanish."),
    quirk("replicas-go-with-their-primary", &["aws/mrk/primary-deletion-leaves-replicas"],
        Also(&[ScheduleDeletion], |scene, request| {
            if is(MultiRegionType::Primary, scene, request) { relative(scene, request) } else { None }
        }),
        "Giving one Region up takes the key from all of them."),
    quirk("primaries-go-with-their-replica", &["aws/mrk/replica-deletion-alone"],
        Also(&[ScheduleDeletion], |scene, request| {
            if is(MultiRegionType::Replica, scene, request) { relative(scene, request) } else { None }
        }),
        "Giving one Region up takes the key from all of them."),
    quirk("keys-are-known-in-every-region", &["aws/lookup/unknown-id"],
        Excuses(&[DescribeKey], &[Fault::KeyUnknown], |scene, request| Some(scene.call(&request.clone().within(None)))),
        "A key is found where it cannot be used."),
    quirk("regions-are-used-once", &["aws/mrk/replica-deletion-alone"],
        Objects(&[Replicate], Fault::ReplicaExists, |scene, request| scene.times(Replicate, request) > 0),
        "A Region that was given up cannot have the key back."),
];

/// Whether the key of a call is this one among its related keys.
fn is(kind: MultiRegionType, scene: &Scene<'_>, request: &Request) -> bool {
    scene.describe(request).name(Field::MultiRegionType) == Some(kind)
}

/// The same call about the related key: the primary of a replica, the first replica of a primary.
fn relative(scene: &Scene<'_>, request: &Request) -> Option<Request> {
    let metadata = scene.describe(request);
    let region = match metadata.name(Field::MultiRegionType)? {
        MultiRegionType::Primary => metadata
            .records(Field::Replicas)
            .first()?
            .text(Field::Region),
        MultiRegionType::Replica => metadata.text(Field::PrimaryRegion),
    };
    let id = Value::from(metadata.text(Field::KeyId)?);
    Some(request.clone().within(region).with(Field::KeyId, id))
}

/// A call about the replica that another call has made.
fn in_replica_region(replicate: &Request) -> Request {
    let region = replicate.fields.text(Field::ReplicaRegion);
    about(DescribeKey, replicate).within(region)
}

fn renamed(fields: &mut Fields, state: MaterialState, other: MaterialState) {
    let mut records = fields.records(Field::Rotations).to_vec();
    for record in &mut records {
        if record.name(Field::MaterialState) == Some(state) {
            record.set(Field::MaterialState, other);
        }
    }
    fields.set(Field::Rotations, records);
}
