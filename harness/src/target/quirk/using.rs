//! Use of keys that is wrong.

use super::Defect::{Excuses, Hears, Objects, Pretends, Tells};
use super::{Quirk, nod, quirk};
use crate::spec::{Fault, Field, Fields, Operation};
use Operation::{Decrypt, Encrypt, GenerateMac, Import, VerifyMac};

#[rustfmt::skip]
pub(super) const QUIRKS: &[Quirk] = &[
    quirk("imported-hmac-material-not-in-use", &["aws/import/works-after-import-mac"],
        Tells(&[GenerateMac], |_, _, fields| reversed(fields, Field::Mac)),
        "MACs cannot be checked by anybody else who has the same secret."),
    quirk("first-bytes-of-plaintext-lost", &["aws/import/works-after-import-symmetric", "alibaba/wire/binary-encoding", "alibaba/import/first", "alibaba/use/roundtrip-after-reimport"],
        Tells(&[Decrypt], |_, _, fields| {
            if let Some([_, rest @ ..]) = fields.bytes(Field::Plaintext) {
                fields.set(Field::Plaintext, rest.to_vec());
            }
        }),
        "What comes back is not what was encrypted."),
    quirk("decryption-fails-after-a-second-import", &["aws/reimport/same-while-enabled"],
        Objects(&[Decrypt], Fault::DataInvalid, |scene, request| {
            let sealed = request.fields.text(Field::KeyId).is_some();
            sealed && scene.times(Import, request) > 1
        }),
        "Material that was brought again does not open what it sealed before."),
    quirk("decryption-fails-after-reimport", &["aws/reimport/same-after-delete"],
        Objects(&[Decrypt], Fault::DataInvalid, |scene, request| scene.times(Operation::DeleteMaterial, request) > 0),
        "Data is lost although its material came back."),
    quirk("any-key-decrypts", &["aws/use/wrong-key"],
        Excuses(&[Decrypt], &[Fault::KeyIncorrect], |scene, request| {
            let mut request = request.clone();
            request.fields.remove(Field::KeyId);
            Some(scene.call(&request))
        }),
        "Permission for one key opens data of every other."),
    quirk("encryption-context-ignored", &["aws/use/ciphertext-invalid", "alibaba/use/context"],
        Hears(&[Encrypt, Decrypt], |_, request| { request.fields.remove(Field::EncryptionContext); }),
        "A ciphertext can be moved to another record without being noticed."),
    quirk("any-mac-is-valid", &["aws/use/mac-invalid"],
        Excuses(&[VerifyMac], &[Fault::MacInvalid], |scene, request| {
            let answer = nod(scene, request)?.ok()?;
            Some(Ok(answer.with(Field::MacValid, true)))
        }),
        "Forged messages are taken for real ones."),
    quirk("invalid-macs-are-told-by-a-flag", &["aws/use/mac-invalid"],
        Excuses(&[VerifyMac], &[Fault::MacInvalid], |scene, request| {
            let answer = nod(scene, request)?.ok()?;
            Some(Ok(answer.with(Field::MacValid, false)))
        }),
        "Clients that only look for an error take forged messages for real ones."),
    quirk("mac-algorithm-not-checked", &["aws/use/mac-algorithm-mismatch"],
        Excuses(&[GenerateMac, VerifyMac], &[Fault::AlgorithmIncompatible], nod),
        "A MAC is promised with a strength that the key does not have."),
    quirk("usage-not-checked", &["aws/use/usage-mismatch"],
        Excuses(&[Encrypt, GenerateMac, VerifyMac, Operation::Sign, Operation::Verify, Operation::GenerateDataKey, Operation::ReEncrypt], &[Fault::UsageMismatch], nod),
        "A key is used for what it was not made for."),
    quirk("symmetric-keys-sign", &["aws/use/usage-mismatch"],
        Excuses(&[Operation::Sign], &[Fault::UsageMismatch], nod),
        "A signature is promised that nobody can check."),
    quirk("damaged-data-decrypts-to-nothing", &["aws/use/ciphertext-invalid"],
        Excuses(&[Decrypt], &[Fault::DataInvalid], |scene, request| {
            let answer = nod(scene, request)?.ok()?;
            Some(Ok(answer.with(Field::Plaintext, Vec::<u8>::new())))
        }),
        "Damaged data is read as empty data."),
    quirk("valid-macs-not-confirmed", &["aws/import/works-after-import-mac"],
        Tells(&[VerifyMac], |_, _, fields| { fields.remove(Field::MacValid); }),
        "Clients that look at the flag take real messages for forged ones."),
    quirk("ciphertext-is-the-plaintext", &["aws/import/works-after-import-symmetric"],
        Pretends(&[Encrypt], |scene, request| {
            let plaintext = request.fields.value(Field::Plaintext)?.clone();
            let answer = scene.call(request).ok()?;
            Some(Ok(answer.with(Field::Ciphertext, plaintext)))
        }),
        "What is called encrypted is the plaintext."),
];

fn reversed(fields: &mut Fields, field: Field) {
    if let Some(bytes) = fields.bytes(field) {
        let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
        fields.set(field, reversed);
    }
}
