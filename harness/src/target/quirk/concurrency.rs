//! What goes wrong between two callers, two keys or two dates: state that is shared and should not be, and updates
//! that get lost.

use jiff::{SignedDuration, Timestamp};

use super::Defect::{Also, AlsoRefusing, Clock, Excuses, Hears, Objects, Tells};
use super::scene::{about, restored, revived};
use super::{Quirk, quirk};
use crate::spec::{Fault, Field, Fields, KeyFamily, KeyState, MaterialState, Operation, Request};
use crate::target::reference::Opening;
use Operation::{
    Decrypt, DeleteMaterial, DescribeKey, EnableKey, GenerateMac, GetParameters, Import, VerifyMac,
};

#[rustfmt::skip]
pub(super) const QUIRKS: &[Quirk] = &[
    quirk("one-import-at-a-time", &["aws/import/first-import-enables"],
        Objects(&[Import], Fault::TokenInvalid, |scene, import| {
            scene.issued(import).is_some() && scene.last_prepared() != import.key().map(super::id_of)
        }),
        "Two people who fill two keys at once spoil each other's tokens."),
    quirk("import-goes-to-the-last-prepared-key", &["aws/import/first-import-enables"],
        Hears(&[Import], |scene, import| {
            if let Some(key) = scene.last_prepared().map(str::to_owned) && scene.issued(import).is_some() {
                import.fields.set(Field::KeyId, key);
            }
        }),
        "Of two keys that are filled at once, one gets the material of the other or none."),
    quirk("deletion-takes-equal-material-of-other-keys", &["aws/delete/to-pending-import"],
        Also(&[DeleteMaterial], |scene, request| {
            let twin = scene.twins(request).into_iter().next()?;
            Some(Request::new(DeleteMaterial).with(Field::KeyId, twin))
        }),
        "Emptying one key takes another out of service that happens to hold the same bytes."),
    quirk("equal-material-opens-data-of-other-keys", &["aws/reimport/ciphertext-not-portable"],
        Excuses(&[Decrypt], &[Fault::KeyIncorrect], |scene, request| {
            (!scene.twins(request).is_empty()).then(|| {
                let mut request = request.clone();
                request.fields.remove(Field::KeyId);
                scene.call(&request)
            })
        }),
        "Permission for one key opens data of another that holds the same bytes."),
    quirk("refused-new-material-displaces-the-waiting-one", &["aws/multi/one-pending-only"],
        AlsoRefusing(&[Import], &[Fault::MaterialPending], |scene, import| {
            let waiting = scene.material_that_is(MaterialState::PendingRotation, import)?;
            Some(about(DeleteMaterial, import).with(Field::MaterialId, waiting))
        }),
        "Of two operators who prepare a rotation at once, one is refused and the other loses the material."),
    quirk("refused-material-empties-the-key", &["aws/multi/import-type-new-but-known"],
        AlsoRefusing(&[Import], &[Fault::MaterialDiffers], |_, import| Some(about(DeleteMaterial, import))),
        "Sending the wrong bytes once takes a working key out of service."),
    quirk("refused-date-still-counts", &["aws/import/valid-to-over-365-days"],
        AlsoRefusing(&[Import], &[Fault::ValidToTooFar], |scene, import| {
            let date = scene.now.checked_add(SignedDuration::from_hours(24)).ok()?;
            Some(import.clone().with(Field::ValidTo, date))
        }),
        "A date that was refused is cut and kept, and the key stops working on a day that nobody chose."),
    quirk("expired-parameters-spoil-the-key", &["aws/import/expired-parameters-fresh-set-works"],
        Objects(&[Import], Fault::TokenExpired, |scene, import| scene.was_refused_with(Fault::TokenExpired, import)),
        "Whoever is late once can never fill the key, however often new parameters are fetched."),
    quirk("token-good-for-25-hours", &["aws/import/expired-parameters"],
        Excuses(&[Import], &[Fault::TokenExpired], |scene, import| {
            let (_, issued) = scene.issued(import)?;
            let is_young = scene.now.duration_since(*issued) <= SignedDuration::from_hours(25);
            is_young.then(|| scene.import_anyhow(import, Opening::AsIssued))?
        }),
        "Parameters outlive the date that was told, and a process that counts on their end is not safe."),
    quirk("dates-read-as-milliseconds", &["aws/validto/no-minimum"],
        Hears(&[Import], |_, import| {
            let date = import.fields.time(Field::ValidTo).map(Timestamp::as_second);
            if let Some(Ok(date)) = date.map(|date| Timestamp::from_second(date / 1000)) {
                import.fields.set(Field::ValidTo, date);
            }
        }),
        "Every date lies in 1970, and no material can be given one."),
    quirk("keys-without-material-vanish-after-a-month", &["aws/create/pending-import-has-no-deadline"],
        Objects(&[DescribeKey, GetParameters, Import], Fault::KeyUnknown, |scene, request| {
            let metadata = scene.describe(request);
            let age = metadata.time(Field::CreationDate).map(|made| scene.now.duration_since(made));
            metadata.name(Field::State) == Some(KeyState::PendingImport)
                && age.is_some_and(|age| age > SignedDuration::from_hours(24 * 30))
        }),
        "A key that templates and policies already name is gone before the ceremony takes place."),
    quirk("expiry-of-hmac-keys-unnoticed", &["aws/validto/expiry-to-pending-import"],
        Clock(&[GenerateMac, VerifyMac], SignedDuration::from_hours(-2400)),
        "An HMAC secret that was lent for a day vouches for messages for ever."),
    quirk("deletion-of-hmac-material-ignored", &["aws/delete/to-pending-import"],
        Excuses(&[GenerateMac, VerifyMac], &[Fault::PendingImport], |scene, request| {
            (scene.family(request) == Some(KeyFamily::Hmac)).then(|| revived(scene, request))?
        }),
        "An HMAC secret that was taken away in an emergency still vouches for messages."),
    quirk("cleared-date-still-shown", &["aws/validto/drop-clears-date"],
        Tells(&[DescribeKey], |scene, request, fields| {
            if let (Some(date), true) = (scene.last_date(request), fields.has(Field::ExpirationModel)) {
                fields.set(Field::ValidTo, date);
            }
        }),
        "Everybody goes on preparing for a date that no longer exists."),
    quirk("enabling-brings-deleted-material-back", &["aws/state/enable-pending-import"],
        Excuses(&[EnableKey], &[Fault::PendingImport], |scene, request| {
            let import = restored(scene, request)?;
            scene.call(&import).ok()?;
            Some(Ok(Fields::new()))
        }),
        "Material that was destroyed on purpose comes back with a click on \"enable\"."),
];
