//! Several materials of one key: each ciphertext belongs to one of them.

use super::*;

use Operation::{DeleteMaterial, ListRotations, Rotate};

fn material_of(fields: &Fields) -> String {
    fields.text(Field::MaterialId).unwrap().to_owned()
}

#[test]
fn a_ciphertext_is_opened_with_the_material_that_made_it() {
    let caller = Caller::new();
    let key = caller.create(Origin::External, KeySpec::Symmetric);
    let mut generations = Vec::new();
    for name in ["one", "two", "three"] {
        let material = material(KeySpec::Symmetric, name);
        let import = caller.import(&key, &material);
        let id = material_of(&caller.accepted(&import.with(Field::ImportType, "new")));
        if !generations.is_empty() {
            caller.accepted(&about(Rotate, &key));
        }
        let sealed = caller.accepted(&encrypt(&key, name.as_bytes()));
        generations.push((name, id, sealed));
    }
    for (name, id, sealed) in &generations {
        let opened = caller.accepted(&decrypt(sealed));
        assert_eq!(opened.bytes(Field::Plaintext), Some(name.as_bytes()));
        assert_eq!(material_of(&opened), *id);
    }
    let (_, oldest, _) = &generations[0];
    caller.accepted(&about(DeleteMaterial, &key).with(Field::MaterialId, oldest.as_str()));
    for (_, _, sealed) in &generations {
        caller.refused(&decrypt(sealed), Fault::PendingImport);
    }
}

#[test]
fn the_service_makes_the_next_material_of_its_own_keys() {
    let caller = Caller::new();
    let key = caller.create(Origin::Service, KeySpec::Symmetric);
    let sealed = caller.accepted(&encrypt(&key, b"text"));
    let first = material_of(&caller.accepted(&decrypt(&sealed)));
    caller.accepted(&about(Rotate, &key));
    let current = caller.accepted(&about(DescribeKey, &key));
    assert_ne!(current.text(Field::CurrentMaterialId), Some(&*first));
    assert_eq!(material_of(&caller.accepted(&decrypt(&sealed))), first);
    let listed = caller.accepted(&about(ListRotations, &key));
    let [record] = listed.records(Field::Rotations) else {
        panic!("there was one rotation: {listed:?}");
    };
    assert_eq!(
        record.text(Field::MaterialId),
        current.text(Field::CurrentMaterialId)
    );
    assert_eq!(record.text(Field::MaterialState), Some("current"));
    assert!(!record.has(Field::ImportState));
}

#[test]
fn keys_that_are_not_symmetric_do_not_rotate() {
    let caller = Caller::new();
    for spec in [KeySpec::Hmac256, KeySpec::EccNistP256] {
        let key = caller.create(Origin::Service, spec);
        caller.refused(&about(Rotate, &key), Fault::RotationUnsupported);
    }
}
