//! What counts as material, and which: wrong lengths, structures and wrappings, and several materials per key.

use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::Decode;
use sec1::EcPrivateKey;

use super::Defect::{Also, Excuses, Hears, Objects, Tells};
use super::scene::{Scene, about, made_whole};
use super::{Quirk, nod, quirk};
use crate::spec::{
    Fault, Field, ImportType, KeyFamily, KeySpec, MaterialState, Operation, Request, Value,
    WrappingAlgorithm, WrappingKeySpec,
};
use Operation::{
    Decrypt, DeleteMaterial, Encrypt, GenerateDataKey, GetParameters, GetPublicKey, Import,
    ReEncrypt, Rotate, Sign,
};

#[rustfmt::skip]
pub(super) const QUIRKS: &[Quirk] = &[
    quirk("symmetric-multi-region-material-refused", &["aws/material/symmetric-32-bytes"],
        Objects(&[Import], Fault::MaterialMalformed, |scene, import| {
            of(scene, import, KeyFamily::Symmetric) && scene.describe(import).flag(Field::MultiRegion) == Some(true)
        }),
        "Own material cannot be used in several Regions, which is what a plan for disasters needs."),
    quirk("hmac-384-material-refused", &["aws/material/hmac-lengths"],
        Objects(&[Import], Fault::MaterialMalformed, |scene, import| spec(scene, import) == Some(KeySpec::Hmac384)),
        "One of four HMAC sizes cannot be brought along."),
    quirk("rsa-4096-material-refused", &["aws/material/rsa-pkcs8"],
        Objects(&[Import], Fault::MaterialMalformed, |scene, import| spec(scene, import) == Some(KeySpec::Rsa4096)),
        "The strongest RSA keys cannot be brought along."),
    quirk("rsa-size-not-checked", &["aws/material/rsa-wrong-modulus"],
        Excuses(&[Import], &[Fault::MaterialMalformed], |scene, import| {
            (of(scene, import, KeyFamily::Rsa) && is_pkcs8(scene, import)).then(|| nod(scene, import))?
        }),
        "A key that is called RSA_4096 has 2048 bits, and an audit believes the name."),
    quirk("ecc-384-material-refused", &["aws/material/ecc-pkcs8"],
        Objects(&[Import], Fault::MaterialMalformed, |scene, import| spec(scene, import) == Some(KeySpec::EccNistP384)),
        "Keys on one of four curves cannot be brought along."),
    quirk("ecc-curve-not-checked", &["aws/material/ecc-wrong-curve", "aws/material/ecc-explicit-params"],
        Excuses(&[Import], &[Fault::MaterialMalformed], |scene, import| {
            (of(scene, import, KeyFamily::Ecc) && is_pkcs8(scene, import)).then(|| nod(scene, import))?
        }),
        "A key on another curve is accepted, and no signature of it can be verified by anybody."),
    quirk("ecc-needs-its-public-point", &["aws/material/ecc-point-forms"],
        Objects(&[Import], Fault::MaterialMalformed, |scene, import| {
            of(scene, import, KeyFamily::Ecc) && lacks_point(&scene.carried(import)) == Some(true)
        }),
        "Keys as Java and some HSMs export them are refused, although they are whole."),
    quirk("different-private-key-accepted", &["aws/reimport/different-rsa-ecc"],
        Excuses(&[Import], &[Fault::MaterialDiffers], |scene, import| {
            let asymmetric = of(scene, import, KeyFamily::Rsa) || of(scene, import, KeyFamily::Ecc);
            asymmetric.then(|| nod(scene, import))?
        }),
        "A caller believes that a signing key was replaced, while the old one goes on signing."),
    quirk("public-key-is-the-wrapping-key", &["aws/material/public-key-derived"],
        Tells(&[GetPublicKey], |scene, request, fields| {
            let other = scene.last(GetParameters, request).and_then(|answer| answer.value(Field::PublicKey).cloned());
            if let Some(other) = other {
                fields.set(Field::PublicKey, other);
            }
        }),
        "Certificates are made for a key that signs nothing."),
    quirk("ecc-signatures-by-nobody", &["aws/import/works-after-import-sign"],
        Tells(&[Sign], |scene, request, fields| {
            if let (true, Some(signature)) = (of(scene, request, KeyFamily::Ecc), fields.bytes(Field::Signature)) {
                let reversed: Vec<u8> = signature.iter().rev().copied().collect();
                fields.set(Field::Signature, reversed);
            }
        }),
        "No signature can be verified with the public half of the key that was imported."),
    quirk("hybrid-names-unknown", &["aws/wrap/alg-enum-now"],
        Objects(&[GetParameters], Fault::Constraint, |_, request| asks_for_hybrid(request)),
        "Private keys of RSA cannot be brought along, since nothing else is long enough for them."),
    quirk("hybrid-ciphertexts-refused", &["aws/wrap/hybrid-blob-layout"],
        Objects(&[Import], Fault::CiphertextInvalid, |scene, import| {
            scene.issued(import).is_some_and(|(asked, _)| asks_for_hybrid(asked))
        }),
        "What OpenSSL and HSMs make as documented is called damaged."),
    quirk("hmac-material-needs-sha-1", &["aws/wrap/hmac-oaep"],
        Hears(&[GetParameters], |scene, request| {
            if of(scene, request, KeyFamily::Hmac) && asks_for(request, WrappingAlgorithm::RsaesOaepSha256) {
                request.fields.set(Field::WrappingAlgorithm, WrappingAlgorithm::RsaesOaepSha1);
            }
        }),
        "A correct ciphertext is called damaged, and only a hash that policies forbid helps."),
    quirk("symmetric-material-not-under-4096-bits", &["aws/wrap/symmetric-oaep-256"],
        Hears(&[GetParameters], |scene, request| {
            let asked = request.fields.name(Field::WrappingKeySpec) == Some(WrappingKeySpec::Rsa4096);
            if asked && of(scene, request, KeyFamily::Symmetric) && asks_for(request, WrappingAlgorithm::RsaesOaepSha256) {
                request.fields.set(Field::WrappingAlgorithm, WrappingAlgorithm::RsaesOaepSha1);
            }
        }),
        "With the strongest wrapping key a correct ciphertext is called damaged."),
    // several materials of one key
    quirk("new-material-used-at-once", &["aws/multi/new-material-pending"],
        Also(&[Import], |_, import| is_said_to_be(ImportType::New, import).then(|| about(Rotate, import))),
        "New material is in use before anybody has rotated, and a replica without it cannot read new data."),
    quirk("first-import-cannot-say-new", &["aws/multi/import-type-new-explicit-first"],
        Objects(&[Import], Fault::PendingImport, |scene, import| {
            is_said_to_be(ImportType::New, import) && scene.times(Import, import) == 0
        }),
        "A script that always says what it means cannot fill a new key."),
    quirk("later-import-without-type-is-new", &["aws/multi/import-type-default-later"],
        Excuses(&[Import], &[Fault::MaterialDiffers], |scene, import| {
            let is_silent = !import.fields.has(Field::ImportType);
            is_silent.then(|| scene.again(import, Field::ImportType, ImportType::New.to_string().into()))
        }),
        "A mix-up of two materials is not noticed, and the next rotation puts the wrong one to use."),
    quirk("known-material-accepted-as-new", &["aws/multi/import-type-new-but-known"],
        Excuses(&[Import], &[Fault::MaterialDiffers], |scene, import| {
            is_said_to_be(ImportType::New, import).then(|| without(scene, import, Field::ImportType))
        }),
        "An operator believes that a key has got fresh material, although it is the old one."),
    quirk("import-type-ignored-for-hmac-keys", &["aws/multi/symmetric-only"],
        Excuses(&[Import], &[Fault::ImportTypeUnsupported], |scene, import| {
            let silent = without(scene, import, Field::ImportType);
            silent.is_ok().then_some(silent)
        }),
        "A caller believes that an HMAC key is going to rotate, which it never does."),
    quirk("material-id-of-an-import-ignored", &["aws/multi/material-id-param-mismatch", "aws/multi/material-id-with-new"],
        Hears(&[Import], |_, import| { import.fields.remove(Field::MaterialId); }),
        "Whoever names the material to be sure that it is the right one is not protected from a mix-up."),
    quirk("waiting-material-replaced", &["aws/multi/one-pending-only"],
        Excuses(&[Import], &[Fault::MaterialPending], |scene, import| {
            let waiting = scene.material_that_is(MaterialState::PendingRotation, import)?;
            scene.call(&about(DeleteMaterial, import).with(Field::MaterialId, waiting)).ok()?;
            Some(scene.call(import))
        }),
        "Of two operators who prepare a rotation at once, one loses without being told."),
    quirk("waiting-material-cannot-be-deleted", &["aws/multi/pending-not-permanent"],
        Objects(&[DeleteMaterial], Fault::OriginUnsupported, |scene, request| names_waiting(scene, request)),
        "Material that was brought by mistake has to be put to use before it can be taken away."),
    quirk("deletion-of-waiting-material-takes-the-current-one", &["aws/delete/pending-rotation-keeps-state"],
        Hears(&[DeleteMaterial], |scene, request| {
            if names_waiting(scene, request) {
                request.fields.remove(Field::MaterialId);
            }
        }),
        "Throwing away material that only waits takes a working key out of service."),
    quirk("deletion-without-id-takes-the-first-material", &["aws/delete/material-id-default-current"],
        Hears(&[DeleteMaterial], |scene, request| {
            let materials = scene.materials(request);
            let first = materials.first().and_then(|one| one.value(Field::MaterialId).cloned());
            if let (Some(first), false) = (first, request.fields.has(Field::MaterialId)) {
                request.fields.set(Field::MaterialId, first);
            }
        }),
        "Old material is gone while the one that was to be taken away stays."),
    quirk("deletion-of-superseded-material-not-shown", &["aws/delete/non-current-makes-pending-import"],
        Tells(&[Operation::DescribeKey], |scene, request, fields| {
            if has_lost_old_material_only(scene, request) {
                fields.set(Field::State, crate::spec::KeyState::Enabled);
                fields.set(Field::Enabled, true);
            }
        }),
        "The key looks fine, and every use of it fails."),
    quirk("superseded-material-not-needed", &["aws/multi/all-materials-needed"],
        Excuses(&[Encrypt, Decrypt, GenerateDataKey], &[Fault::PendingImport], |scene, request| {
            has_lost_old_material_only(scene, request).then(|| made_whole(scene, request))?
        }),
        "Nobody notices that old material is missing until old data is needed."),
    quirk("missing-material-has-to-come-without-type", &["aws/multi/restore-missing-material"],
        Objects(&[Import], Fault::MaterialDiffers, |_, import| is_said_to_be(ImportType::Existing, import)),
        "A script that says what it means cannot repair a key that lost its material."),
    quirk("description-lost-by-importing-again", &["aws/multi/description-kept"],
        Hears(&[Import], |scene, import| {
            if scene.times(Import, import) > 0 && !import.fields.has(Field::MaterialDescription) {
                import.fields.set(Field::MaterialDescription, "imported");
            }
        }),
        "After a repair nobody can tell which ceremony a material came from."),
    quirk("superseded-material-forgotten", &["aws/multi/old-ciphertext-decrypts"],
        super::Defect::Pretends(&[Decrypt], |scene, request| {
            let opened = scene.call(request).ok()?;
            let of_key = Request::new(Decrypt).with(Field::KeyId, opened.text(Field::KeyId)?);
            let metadata = scene.describe(&of_key);
            let is_current = metadata.value(Field::CurrentMaterialId) == opened.value(Field::MaterialId);
            (!is_current).then(|| Err(scene.objection(Fault::DataInvalid, &of_key)))
        }),
        "The first rotation loses all data of before."),
    quirk("use-does-not-name-the-material", &["aws/multi/material-id-in-crypto-responses"],
        Tells(&[Decrypt, GenerateDataKey, ReEncrypt], |_, _, fields| {
            for field in [Field::MaterialId, Field::SourceMaterialId, Field::DestinationMaterialId] {
                fields.remove(field);
            }
        }),
        "Nobody can find out which data still depends on old material."),
];

