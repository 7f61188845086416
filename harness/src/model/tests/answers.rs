//! What an accepted call answers, and the words of a refused one.

use super::driver::{Driver, id};
use crate::spec::Field;

#[test]
fn a_description_follows_the_state() {
    let mut driver = Driver::new();
    let external = [
        "account-id",
        "arn",
        "creation-date",
        "deprecated-spec",
        "description",
        "enabled",
        "encryption-algorithms",
        "key-id",
        "key-manager",
        "multi-region",
        "origin",
        "spec",
        "state",
        "usage",
    ];
    driver.run("create-key k origin=external -> ok");
    driver.shows("k", &external, &[]);
    driver.run("get-parameters k token=1 -> ok");
    driver.run("import k token=1 material=m valid-to=+1h -> ok");
    driver.shows(
        "k",
        &external,
        &["current-material-id", "expiration-model", "valid-to"],
    );
    driver.run("import k token=1 material=m expiration-model=never -> ok|token-invalid");
    driver.shows("k", &external, &["current-material-id", "expiration-model"]);
    driver.run("delete-material k -> ok");
    driver.shows("k", &external, &["current-material-id"]);
    driver.run("schedule-deletion k -> ok");
    driver.shows("k", &external, &["current-material-id", "deletion-date"]);
}

#[test]
fn an_answer_names_the_key_by_arn_and_symmetric_material_by_id() {
    let mut driver = Driver::new();
    driver.run("create-key k origin=external -> ok");
    driver.run("create-key h origin=external spec=HMAC_256 usage=generate-verify-mac -> ok");
    driver.run("get-parameters k token=1 -> ok");
    driver.run("get-parameters h token=2 -> ok");
    let fields = driver.run("import k token=1 material=m expiration-model=never -> ok");
    let arn = format!("arn:aws:kms:eu-west-1:111122223333:key/{}", id("k"));
    assert_eq!(fields.text(Field::KeyId), Some(arn.as_str()));
    assert_eq!(fields.text(Field::MaterialId), Some("m"));
    let fields = driver.run("import h token=2 material=m expiration-model=never -> ok");
    assert!(!fields.has(Field::MaterialId));
}

#[test]
fn an_answer_names_the_algorithm_that_was_used() {
    let mut driver = Driver::new();
    driver.run("create-key r spec=RSA_2048 usage=encrypt-decrypt -> ok");
    driver.run("create-key m spec=HMAC_224 usage=generate-verify-mac -> ok");
    driver.run("create-key e spec=ECC_NIST_P256 usage=sign-verify -> ok");
    for (call, field, name) in [
        (
            "encrypt r encryption-algorithm",
            Field::EncryptionAlgorithm,
            "RSAES_OAEP_SHA_1",
        ),
        (
            "generate-mac m mac-algorithm",
            Field::MacAlgorithm,
            "HMAC_SHA_224",
        ),
        (
            "sign e signing-algorithm",
            Field::SigningAlgorithm,
            "ECDSA_SHA_256",
        ),
    ] {
        let fields = driver.run(&format!("{call}={name} -> ok"));
        assert_eq!(fields.text(field), Some(name), "{call}");
    }
}

#[test]
fn a_key_tells_what_it_was_made_with() {
    let mut driver = Driver::new();
    driver.run("create-key k origin=external description=what-for -> ok");
    let made = driver.now();
    driver.accept_tag("k", "team", "blue");
    driver.run("+1h describe-key k -> ok");
    let key = driver.kms().key(&id("k")).unwrap();
    let arn = format!("arn:aws:kms:eu-west-1:111122223333:key/{}", id("k"));
    assert_eq!((key.arn(), key.description()), (&*arn, "what-for"));
    assert_eq!(key.created(), made);
    assert!(
        key.tags()
            .iter()
            .eq([(&"team".to_owned(), &"blue".to_owned())])
    );
}

#[test]
fn lists_come_in_pages() {
    let mut driver = Driver::new();
    for key in ["a", "b", "c"] {
        driver.run(&format!("create-key {key} -> ok"));
    }
    let first = driver.run("list-keys - limit=2 -> ok");
    assert_eq!(first.records(Field::Keys).len(), 2);
    assert_eq!(first.flag(Field::Truncated), Some(true));
    let marker = first.text(Field::NextMarker).unwrap();
    let second = driver.run(&format!("list-keys - limit=2 marker={marker} -> ok"));
    assert_eq!(
        second.records(Field::Keys)[0].text(Field::KeyId),
        Some(id("c").as_str())
    );
    assert_eq!(second.flag(Field::Truncated), Some(false));
}

#[test]
fn the_text_of_a_refusal_finds_its_words() {
    let mut driver = Driver::new();
    driver.run("create-key k origin=external -> ok");
    let arn = format!("arn:aws:kms:eu-west-1:111122223333:key/{}", id("k"));
    driver.says(
        "encrypt k",
        "{key-arn} is pending import.",
        &format!("{arn} is pending import."),
    );
    driver.says(
        "enable-rotation k",
        "{key-arn} {origin}",
        &format!("{arn} external"),
    );
    driver.says(
        "generate-mac k",
        "{usage} {operation}",
        "encrypt-decrypt generate-mac",
    );
    driver.says(
        "describe-key nonsense",
        "Invalid keyId '{key-id}'",
        "Invalid keyId 'nonsense'",
    );
    driver.says(
        "describe-key z",
        "{key-arn}",
        &format!("arn:aws:kms:eu-west-1:111122223333:key/{}", id("z")),
    );
    driver.says(
        "get-parameters k wrapping-algorithm=RSA_AES_KEY_WRAP_SHA_256",
        "{wrapping-algorithm} {wrapping-key-spec} {key-spec}",
        "RSA_AES_KEY_WRAP_SHA_256 RSA_2048 symmetric",
    );
    driver.says(
        "create-key a spec=RSA_2048 usage=key-agreement",
        "{usage} {key-spec}",
        "key-agreement RSA_2048",
    );
}
