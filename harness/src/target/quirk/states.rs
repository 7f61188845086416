//! States that are wrong, and what keys take in them.

use super::Defect::{Also, Excuses, Hears, Objects, Pretends, Tells};
use super::scene::about;
use super::{Quirk, bare_id, nod, quirk};
use crate::spec::{Fault, Field, KeyState, Operation, Request, Value};
use Operation::{
    CancelDeletion, CreateAlias, CreateGrant, Decrypt, DeleteAlias, DeleteMaterial, DescribeKey,
    DisableKey, DisableRotation, EnableKey, EnableRotation, Encrypt, GenerateDataKey, GenerateMac,
    GetRotationStatus, ListTags, ReEncrypt, Replicate, ScheduleDeletion, TagKey, UntagKey,
    UpdateDescription,
};

#[rustfmt::skip]
pub(super) const QUIRKS: &[Quirk] = &[
    quirk("disabled-keys-encrypt", &["aws/state/disabled-crypto", "alibaba/use/encrypt-disabled"],
        Excuses(&[Encrypt, GenerateDataKey, ReEncrypt], &[Fault::Disabled], |scene, request| scene.between(EnableKey, request, DisableKey)),
        "A key that was taken out of service still seals new data."),
    quirk("disabled-keys-decrypt", &["aws/state/disabled-crypto"],
        Excuses(&[Decrypt], &[Fault::Disabled], |scene, request| scene.between(EnableKey, request, DisableKey)),
        "A key that was taken out of service still opens data."),
    quirk("disabled-keys-make-macs", &["aws/state/disabled-crypto"],
        Excuses(&[GenerateMac], &[Fault::Disabled], |scene, request| scene.between(EnableKey, request, DisableKey)),
        "A key that was taken out of service still vouches for messages."),
    quirk("scheduled-keys-encrypt", &["aws/state/pending-deletion-crypto", "alibaba/schedule/use-refused"],
        Excuses(&[Encrypt, Decrypt], &[Fault::PendingDeletion], nod),
        "Data is sealed with a key that is about to vanish."),
    quirk("cancelled-keys-come-back-enabled", &["aws/state/cancel-deletion-to-disabled"],
        Also(&[CancelDeletion], |_, request| Some(about(EnableKey, request))),
        "A key is in use again before anybody has decided so."),
    quirk("cancelled-keys-lose-their-material", &["aws/state/cancel-deletion-to-disabled", "alibaba/cancel/ok"],
        Also(&[CancelDeletion], |_, request| Some(about(DeleteMaterial, request))),
        "Changing one's mind about a deletion costs the material."),
    quirk("cancelled-keys-keep-their-date", &["aws/state/cancel-deletion-to-disabled"],
        Tells(&[DescribeKey], |scene, describe, fields| {
            let date = scene.last(ScheduleDeletion, describe).and_then(|answer| answer.time(Field::DeletionDate));
            if let Some(date) = date {
                fields.set(Field::DeletionDate, date);
            }
        }),
        "A key that was saved looks as if it were about to vanish."),
    quirk("cancelling-does-nothing", &["aws/state/cancel-deletion-to-disabled", "alibaba/cancel/ok"], Pretends(&[CancelDeletion], nod),
        "A key that was saved in time vanishes nevertheless."),
    quirk("cancelling-what-was-not-scheduled", &["aws/state/cancel-deletion-not-pending", "alibaba/cancel/wrong-state"],
        Excuses(&[CancelDeletion], &[Fault::NotPendingDeletion], nod),
        "A caller who cancels too late, or for the wrong key, is not told."),
    quirk("refused-cancelling-disables", &["aws/state/cancel-deletion-not-pending"],
        super::Defect::AlsoRefusing(&[CancelDeletion], &[Fault::NotPendingDeletion], |_, request| Some(about(DisableKey, request))),
        "A call that is refused takes a working key out of service."),
    quirk("deletion-within-six-days", &["aws/state/schedule-window", "alibaba/schedule/window"],
        Excuses(&[ScheduleDeletion], &[Fault::WindowOutOfBounds], nod),
        "A key can vanish sooner than anybody can object."),
    quirk("deletion-in-7-days-by-default", &["aws/state/schedule-window"],
        Hears(&[ScheduleDeletion], |_, request| {
            if !request.fields.has(Field::PendingWindowDays) {
                request.fields.set(Field::PendingWindowDays, 7);
            }
        }),
        "Whoever relies on thirty days to object finds the key gone."),
    quirk("deletion-always-in-30-days", &["aws/state/schedule-window"],
        Hears(&[ScheduleDeletion], |_, request| request.fields.set(Field::PendingWindowDays, 30)),
        "A key lives three weeks longer than was decided."),
    quirk("deletion-in-seven-days-refused", &["aws/state/schedule-window"],
        Objects(&[ScheduleDeletion], Fault::WindowOutOfBounds, |scene, request| {
            request.fields.number(Field::PendingWindowDays) == Some(7) && scene.times(DescribeKey, request) == 0
        }),
        "The shortest waiting period cannot be used."),
    quirk("scheduling-twice-accepted", &["aws/state/schedule-deletion-twice", "alibaba/schedule/twice"],
        Excuses(&[ScheduleDeletion], &[Fault::PendingDeletion], |scene, request| {
            scene.call(&about(CancelDeletion, request)).ok()?;
            Some(scene.call(request))
        }),
        "The end of a key can be postponed for ever, or brought forward, by a repeated call."),
    quirk("scheduling-refused-without-material", &["aws/state/schedule-deletion-pending-import", "alibaba/schedule/pending-import"],
        Objects(&[ScheduleDeletion], Fault::PendingImport, |scene, request| scene.state(request) == Some(KeyState::PendingImport)),
        "Keys that were made by mistake can never be removed."),
    quirk("scheduling-refused-while-disabled", &["aws/state/schedule-deletion-disabled"],
        Objects(&[ScheduleDeletion], Fault::Disabled, |scene, request| scene.state(request) == Some(KeyState::Disabled)),
        "A key has to be put back into service before it can be removed."),
    quirk("scheduling-reply-with-bare-id", &["aws/state/schedule-reply-arn"], Tells(&[ScheduleDeletion], bare_id),
        "Clients that look the reply up by its ARN do not find the key."),
    quirk("scheduling-reply-without-state", &["aws/state/schedule-reply-members"],
        Tells(&[ScheduleDeletion], |_, _, fields| { fields.remove(Field::State); }),
        "Clients that look at the state in the reply find none."),
    quirk("scheduling-reply-without-date", &["aws/state/schedule-window"],
        Tells(&[ScheduleDeletion], |_, _, fields| { fields.remove(Field::DeletionDate); }),
        "Nobody is told until when a deletion can be cancelled."),
    quirk("enabling-without-material", &["aws/state/enable-pending-import", "alibaba/state/enable-pending-import"],
        Excuses(&[EnableKey], &[Fault::PendingImport], nod),
        "A script believes that the key works, and its first use fails."),
    quirk("disabling-without-material", &["aws/state/disable-pending-import", "alibaba/state/disable-pending-import"],
        Excuses(&[DisableKey], &[Fault::PendingImport], nod),
        "An operator believes that a key stays out of service, and the next import enables it."),
    quirk("enabling-does-nothing", &["aws/state/disable-enable-imported"], Pretends(&[EnableKey], nod),
        "A key that was disabled once cannot be used again."),
    quirk("rotation-of-imported-keys-accepted", &["aws/state/enable-rotation-external"],
        Excuses(&[EnableRotation, DisableRotation], &[Fault::OriginUnsupported], nod),
        "An audit passes although the key never rotates."),
    quirk("rotation-status-says-yes", &["aws/state/rotation-status-external-new"],
        Tells(&[GetRotationStatus], |_, _, fields| fields.set(Field::RotationEnabled, true)),
        "An audit passes although the key never rotates."),
    quirk("rotation-status-refused", &["aws/state/rotation-status-external-new"],
        Objects(&[GetRotationStatus], Fault::OriginUnsupported, |_, _| true),
        "Tools that list all keys with their rotation break at the first imported one."),
    quirk("grants-without-material", &["aws/state/create-grant-pending-import"],
        Excuses(&[CreateGrant], &[Fault::PendingImport], nod),
        "A service is granted a key that cannot be used yet, and fails later."),
    quirk("grants-on-unusable-keys", &["aws/state/create-grant-unusable"],
        Excuses(&[CreateGrant], &[Fault::Disabled, Fault::PendingDeletion], nod),
        "A service is granted a key that is out of service, and fails later."),
    quirk("switching-scheduled-keys", &["aws/state/switch-pending-deletion"],
        Excuses(&[EnableKey, DisableKey], &[Fault::PendingDeletion], nod),
        "An operator believes that the key was saved, and it vanishes all the same."),
    quirk("enabling-twice-refused", &["aws/state/switch-repeated", "alibaba/state/enable-idempotent"],
        Objects(&[EnableKey], Fault::NotPendingDeletion, |scene, request| scene.state(request) == Some(KeyState::Enabled)),
        "Scripts that make sure that a key is enabled fail when it is."),
    quirk("names-on-scheduled-keys", &["aws/state/names-pending-deletion"],
        Excuses(&[CreateAlias, UntagKey], &[Fault::PendingDeletion], nod),
        "Applications are pointed to a key that is about to vanish."),
    quirk("scheduled-keys-hide-their-tags", &["aws/state/reading-pending-deletion"],
        Objects(&[ListTags], Fault::PendingDeletion, |scene, request| scene.state(request) == Some(KeyState::PendingDeletion)),
        "Nobody can see whose key is about to vanish."),
    quirk("rotation-of-unusable-keys", &["aws/state/rotation-switch-by-state"],
        Excuses(&[EnableRotation, DisableRotation], &[Fault::Disabled, Fault::PendingDeletion], nod),
        "An audit passes although the key is out of service."),
    quirk("rotation-status-of-scheduled-keys-refused", &["aws/state/rotation-status-of-service-keys"],
        Objects(&[GetRotationStatus], Fault::PendingDeletion, |scene, request| scene.state(request) == Some(KeyState::PendingDeletion)),
        "Tools that list all keys with their rotation break at the first scheduled one."),
    quirk("no-tags-without-material", &["aws/state/alias-policy-tag-pending-import"],
        Objects(&[TagKey, UntagKey], Fault::PendingImport, |scene, request| scene.state(request) == Some(KeyState::PendingImport)),
        "A key cannot be labelled before its material comes."),
    quirk("no-aliases-without-material", &["aws/state/alias-policy-tag-pending-import"],
        Objects(&[CreateAlias], Fault::PendingImport, |scene, request| scene.state(request) == Some(KeyState::PendingImport)),
        "A key cannot be named before its material comes."),
    quirk("tags-on-scheduled-keys", &["aws/state/tag-pending-deletion"],
        Excuses(&[TagKey, UpdateDescription], &[Fault::PendingDeletion], nod),
        "Changes to a key that is about to vanish are accepted and lost."),
    quirk("no-tags-or-aliases-while-disabled", &["aws/state/manage-in-use"],
        Objects(&[TagKey, UntagKey, UpdateDescription, CreateAlias], Fault::Disabled, |scene, request| {
            scene.describe(&about_target(request)).name(Field::State) == Some(KeyState::Disabled)
        }),
        "A key has to be put back into service before it can be labelled."),
    quirk("disabled-primaries-can-be-replicated", &["aws/state/replicate-by-state"],
        Excuses(&[Replicate], &[Fault::Disabled], |scene, request| scene.between(EnableKey, request, DisableKey)),
        "A key that was taken out of service comes to life in another Region."),
    quirk("second-replica-in-a-region-accepted", &["aws/mrk/one-replica-per-region"],
        Excuses(&[Replicate], &[Fault::ReplicaExists], nod),
        "Scripts go on with a replica that they believe to be new and empty."),
    quirk("deleting-an-alias-that-is-not-there", &["aws/lookup/unknown-alias"],
        Excuses(&[DeleteAlias], &[Fault::AliasUnknown], nod),
        "A typing error in a clean-up goes unnoticed, and the alias stays."),
    quirk("aliases-of-two-keys", &["aws/lookup/alias-taken"],
        Excuses(&[CreateAlias], &[Fault::AliasTaken], nod),
        "Programs go on with another key than the one that was named last."),
    quirk("scheduled-keys-cannot-be-described", &["aws/state/describe-any", "alibaba/describe/any-state", "alibaba/describe/states"],
        Objects(&[DescribeKey], Fault::PendingDeletion, |scene, request| {
            scene.state(request) == Some(KeyState::PendingDeletion)
        }),
        "Nobody can see when a key is going to vanish."),
    quirk("description-cannot-change-without-material", &["aws/state/alias-policy-tag-pending-import"],
        Objects(&[UpdateDescription], Fault::PendingImport, |scene, request| scene.state(request) == Some(KeyState::PendingImport)),
        "A key cannot be described before its material comes."),
    quirk("keys-by-arn-unknown", &["aws/lookup/bare-id-and-arn"],
        Objects(&[DescribeKey, Operation::Import, Operation::GetParameters, DeleteMaterial], Fault::KeyUnknown, |_, request| {
            request.key().is_some_and(|key| key.starts_with("arn:"))
        }),
        "Clients that name keys by their ARN, as templates do, find none."),
    quirk("foreign-regions-ignored", &["aws/lookup/wrong-region-arn"],
        Excuses(&[DescribeKey, Operation::Import, Operation::GetParameters, DeleteMaterial, Encrypt], &[Fault::RegionForeign], |scene, request| {
            let (_, id) = request.key()?.rsplit_once('/')?;
            Some(scene.again(request, Field::KeyId, Value::Text(id.to_owned())))
        }),
        "A call for a key in one Region changes the key of the same id in another."),
];

/// A call about the key that the other call is about, also where it is the target of an alias.
fn about_target(request: &Request) -> Request {
    let target = request.fields.text(Field::TargetKeyId);
    let target = target.or_else(|| request.key());
    Request::new(DescribeKey).with(Field::KeyId, target.unwrap_or_default())
}
