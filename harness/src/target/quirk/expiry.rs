//! Dates of material that are wrong.

use jiff::{SignedDuration, Timestamp};

use super::Defect::{Also, Clock, Excuses, Hears, Objects, Tells};
use super::scene::{Scene, restored};
use super::{Decision, Quirk, quirk};
use crate::spec::{ExpirationModel, Fault, Field, Operation, Request};
use Operation::{
    Decrypt, DescribeKey, DisableKey, Encrypt, GenerateDataKey, GenerateMac, Import, VerifyMac,
};

const DAY: SignedDuration = SignedDuration::from_hours(24);

#[rustfmt::skip]
pub(super) const QUIRKS: &[Quirk] = &[
    quirk("expiry-not-kept", &["aws/metadata/after-import-expiring", "alibaba/expire/unit-seconds", "alibaba/describe/no-expiration-model"],
        Hears(&[Import], |_, import| never(import)),
        "Material that was to leave by itself stays for ever."),
    quirk("expiry-noticed-by-describe-only", &["aws/validto/expiry-to-pending-import", "alibaba/expire/transition"],
        Clock(&[Encrypt, Decrypt, GenerateDataKey, GenerateMac, VerifyMac], SignedDuration::from_hours(-2400)),
        "Expired material goes on encrypting while the console calls the key empty."),
    quirk("expiry-noticed-by-encrypt-only", &["aws/validto/expiry-to-pending-import", "alibaba/expire/transition"],
        Clock(&[DescribeKey], SignedDuration::from_hours(-2400)),
        "The console calls the key enabled while every use fails."),
    quirk("expiry-comes-an-hour-early", &["aws/validto/no-minimum"],
        Clock(&[DescribeKey, Encrypt, Decrypt], SignedDuration::from_hours(1)),
        "The key stops working before its date, and short dates never work."),
    quirk("expiry-shown-an-hour-late", &["aws/validto/seconds-round-trip", "alibaba/expire/unit-seconds"],
        Tells(&[DescribeKey], |_, _, fields| {
            let date = fields.time(Field::ValidTo).and_then(|date| date.checked_add(SignedDuration::from_hours(1)).ok());
            if let Some(date) = date {
                fields.set(Field::ValidTo, date);
            }
        }),
        "The key stops working an hour before the date that everybody sees."),
    quirk("expiry-rounded-to-days", &["aws/validto/seconds-round-trip", "alibaba/expire/unit-seconds"],
        Tells(&[DescribeKey], |_, _, fields| {
            let day = fields.time(Field::ValidTo).map(|date| date.as_second() / 86_400 * 86_400);
            if let Some(Ok(day)) = day.map(Timestamp::from_second) {
                fields.set(Field::ValidTo, day);
            }
        }),
        "The hour of the expiry is not what was agreed."),
    quirk("past-date-accepted", &["aws/validto/past", "alibaba/expire/past"],
        Excuses(&[Import], &[Fault::ValidToPast], |scene, import| with_date(scene, import, SignedDuration::from_mins(1))),
        "A mistyped year is not noticed until the key is empty."),
    quirk("past-date-means-never", &["aws/validto/past", "alibaba/expire/past"],
        Excuses(&[Import], &[Fault::ValidToPast], without_date),
        "Material that should have ended yesterday stays for ever."),
    quirk("no-longest-validity", &["aws/import/valid-to-over-365-days"],
        Excuses(&[Import], &[Fault::ValidToTooFar], |scene, import| with_date(scene, import, DAY * 364)),
        "Material is asked to stay for a decade, and the promise is silently cut or kept against the rules."),
    quirk("longest-validity-of-366-days", &["aws/import/valid-to-over-365-days"],
        Excuses(&[Import], &[Fault::ValidToTooFar], |scene, import| {
            let date = import.fields.time(Field::ValidTo)?;
            let fits = date.duration_since(scene.now) <= DAY * 366;
            fits.then(|| with_date(scene, import, DAY * 365))?
        }),
        "The limit is a leap year too generous."),
    quirk("longest-validity-of-30-days", &["aws/validto/within-365"],
        Objects(&[Import], Fault::ValidToTooFar, |scene, import| ends_after(scene, import, DAY * 30)),
        "Material has to be brought again every month."),
    quirk("longest-validity-of-364-days", &["aws/validto/within-365"],
        Objects(&[Import], Fault::ValidToTooFar, |scene, import| ends_after(scene, import, DAY * 364 - SignedDuration::from_hours(1))),
        "A yearly ceremony comes a day too late."),
    quirk("shortest-validity-of-an-hour", &["aws/validto/no-minimum"],
        Objects(&[Import], Fault::ValidToPast, |scene, import| {
            import.fields.has(Field::ValidTo) && !ends_after(scene, import, SignedDuration::from_hours(1))
        }),
        "Material for a short task cannot be given a short life."),
    quirk("missing-date-means-never", &["aws/validto/missing-with-default-model"],
        Excuses(&[Import], &[Fault::ValidToMissing], without_date),
        "Material whose date was forgotten stays for ever."),
    quirk("missing-date-means-a-year", &["aws/validto/missing-with-default-model"],
        Excuses(&[Import], &[Fault::ValidToMissing], |scene, import| with_date(scene, import, DAY * 365)),
        "The key stops working a year later, on a date that nobody chose."),
    quirk("date-without-expiry-ignored", &["aws/validto/present-with-no-expiry"],
        Excuses(&[Import], &[Fault::ValidToForbidden], without_date),
        "A request that contradicts itself leaves material for ever."),
    quirk("date-without-model-ignored", &["aws/validto/default-model-is-expires"],
        Hears(&[Import], |_, import| {
            if import.fields.has(Field::ValidTo) && !import.fields.has(Field::ExpirationModel) {
                never(import);
            }
        }),
        "Material stays for ever although its date was given."),
    quirk("new-date-ignored", &["aws/validto/change-by-reimport", "alibaba/import/reimport-resets-expiry"],
        Hears(&[Import], |scene, import| {
            let first = scene.last_import(import).and_then(|first| first.time(Field::ValidTo));
            if let (Some(first), true) = (first, import.fields.has(Field::ValidTo)) {
                import.fields.set(Field::ValidTo, first);
            }
        }),
        "A date that was extended comes as it was first planned."),
    quirk("date-cannot-be-cleared", &["aws/validto/drop-clears-date", "alibaba/import/reimport-resets-expiry"],
        Hears(&[Import], |scene, import| {
            let first = scene.last_import(import).and_then(|first| first.time(Field::ValidTo));
            if let (Some(first), false) = (first, import.fields.has(Field::ValidTo)) {
                import.fields.set(Field::ValidTo, first);
                import.fields.set(Field::ExpirationModel, ExpirationModel::Expires);
            }
        }),
        "Material that was to stay leaves on its old date."),
    quirk("disabling-clears-the-date", &["aws/state/disable-enable-imported"],
        Also(&[DisableKey], restored),
        "A key that was disabled for a while never loses its material again."),
    quirk("expired-material-cannot-come-back", &["aws/validto/reimport-after-expiry", "alibaba/expire/transition"],
        Objects(&[Import], Fault::MaterialDiffers, |scene, import| {
            let date = scene.last_import(import).and_then(|last| last.time(Field::ValidTo));
            date.is_some_and(|date| date < scene.now)
        }),
        "Data is lost when somebody misses a date."),
    quirk("model-shown-as-expires", &["aws/metadata/after-import-non-expiring"],
        Tells(&[DescribeKey], |_, _, fields| {
            if fields.has(Field::ExpirationModel) {
                fields.set(Field::ExpirationModel, ExpirationModel::Expires);
            }
        }),
        "Everybody looks for an expiry date that does not exist."),
];

fn never(import: &mut Request) {
    import.fields.remove(Field::ValidTo);
    import
        .fields
        .set(Field::ExpirationModel, ExpirationModel::Never);
}

fn without_date(scene: &mut Scene<'_>, import: &Request) -> Option<Decision> {
    let mut import = import.clone();
    never(&mut import);
    Some(scene.call(&import))
}

fn with_date(scene: &mut Scene<'_>, import: &Request, away: SignedDuration) -> Option<Decision> {
    let date = scene.now.checked_add(away).ok()?;
    Some(scene.again(import, Field::ValidTo, date.into()))
}

fn ends_after(scene: &Scene<'_>, import: &Request, away: SignedDuration) -> bool {
    let date = import.fields.time(Field::ValidTo);
    date.is_some_and(|date| date.duration_since(scene.now) > away)
}
