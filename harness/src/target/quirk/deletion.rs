//! Deletion of material that is wrong.

use super::Defect::{Also, Excuses, Objects, Pretends, Tells};
use super::scene::{about, revived};
use super::{Quirk, bare_id, nod, quirk};
use crate::spec::{ExpirationModel, Fault, Field, KeyState, Operation};
use Operation::{
    CancelDeletion, Decrypt, DeleteMaterial, DescribeKey, Encrypt, GenerateDataKey, Import,
    ReEncrypt, ScheduleDeletion,
};

#[rustfmt::skip]
pub(super) const QUIRKS: &[Quirk] = &[
    quirk("deletion-does-nothing", &["aws/delete/to-pending-import", "alibaba/delete-material/enabled", "alibaba/delete-material/disabled"], Pretends(&[DeleteMaterial], nod),
        "Material that was taken away in an emergency is still in use."),
    quirk("deletion-disables-instead", &["aws/delete/to-pending-import", "alibaba/delete-material/enabled"],
        Pretends(&[DeleteMaterial], |scene, request| {
            scene.call(&about(Operation::DisableKey, request)).ok()?;
            nod(scene, request)
        }),
        "Material that was deleted comes back with a click on \"enable\"."),
    quirk("deleted-material-encrypts", &["aws/delete/encrypt-after", "alibaba/use/encrypt-pending-import"],
        Excuses(&[Encrypt], &[Fault::PendingImport], revived),
        "Deleted material is still used for new data."),
    quirk("deleted-material-decrypts", &["aws/state/decrypt-pending-import"],
        Excuses(&[Decrypt], &[Fault::PendingImport], revived),
        "Deleted material still opens old data."),
    quirk("deleted-material-makes-data-keys", &["aws/state/decrypt-pending-import"],
        Excuses(&[GenerateDataKey], &[Fault::PendingImport], revived),
        "Deleted material still seals data keys."),
    quirk("deleted-material-re-encrypts", &["aws/state/decrypt-pending-import"],
        Excuses(&[ReEncrypt], &[Fault::PendingImport], revived),
        "Deleted material still takes over ciphertexts."),
    quirk("deletion-refused-on-scheduled-keys", &["aws/delete/pending-deletion-state-unchanged", "alibaba/delete-material/pending-deletion"],
        Objects(&[DeleteMaterial], Fault::PendingDeletion, |scene, request| scene.state(request) == Some(KeyState::PendingDeletion)),
        "The material of a key that waits for its end cannot be taken away at once."),
    quirk("deletion-cancels-the-scheduled-one", &["aws/delete/pending-deletion-state-unchanged", "alibaba/delete-material/pending-deletion"],
        Also(&[DeleteMaterial], |_, request| Some(about(CancelDeletion, request))),
        "A key whose end was decided stays."),
    quirk("deletion-moves-the-scheduled-one", &["aws/delete/pending-deletion-state-unchanged", "alibaba/delete-material/pending-deletion"],
        Also(&[DeleteMaterial], |scene, request| {
            scene.call(&about(CancelDeletion, request)).ok()?;
            Some(about(ScheduleDeletion, request))
        }),
        "The end of a key is postponed by taking its material away."),
    quirk("deletion-of-nothing-refused", &["aws/delete/pending-import-no-effect", "alibaba/delete-material/pending-import"],
        Objects(&[DeleteMaterial], Fault::PendingImport, |scene, request| scene.state(request) == Some(KeyState::PendingImport)),
        "A clean-up that is run twice fails."),
    quirk("second-deletion-refused", &["aws/delete/pending-import-no-effect", "alibaba/delete-material/pending-import"],
        Objects(&[DeleteMaterial], Fault::PendingImport, |scene, request| {
            scene.times(DeleteMaterial, request) > 0 && scene.state(request) == Some(KeyState::PendingImport)
        }),
        "A deletion that is repeated after a lost answer fails."),
    quirk("deletion-schedules-the-key", &["aws/delete/to-pending-import", "alibaba/delete-material/enabled"],
        Also(&[DeleteMaterial], |_, request| Some(about(ScheduleDeletion, request))),
        "Taking the material away for a while ends the key for ever."),
    quirk("deletion-reply-empty", &["aws/delete/response-now"],
        Tells(&[DeleteMaterial], |_, _, fields| { fields.remove(Field::KeyId); fields.remove(Field::MaterialId); }),
        "A caller cannot tell what was deleted."),
    quirk("deletion-reply-with-bare-id", &["aws/delete/response-now"], Tells(&[DeleteMaterial], bare_id),
        "Clients that look the reply up by its ARN do not find the key."),
    quirk("deletion-reply-without-material-id", &["aws/delete/response-now"],
        Tells(&[DeleteMaterial], |_, _, fields| { fields.remove(Field::MaterialId); }),
        "A caller cannot tell which material was deleted."),
    quirk("deletion-on-service-keys-accepted", &["aws/delete/origin-aws-kms", "alibaba/delete-material/origin-kms"],
        Excuses(&[DeleteMaterial], &[Fault::OriginUnsupported], nod),
        "A caller believes that the material of a key of the service is gone."),
    quirk("deletion-of-unknown-keys-accepted", &["aws/delete/not-found"],
        Excuses(&[DeleteMaterial], &[Fault::KeyUnknown], nod),
        "A typing error in an emergency looks like success."),
    quirk("expiration-model-outlives-material", &["aws/delete/expiration-fields-dropped"],
        Tells(&[DescribeKey], |scene, describe, fields| {
            if scene.times(Import, describe) > 0 && !fields.has(Field::ExpirationModel) {
                fields.set(Field::ExpirationModel, ExpirationModel::Never);
            }
        }),
        "An empty key looks as if it had material that never leaves."),
    quirk("material-id-lost-with-the-material", &["aws/delete/current-material-id-stays"],
        Tells(&[DescribeKey], |_, _, fields| {
            if fields.name(Field::State) == Some(KeyState::PendingImport) {
                fields.remove(Field::CurrentMaterialId);
            }
        }),
        "Nobody can tell which material has to be brought back."),
    quirk("deletion-only-of-expiring-material", &["aws/delete/external-to-expiry-model"],
        Objects(&[DeleteMaterial], Fault::OriginUnsupported, |scene, request| {
            scene.describe(request).name(Field::ExpirationModel) == Some(ExpirationModel::Never)
        }),
        "Material without an expiry can never be taken away."),
    quirk("key-vanishes-with-its-material", &["aws/delete/to-pending-import", "alibaba/delete-material/enabled"],
        Objects(&[DescribeKey], Fault::KeyUnknown, |scene, request| {
            scene.times(DeleteMaterial, request) > 0 && scene.state(request) == Some(KeyState::PendingImport)
        }),
        "The material cannot be brought back, since there is no key for it."),
];
