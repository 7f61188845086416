//! Import, from parameters to the end of material.

use std::collections::BTreeSet;

use super::*;

use Operation::{CancelDeletion, DeleteMaterial, ScheduleDeletion};
use WrappingAlgorithm::RsaesOaepSha1;

#[test]
fn imported_material_encrypts_and_decrypts() {
    let caller = Caller::new();
    let key = caller.create(Origin::External, KeySpec::Symmetric);
    assert_eq!(caller.state(&key), KeyState::PendingImport);
    let import = caller.import(&key, &[7; 32]);
    let imported = caller.accepted(&import);
    let metadata = caller.accepted(&about(DescribeKey, &key));
    assert_eq!(metadata.name(Field::State), Some(KeyState::Enabled));
    assert_eq!(
        metadata.text(Field::CurrentMaterialId),
        imported.text(Field::MaterialId)
    );
    assert_eq!(imported.text(Field::KeyId), metadata.text(Field::Arn));

    let sealed = caller.accepted(&encrypt(&key, b"text"));
    assert_eq!(sealed.text(Field::EncryptionAlgorithm), Some("symmetric"));
    let opened = caller.accepted(&decrypt(&sealed));
    assert_eq!(opened.bytes(Field::Plaintext), Some(&b"text"[..]));
    assert_eq!(
        opened.text(Field::MaterialId),
        imported.text(Field::MaterialId)
    );
}

#[test]
fn a_token_of_another_key_is_refused() {
    let caller = Caller::new();
    let key = caller.create(Origin::External, KeySpec::Symmetric);
    let other = caller.create(Origin::External, KeySpec::Symmetric);
    let request = caller
        .import(&other, &[7; 32])
        .with(Field::KeyId, key.as_str());
    caller.refused(&request, Fault::TokenInvalid);
    assert_eq!(caller.state(&key), KeyState::PendingImport);
}

#[test]
fn a_changed_token_is_refused() {
    let caller = Caller::new();
    let key = caller.create(Origin::External, KeySpec::Symmetric);
    let import = caller.import(&key, &[7; 32]);
    let mut token = import.fields.bytes(Field::ImportToken).unwrap().to_vec();
    token[400] ^= 1;
    caller.refused(
        &import.clone().with(Field::ImportToken, token),
        Fault::TokenInvalid,
    );
    caller.accepted(&import);
}

#[test]
fn parameters_older_than_a_day_are_refused_and_fresh_ones_are_not() {
    let mut caller = Caller::new();
    let key = caller.create(Origin::External, KeySpec::Symmetric);
    let import = caller.import(&key, &[7; 32]);
    caller.wait(SignedDuration::from_secs(24 * 3600 + 1));
    caller.refused(&import, Fault::TokenExpired);
    assert_eq!(caller.state(&key), KeyState::PendingImport);
    caller.accepted(&caller.import(&key, &[7; 32]));
}

#[test]
fn a_key_that_lost_its_material_takes_back_only_the_same_bytes() {
    let caller = Caller::new();
    let key = caller.imported(KeySpec::Symmetric, &[7; 32]);
    let sealed = caller.accepted(&encrypt(&key, b"text"));
    caller.accepted(&about(DeleteMaterial, &key));
    caller.refused(&encrypt(&key, b"text"), Fault::PendingImport);
    caller.refused(&decrypt(&sealed), Fault::PendingImport);
    caller.refused(&caller.import(&key, &[8; 32]), Fault::MaterialDiffers);
    assert_eq!(caller.state(&key), KeyState::PendingImport);
    caller.accepted(&caller.import(&key, &[7; 32]));
    let opened = caller.accepted(&decrypt(&sealed));
    assert_eq!(opened.bytes(Field::Plaintext), Some(&b"text"[..]));
}

#[test]
fn material_may_not_be_valid_for_more_than_a_year() {
    let mut caller = Caller::new();
    let key = caller.create(Origin::External, KeySpec::Symmetric);
    let import = caller
        .import(&key, &[7; 32])
        .with(Field::ExpirationModel, ExpirationModel::Expires);
    let until = |days: i64| {
        let later = START.checked_add(SignedDuration::from_hours(24 * days));
        import.clone().with(Field::ValidTo, later.unwrap())
    };
    caller.refused(&until(366), Fault::ValidToTooFar);
    caller.accepted(&until(364));
    caller.wait(SignedDuration::from_hours(24 * 364));
    assert_eq!(caller.state(&key), KeyState::PendingImport);
}

#[test]
fn deleting_material_of_a_key_pending_deletion_leaves_its_state() {
    let caller = Caller::new();
    let key = caller.imported(KeySpec::Symmetric, &[7; 32]);
    caller.accepted(&about(ScheduleDeletion, &key));
    let before = caller.accepted(&about(DescribeKey, &key));
    caller.accepted(&about(DeleteMaterial, &key));
    let after = caller.accepted(&about(DescribeKey, &key));
    assert_eq!(after.name(Field::State), Some(KeyState::PendingDeletion));
    assert_eq!(
        after.time(Field::DeletionDate),
        before.time(Field::DeletionDate)
    );
    caller.accepted(&about(CancelDeletion, &key));
}

#[test]
fn material_under_another_algorithm_or_of_another_length_is_refused() {
    let caller = Caller::new();
    let key = caller.create(Origin::External, KeySpec::Symmetric);
    let parameters = caller.parameters(&key, RsaesOaepSha256);
    let other = import_with(&key, &parameters, RsaesOaepSha1, &[7; 32]);
    caller.refused(&other, Fault::CiphertextInvalid);
    let short = import_with(&key, &parameters, RsaesOaepSha256, &[7; 31]);
    caller.refused(&short, Fault::MaterialMalformed);
}

#[test]
fn no_wrapping_key_is_handed_out_twice() {
    let caller = Caller::new();
    let key = caller.create(Origin::External, KeySpec::Symmetric);
    let keys: BTreeSet<_> = (0..26)
        .map(|_| {
            caller
                .parameters(&key, RsaesOaepSha1)
                .remove(Field::PublicKey)
        })
        .collect();
    assert_eq!(keys.len(), 26);
}

#[test]
fn the_same_private_key_in_another_form_is_the_same_material() {
    let caller = Caller::new();
    for spec in [KeySpec::EccNistP256, KeySpec::EccSecgP256k1] {
        let first = material(spec, "first");
        let key = caller.imported(spec, &first);
        for form in [MaterialForm::CompressedPoint, MaterialForm::NoPublicPoint] {
            let again = form.write(&first).unwrap();
            caller.accepted(&caller.import(&key, &again));
            assert_eq!(caller.state(&key), KeyState::Enabled, "{spec} {form}");
            let other = form.write(&material(spec, "other")).unwrap();
            caller.refused(&caller.import(&key, &other), Fault::MaterialDiffers);
        }
    }
}