fn spec(scene: &Scene<'_>, request: &Request) -> Option<KeySpec> {
    scene.describe(request).name(Field::Spec)
}

fn of(scene: &Scene<'_>, request: &Request, family: KeyFamily) -> bool {
    spec(scene, request).is_some_and(|spec| spec.family() == family)
}

fn asks_for(request: &Request, algorithm: WrappingAlgorithm) -> bool {
    request.fields.name(Field::WrappingAlgorithm) == Some(algorithm)
}

fn asks_for_hybrid(request: &Request) -> bool {
    let asked = request.fields.text(Field::WrappingAlgorithm);
    asked.is_some_and(|asked| asked.starts_with("RSA_AES"))
}

fn is_said_to_be(import_type: ImportType, import: &Request) -> bool {
    import.fields.name(Field::ImportType) == Some(import_type)
}

fn is_pkcs8(scene: &Scene<'_>, import: &Request) -> bool {
    PrivateKeyInfoRef::from_der(&scene.carried(import)).is_ok()
}

/// Whether an ECC key comes without its public point; `None` where the bytes are no such key.
fn lacks_point(pkcs8: &[u8]) -> Option<bool> {
    let outer = PrivateKeyInfoRef::from_der(pkcs8).ok()?;
    let key = EcPrivateKey::from_der(outer.private_key.as_bytes()).ok()?;
    Some(key.public_key.is_none())
}

fn without(scene: &mut Scene<'_>, request: &Request, field: Field) -> super::Decision {
    let mut request = request.clone();
    request.fields.remove(field);
    scene.call(&request)
}

fn names_waiting(scene: &Scene<'_>, request: &Request) -> bool {
    let named = request.fields.value(Field::MaterialId).cloned();
    let waiting = scene.material_that_is(MaterialState::PendingRotation, request);
    named.is_some() && named == waiting.map(Value::from)
}

/// Whether the current material is there and an older one is not.
fn has_lost_old_material_only(scene: &Scene<'_>, request: &Request) -> bool {
    use crate::spec::ImportState::PendingImport;
    let materials = scene.materials(request);
    let is_lost = |state: MaterialState| {
        let mut of_state = materials
            .iter()
            .filter(|one| one.name(Field::MaterialState) == Some(state));
        of_state.any(|one| one.name(Field::ImportState) == Some(PendingImport))
    };
    is_lost(MaterialState::NonCurrent) && !is_lost(MaterialState::Current)
}
