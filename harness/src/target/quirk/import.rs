//! Import calls that are wrong.

use super::Defect::{Also, AlsoRefusing, Excuses, Hears, Objects, Pretends, Tells};
use super::scene::about;
use super::{Quirk, bare_id, nod, quirk};
use crate::spec::{ExpirationModel, Fault, Field, KeyState, Operation, Origin, Value};
use crate::target::reference::Opening;
use Operation::{DeleteMaterial, DescribeKey, DisableKey, Import};

#[rustfmt::skip]
pub(super) const QUIRKS: &[Quirk] = &[
    quirk("token-of-any-key-accepted", &["aws/import/wrong-token", "alibaba/import/token-other-key"],
        Excuses(&[Import], &[Fault::TokenInvalid], |scene, import| {
            scene.import_anyhow(import, Opening::AsIssued)
        }),
        "Whoever may import into one key can import into any other with the same token."),
    quirk("token-damage-unnoticed", &["aws/token/corrupted", "alibaba/import/token-garbage"],
        Excuses(&[Import], &[Fault::TokenInvalid], |scene, import| {
            let token = scene.last_token(import)?;
            Some(scene.again(import, Field::ImportToken, Value::Bytes(token)))
        }),
        "Tokens are not looked at, so that an import can follow parameters that it does not belong to."),
    quirk("token-never-expires", &["aws/import/expired-parameters", "alibaba/import/token-expired"],
        Excuses(&[Import], &[Fault::TokenExpired], |scene, import| {
            scene.import_anyhow(import, Opening::AsIssued)
        }),
        "Parameters that were kept for months still open the key for an import."),
    quirk("token-expires-after-an-hour", &["aws/import/expired-parameters", "alibaba/params/token-24h"],
        Objects(&[Import], Fault::TokenExpired, |scene, import| {
            let issued = scene.issued(import).map(|(_, issued)| *issued);
            issued.is_some_and(|issued| scene.now.duration_since(issued).as_hours() >= 1)
        }),
        "Carrying the parameters to an offline HSM and back takes longer than they live."),
    quirk("token-burned-by-a-refused-import", &["aws/token/survives-validation-failure"],
        Objects(&[Import], Fault::TokenInvalid, |scene, import| scene.was_refused_before(import)),
        "A forgotten date costs a new round trip to the HSM, since the token is used up."),
    quirk("different-material-accepted-and-dropped", &["aws/import/different-material-rejected", "alibaba/import/reimport-different"],
        Excuses(&[Import], &[Fault::MaterialDiffers], nod),
        "The caller believes that the key now holds other bytes, which are in fact thrown away."),
    quirk("different-material-accepted-after-two-cycles", &["aws/import/different-material-rejected", "alibaba/delete-material/binding-survives"],
        Excuses(&[Import], &[Fault::MaterialDiffers], |scene, import| {
            (scene.times(DeleteMaterial, import) >= 2).then(|| nod(scene, import))?
        }),
        "After two rounds of deletion and import the key no longer knows its material, and old data is lost."),
    quirk("different-hmac-material-accepted", &["aws/reimport/different-hmac"],
        Excuses(&[Import], &[Fault::MaterialDiffers], |scene, import| {
            let is_hmac = scene.describe(import).has(Field::MacAlgorithms);
            is_hmac.then(|| nod(scene, import))?
        }),
        "An HMAC key silently takes another secret, and every MAC of before is invalid."),
    quirk("different-expiring-material-accepted", &["aws/import/different-material-rejected"],
        Excuses(&[Import], &[Fault::MaterialDiffers], |scene, import| {
            import.fields.has(Field::ValidTo).then(|| nod(scene, import))?
        }),
        "With an expiry date the comparison with the known material is skipped."),
    quirk("refused-import-empties-the-key", &["aws/import/wrong-token", "alibaba/import/token-other-key"],
        AlsoRefusing(&[Import], &[Fault::TokenInvalid], |_, import| {
            Some(about(DeleteMaterial, import))
        }),
        "An import that is refused still takes the working key out of service."),
    quirk("refused-import-is-performed", &["aws/import/failed-import-leaves-state"],
        AlsoRefusing(&[Import], &[Fault::ValidToMissing], |_, import| {
            Some(import.clone().with(Field::ExpirationModel, ExpirationModel::Never))
        }),
        "An import that was refused for its missing date has put material into the key that never expires."),
    quirk("refused-token-still-imports", &["aws/import/wrong-token", "alibaba/import/token-other-key"],
        AlsoRefusing(&[Import], &[Fault::TokenInvalid], |scene, import| {
            scene.import_anyhow(import, Opening::AsIssued).map(|_| import.clone())
        }),
        "The refusal of a foreign token is only said; the material is in the key."),
    quirk("expired-token-still-imports", &["aws/import/expired-parameters", "alibaba/import/token-expired"],
        AlsoRefusing(&[Import], &[Fault::TokenExpired], |scene, import| {
            scene.import_anyhow(import, Opening::AsIssued).map(|_| import.clone())
        }),
        "The refusal of expired parameters is only said; the material is in the key."),
    quirk("damaged-ciphertext-accepted", &["aws/wrap/corrupt-ciphertext", "alibaba/import/wrong-algorithm"],
        Excuses(&[Import], &[Fault::CiphertextInvalid], nod),
        "A transmission error is reported as a good import, and the key stays empty."),
    quirk("any-unwrap-algorithm-tried", &["aws/wrap/wrong-algorithm-ciphertext", "alibaba/import/wrong-algorithm"],
        Excuses(&[Import], &[Fault::CiphertextInvalid], |scene, import| {
            scene.import_anyhow(import, Opening::AnyAlgorithm)
        }),
        "A weaker padding than the agreed one is taken, which a policy on the algorithm was to prevent."),
    quirk("any-wrapping-key-tried", &["aws/params/pair-belongs-together", "alibaba/import/token-pair"],
        Excuses(&[Import], &[Fault::CiphertextInvalid], |scene, import| {
            scene.import_anyhow(import, Opening::AnySet)
        }),
        "Material wrapped for one set of parameters is accepted with the token of another."),
    quirk("short-hmac-material-accepted", &["aws/material/hmac-too-short"],
        Excuses(&[Import], &[Fault::MaterialMalformed], |scene, import| {
            let is_hmac = scene.describe(import).has(Field::MacAlgorithms);
            is_hmac.then(|| nod(scene, import))?
        }),
        "An HMAC key is weaker than its name says."),
    quirk("import-into-service-key-accepted", &["aws/import/origin-aws-kms", "alibaba/import/origin-kms"],
        Excuses(&[Import], &[Fault::OriginUnsupported], nod),
        "A caller believes that a key of the service now holds the caller's own material."),
    quirk("import-into-scheduled-key-accepted", &["aws/import/pending-deletion", "alibaba/import/state-pending-deletion"],
        Excuses(&[Import], &[Fault::PendingDeletion], nod),
        "Material goes into a key that is about to vanish."),
    quirk("import-cancels-deletion", &["aws/import/pending-deletion", "alibaba/import/state-pending-deletion"],
        Excuses(&[Import], &[Fault::PendingDeletion], |scene, import| {
            drop(scene.call(&about(Operation::CancelDeletion, import)));
            Some(scene.call(import))
        }),
        "A key whose end was decided comes back to life by an import."),
    quirk("import-only-while-empty", &["aws/reimport/same-while-enabled", "alibaba/import/reimport-same-enabled"],
        Objects(&[Import], Fault::OriginUnsupported, |scene, import| {
            scene.state(import) == Some(KeyState::Enabled)
        }),
        "The expiry of a working key cannot be extended without taking the key out of service."),
    quirk("deleted-material-cannot-come-back", &["aws/reimport/same-after-delete", "alibaba/import/reimport-after-delete", "alibaba/use/roundtrip-after-reimport"],
        Objects(&[Import], Fault::MaterialDiffers, |scene, import| scene.times(DeleteMaterial, import) > 0),
        "Material that was taken away for a while is lost for ever, and the data with it."),
    quirk("reimport-needs-the-old-wrapping", &["aws/reimport/new-wrapping-ok"],
        Objects(&[Import], Fault::MaterialDiffers, |scene, import| {
            let asked = scene.issued(import).map(|(asked, _)| asked.fields.text(Field::WrappingAlgorithm));
            let first = scene.last_import(import).cloned().and_then(|fields| {
                let import = crate::spec::Request { fields, ..about(Import, import) };
                scene.issued(&import).map(|(asked, _)| asked.fields.text(Field::WrappingAlgorithm))
            });
            first.is_some() && first != asked
        }),
        "Restoring a key fails when the HSM has moved on to another wrapping algorithm."),
    quirk("material-of-another-key-refused", &["aws/reimport/material-id-per-key", "alibaba/import/many-keys-one-material"],
        Objects(&[Import], Fault::MaterialDiffers, |scene, import| scene.is_elsewhere(import)),
        "The same material cannot be used in two keys, which migrations rely on."),
    quirk("import-leaves-the-key-disabled", &["aws/import/first-import-enables", "alibaba/import/first", "alibaba/import/material-256"],
        Also(&[Import], |_, import| Some(about(DisableKey, import))),
        "After the import every use fails until somebody enables the key by hand."),
    quirk("disabling-does-nothing", &["aws/state/disable-enable-imported", "alibaba/state/enable-idempotent", "alibaba/use/encrypt-disabled"],
        Pretends(&[DisableKey], nod),
        "An operator who disables a key in an emergency has not done so."),
    quirk("import-reply-without-key-id", &["aws/import/response-key-id"],
        Tells(&[Import], |_, _, fields| { fields.remove(Field::KeyId); }),
        "Clients that log which key was imported find nothing to log."),
    quirk("import-reply-with-bare-id", &["aws/import/response-key-id"], Tells(&[Import], bare_id),
        "Clients that look the reply up by its ARN do not find the key."),
    quirk("import-reply-without-material-id", &["aws/import/response-material-id"],
        Tells(&[Import], |_, _, fields| { fields.remove(Field::MaterialId); }),
        "A caller cannot tell which material is in the key."),
    quirk("import-reply-names-hmac-material", &["aws/import/response-no-material-id-asymmetric"],
        Tells(&[Import], |_, _, fields| {
            if !fields.has(Field::MaterialId) {
                fields.set(Field::MaterialId, "0".repeat(64));
            }
        }),
        "Clients treat an HMAC key as one whose material can be named, and later calls fail."),
    quirk("material-id-in-capitals", &["aws/import/response-material-id"],
        Tells(&[Import], |_, _, fields| {
            if let Some(id) = fields.text(Field::MaterialId).map(str::to_uppercase) {
                fields.set(Field::MaterialId, id);
            }
        }),
        "The id that the import returned is refused when it is sent back."),
    quirk("material-id-changes-with-each-import", &["aws/reimport/material-id-stable"],
        Tells(&[Import], |scene, import, fields| {
            if fields.has(Field::MaterialId) {
                fields.set(Field::MaterialId, format!("{:064x}", scene.times(Import, import)));
            }
        }),
        "Audits cannot see that the restored material is the old one."),
    quirk("material-id-shared-between-keys", &["aws/reimport/material-id-per-key"],
        Tells(&[Import], |scene, import, fields| {
            let digits = scene.material(import).map(|bytes| hex::encode(bytes.repeat(4)));
            if let (true, Some(digits)) = (fields.has(Field::MaterialId), digits) {
                fields.set(Field::MaterialId, &digits[..64]);
            }
        }),
        "Whoever sees the ids of two keys learns that they hold the same bytes."),
    quirk("second-import-ignored", &["aws/validto/change-by-reimport", "alibaba/import/reimport-resets-expiry"],
        Pretends(&[Import], |scene, import| {
            let is_second = scene.state(import) == Some(KeyState::Enabled);
            is_second.then(|| scene.last(Import, import).cloned().map(Ok))?
        }),
        "The date that was to be extended comes as before, and the key stops working."),
    quirk("import-needs-a-description", &["aws/import/required-members"],
        Objects(&[Import], Fault::Constraint, |_, import| !import.fields.has(Field::MaterialDescription)),
        "Every client that leaves out an optional member is refused."),
    quirk("import-makes-a-key-of-the-service", &["aws/create/origin-immutable"],
        Tells(&[DescribeKey], |scene, describe, fields| {
            if scene.times(Import, describe) > 0 {
                fields.set(Field::Origin, Origin::Service);
            }
        }),
        "Reports on who made which key material are wrong."),
    quirk("first-import-has-to-say-new", &["aws/multi/import-type-default-first"],
        Hears(&[Import], |_, import| {
            if !import.fields.has(Field::ImportType) {
                import.fields.set(Field::ImportType, "existing");
            }
        }),
        "The first import fails for every client that is older than import types."),
];
