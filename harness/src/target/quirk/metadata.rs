//! Descriptions of keys that are wrong.

use jiff::Timestamp;

use super::Defect::{Objects, Tells};
use super::{Quirk, quirk};
use crate::spec::{Fault, Field, Fields, KeyState, Operation, Origin, Value};
use Operation::{CreateKey, DescribeKey, Import};

const SHOWN: &[Operation] = &[CreateKey, DescribeKey];

#[rustfmt::skip]
pub(super) const QUIRKS: &[Quirk] = &[
    quirk("empty-keys-shown-as-usable", &["aws/metadata/enabled-flag-follows-state"],
        Tells(SHOWN, |_, _, fields| enabled_while(fields, KeyState::PendingImport)),
        "Clients that look at the flag use a key without material."),
    quirk("disabled-keys-shown-as-usable", &["aws/metadata/enabled-flag-follows-state"],
        Tells(SHOWN, |_, _, fields| enabled_while(fields, KeyState::Disabled)),
        "Clients that look at the flag use a key that was taken out of service."),
    quirk("scheduled-keys-shown-as-usable", &["aws/metadata/enabled-flag-follows-state"],
        Tells(SHOWN, |_, _, fields| enabled_while(fields, KeyState::PendingDeletion)),
        "Clients that look at the flag seal data with a key that is about to vanish."),
    quirk("state-of-the-last-look", &["aws/state/disable-enable-imported"],
        Tells(&[DescribeKey], |scene, request, fields| {
            let shown = scene.last(DescribeKey, request).and_then(|shown| shown.value(Field::State).cloned());
            if let Some(state) = shown {
                fields.set(Field::State, state);
            }
        }),
        "A change shows only at the second look, and waiting scripts decide wrongly."),
    quirk("state-remembered-from-creation", &["aws/import/first-import-enables"],
        Tells(&[DescribeKey], |_, _, fields| {
            if fields.name(Field::State) == Some(KeyState::Enabled) && fields.name(Field::Origin) == Some(Origin::External) {
                fields.set(Field::State, KeyState::PendingImport);
            }
        }),
        "Scripts that wait for the end of an import wait for ever."),
    quirk("deletion-date-not-shown", &["aws/delete/pending-deletion-state-unchanged", "alibaba/describe/delete-date"],
        Tells(&[DescribeKey], |_, _, fields| { fields.remove(Field::DeletionDate); }),
        "Nobody can see when a key is going to vanish."),
    quirk("material-id-before-any-material", &["aws/create/no-import-fields-before-import"],
        Tells(SHOWN, |scene, request, fields| {
            if scene.times(Import, request) == 0 {
                fields.set(Field::CurrentMaterialId, "0".repeat(64));
            }
        }),
        "An empty key looks as if it had material."),
    quirk("expiration-model-before-any-material", &["aws/create/no-import-fields-before-import", "aws/metadata/no-expiry-for-service-material"],
        Tells(SHOWN, |_, _, fields| {
            if !fields.has(Field::ExpirationModel) {
                fields.set(Field::ExpirationModel, crate::spec::ExpirationModel::Never);
            }
        }),
        "An empty key looks as if it had material that never leaves."),
    quirk("material-id-not-shown", &["aws/metadata/current-material-id-symmetric"],
        Tells(&[DescribeKey], |_, _, fields| { fields.remove(Field::CurrentMaterialId); }),
        "Nobody can tell which material a key works with."),
    quirk("material-id-differs-from-the-import", &["aws/metadata/current-material-id-symmetric"],
        Tells(&[DescribeKey], |_, _, fields| {
            let reversed = fields.text(Field::CurrentMaterialId).map(|id| id.chars().rev().collect::<String>());
            if let Some(id) = reversed {
                fields.set(Field::CurrentMaterialId, id);
            }
        }),
        "An audit cannot match a key with the import that filled it."),
    quirk("hmac-keys-name-their-material", &["aws/metadata/current-material-id-others"],
        Tells(&[DescribeKey], |_, _, fields| {
            if fields.has(Field::MacAlgorithms) {
                fields.set(Field::CurrentMaterialId, "0".repeat(64));
            }
        }),
        "Clients treat an HMAC key as one whose material can be named, and later calls fail."),
    quirk("algorithms-only-with-material", &["aws/metadata/algorithm-lists"],
        Tells(SHOWN, |_, _, fields| {
            if fields.name(Field::State) == Some(KeyState::PendingImport) {
                fields.remove(Field::MacAlgorithms);
                fields.remove(Field::EncryptionAlgorithms);
                fields.remove(Field::SigningAlgorithms);
            }
        }),
        "Tools cannot tell what a key is for until its material has come."),
    quirk("algorithms-of-every-usage", &["aws/metadata/algorithm-lists"],
        Tells(SHOWN, |_, _, fields| {
            if !fields.has(Field::EncryptionAlgorithms) {
                fields.set(Field::EncryptionAlgorithms, vec!["symmetric".to_owned()]);
            }
        }),
        "Clients try to encrypt with keys that cannot."),
    quirk("origin-always-the-service", &["aws/create/origin-immutable"],
        Tells(&[DescribeKey], |_, _, fields| fields.set(Field::Origin, Origin::Service)),
        "Reports on who made which key material are wrong."),
    quirk("origin-changes-with-deletion", &["aws/create/origin-immutable"],
        Tells(&[DescribeKey], |scene, request, fields| {
            if scene.times(Operation::DeleteMaterial, request) > 0 {
                fields.set(Field::Origin, Origin::Service);
            }
        }),
        "An emptied key no longer looks like one that takes imports."),
    quirk("manager-is-the-vendor", &["aws/create/metadata-field-set-symmetric"],
        Tells(SHOWN, |_, _, fields| fields.set(Field::KeyManager, "service")),
        "Tools skip the key, because they leave keys of the vendor alone."),
    quirk("multi-region-not-shown", &["aws/metadata/key-manager-era"],
        Tells(SHOWN, |_, _, fields| { fields.remove(Field::MultiRegion); }),
        "Tools cannot tell which keys have to be looked after in other Regions, too."),
    quirk("spec-under-its-old-name-only", &["aws/create/metadata-field-set-symmetric"],
        Tells(SHOWN, |_, _, fields| { fields.remove(Field::Spec); }),
        "Clients of today find no spec."),
    quirk("spec-under-its-new-name-only", &["aws/create/metadata-field-set-symmetric"],
        Tells(SHOWN, |_, _, fields| { fields.remove(Field::DeprecatedSpec); }),
        "Clients of yesterday find no spec."),
    quirk("description-absent-when-empty", &["aws/create/metadata-field-set-symmetric"],
        Tells(SHOWN, |_, _, fields| {
            if fields.text(Field::Description) == Some("") {
                fields.remove(Field::Description);
            }
        }),
        "Typed clients stumble over a missing member."),
    quirk("creation-date-without-time", &["aws/metadata/creation-date"],
        Tells(SHOWN, |_, _, fields| {
            if let Some(Value::Time(made)) = fields.value(Field::CreationDate) {
                let midnight = made.as_second() - made.as_second().rem_euclid(86_400);
                fields.set(Field::CreationDate, Timestamp::from_second(midnight).unwrap_or(*made));
            }
        }),
        "The keys of one day cannot be put in order."),
    quirk("aliases-are-not-described", &["aws/lookup/describe-takes-aliases"],
        Objects(&[DescribeKey], Fault::KeyMalformed, |_, request| {
            request.key().is_some_and(|key| key.contains("alias/"))
        }),
        "Programs that know a key by its alias cannot look at it."),
    quirk("multi-region-always-true", &["aws/create/metadata-field-set-symmetric"],
        Tells(SHOWN, |_, _, fields| fields.set(Field::MultiRegion, true)),
        "Plans for the loss of a Region rest on keys that cannot be replicated."),
];

fn enabled_while(fields: &mut Fields, state: KeyState) {
    if fields.name(Field::State) == Some(state) {
        fields.set(Field::Enabled, true);
    }
}
