//! The rules as tables of calls; see [`driver`] for how a line reads.

mod answers;
mod driver;
mod eras;
mod regions;
mod several;

use crate::spec::{Fault, Field};

use self::driver::{Driver, check, id};

#[test]
fn the_first_material_is_bound_for_ever() {
    check(
        "create-key k origin=external -> ok; pending-import
         get-parameters k token=1 -> ok; pending-import
         import k token=1 material=m expiration-model=never -> ok; enabled
         get-parameters k token=2 -> ok
         import k token=2 material=other expiration-model=never -> material-differs; enabled
         import k token=2 material=m expiration-model=never -> ok; enabled
         delete-material k -> ok; pending-import
         get-parameters k token=3 -> ok
         import k token=3 material=other expiration-model=never -> material-differs; pending-import
         import k token=3 material=m expiration-model=never -> ok; enabled",
    );
}

#[test]
fn a_token_serves_its_own_key_for_a_day() {
    check(
        "create-key a origin=external -> ok
         create-key b origin=external -> ok
         get-parameters a token=1 -> ok
         get-parameters b token=2 -> ok
         import a token=2 material=m expiration-model=never -> token-invalid; pending-import
         import a token=foreign expiration-model=never -> token-invalid
         import a token=2 material=undecryptable expiration-model=never -> token-invalid|ciphertext-invalid
         import a token=foreign material=undecryptable expiration-model=never -> token-invalid
         +24h import a token=1 material=m expiration-model=never -> ok; enabled
         +1s import b token=2 material=m expiration-model=never -> token-expired; pending-import
         get-parameters b token=3 -> ok
         import b token=3 material=m expiration-model=never -> ok; enabled",
    );
}

#[test]
fn a_token_that_was_used_replaced_or_outlived_its_material_may_be_refused() {
    check(
        "create-key k origin=external -> ok
         get-parameters k token=1 -> ok
         get-parameters k token=2 -> ok
         import k token=1 material=m expiration-model=never -> ok|token-invalid; enabled
         import k token=2 material=m expiration-model=never -> ok; enabled
         import k token=2 material=m expiration-model=never -> ok|token-invalid; enabled
         get-parameters k token=3 -> ok
         delete-material k -> ok
         import k token=3 material=m expiration-model=never -> ok|token-invalid; enabled",
    );
}

#[test]
fn a_refused_import_does_not_use_its_token_up() {
    check(
        "create-key k origin=external -> ok
         get-parameters k token=1 -> ok
         import k token=1 material=m -> valid-to-missing; pending-import
         import k token=1 material=malformed expiration-model=never -> material-malformed
         import k token=1 material=undecryptable expiration-model=never -> ciphertext-invalid
         import k token=1 material=m expiration-model=never -> ok; enabled",
    );
}

#[test]
fn the_expiry_lies_in_the_next_365_days() {
    check(
        "create-key k origin=external -> ok
         get-parameters k token=1 -> ok
         import k token=1 material=m expiration-model=expires -> valid-to-missing
         import k token=1 material=m expiration-model=never valid-to=+1h -> valid-to-forbidden
         import k token=1 material=m valid-to=-1h -> valid-to-past
         import k token=1 material=m valid-to=-1s -> valid-to-past|ok
         import k token=1 material=m valid-to=+8761h -> valid-to-too-far
         import k token=1 material=m valid-to=+31536001s -> valid-to-too-far|ok
         import k token=1 material=m valid-to=+31536300s -> valid-to-too-far|ok
         import k token=1 material=m valid-to=+31536301s -> valid-to-too-far
         import k token=1 material=m valid-to=+8760h -> ok; enabled",
    );
}

#[test]
fn expired_material_is_gone_until_the_same_comes_back() {
    check(
        "create-key k origin=external -> ok
         get-parameters k token=1 -> ok
         import k token=1 material=m valid-to=+60s -> ok; enabled
         +59s encrypt k -> ok; enabled
         +1s encrypt k -> pending-import; pending-import
         +1h enable-key k -> pending-import; pending-import
         get-parameters k token=2 -> ok
         import k token=2 material=other valid-to=+1h -> material-differs; pending-import
         import k token=2 material=m valid-to=+1h -> ok; enabled
         get-parameters k token=3 -> ok
         import k token=3 material=m expiration-model=never -> ok; enabled
         +2h encrypt k -> ok; enabled",
    );
}

#[test]
fn everything_wrong_at_once_may_be_reported_in_any_order() {
    check(
        "create-key k origin=external -> ok
         get-parameters k token=1 -> ok
         import k token=1 material=m expiration-model=never -> ok
         schedule-deletion k -> ok; pending-deletion
         +25h import k token=1 material=other \
            -> pending-deletion|valid-to-missing|token-expired|material-differs; pending-deletion",
    );
}

#[test]
fn import_types_belong_to_symmetric_keys() {
    check(
        "create-key k origin=external -> ok
         get-parameters k token=1 -> ok
         import k token=1 material=m expiration-model=never import-type=existing -> material-differs|ok
         import k token=1 material=m expiration-model=never import-type=new -> ok; enabled
         get-parameters k token=2 -> ok
         import k token=2 material=m expiration-model=never import-type=new -> material-differs
         import k token=2 material=m expiration-model=never import-type=existing -> ok
         create-key h origin=external spec=HMAC_256 usage=generate-verify-mac -> ok
         get-parameters h token=3 -> ok
         import h token=3 material=m expiration-model=never import-type=new -> import-type-unsupported
         import h token=3 material=m expiration-model=never material-description=x -> import-type-unsupported|ok",
    );
}

#[test]
fn material_of_the_service_is_never_imported_or_deleted() {
    check(
        "create-key k -> ok; enabled
         get-parameters k wrapping-algorithm=RSA_AES_KEY_WRAP_SHA_1 -> origin-unsupported
         import k token=foreign -> origin-unsupported
         delete-material k -> origin-unsupported; enabled
         schedule-deletion k -> ok; pending-deletion
         get-parameters k token=1 -> origin-unsupported
         import k token=foreign -> origin-unsupported
         delete-material k -> origin-unsupported; pending-deletion",
    );
}

#[test]
fn parameters_need_an_algorithm_and_a_size() {
    let mut driver = Driver::new();
    driver.run("create-key k origin=external -> ok");
    driver.run("get-parameters k token=1 without=wrapping-algorithm -> constraint");
    driver.run("get-parameters k token=1 without=wrapping-key-spec -> constraint");
    driver.run("get-parameters k token=1 -> ok");
}

#[test]
fn a_token_leads_to_the_key_that_it_was_issued_for() {
    let mut driver = Driver::new();
    for (key, token) in [("a", 1), ("b", 2)] {
        driver.run(&format!("create-key {key} origin=external -> ok"));
        driver.run(&format!("get-parameters {key} token={token} -> ok"));
    }
    let mut owner = |call| driver.owner_of_token(call);
    assert_eq!(owner("import a token=1"), Some(id("a")));
    assert_eq!(owner("import a token=2"), Some(id("b")));
    assert_eq!(owner("import a token=3"), None);
}

#[test]
fn parameters_fit_the_key_they_are_for() {
    check(
        "create-key k origin=external -> ok
         create-key r origin=external spec=RSA_2048 usage=sign-verify -> ok
         create-key e origin=external spec=ECC_NIST_P521 usage=sign-verify -> ok
         get-parameters k wrapping-algorithm=RSAES_PKCS1_V1_5 -> wrapping-retired|wrapping-unsupported
         get-parameters k wrapping-algorithm=RSA_AES_KEY_WRAP_SHA_256 -> wrapping-unsupported
         get-parameters r wrapping-algorithm=RSAES_OAEP_SHA_256 -> wrapping-unsupported
         get-parameters r wrapping-algorithm=RSA_AES_KEY_WRAP_SHA_256 token=1 -> ok
         get-parameters e wrapping-algorithm=RSAES_OAEP_SHA_256 -> wrapping-unsupported
         get-parameters e wrapping-algorithm=RSAES_OAEP_SHA_256 wrapping-key-spec=RSA_3072 token=2 -> ok
         get-parameters k wrapping-algorithm=SM2PKE -> wrapping-unsupported
         schedule-deletion k -> ok
         get-parameters k -> pending-deletion
         get-parameters k wrapping-algorithm=SM2PKE -> pending-deletion|wrapping-unsupported",
    );
}

#[test]
fn deleted_material_leaves_the_state_of_a_planned_deletion() {
    check(
        "create-key k origin=external -> ok
         delete-material k -> ok; pending-import
         get-parameters k token=1 -> ok
         import k token=1 material=m expiration-model=never -> ok
         schedule-deletion k -> ok; pending-deletion
         delete-material k -> ok; pending-deletion
         cancel-deletion k -> ok; pending-import
         get-parameters k token=2 -> ok
         import k token=2 material=m expiration-model=never -> ok; enabled",
    );
}

#[test]
fn material_of_a_disabled_key_comes_and_goes() {
    check(
        "create-key k origin=external -> ok
         get-parameters k token=1 -> ok
         import k token=1 material=m expiration-model=never -> ok; enabled
         disable-key k -> ok; disabled
         get-parameters k token=2 -> ok; disabled
         import k token=2 material=m expiration-model=never -> ok|disabled; disabled
         delete-material k -> ok; pending-import
         encrypt k -> pending-import
         get-parameters k token=3 -> ok
         import k token=3 material=m expiration-model=never -> ok; enabled",
    );
}

#[test]
fn each_state_refuses_in_its_own_words() {
    check(
        "create-key k origin=external -> ok; pending-import
         encrypt k -> pending-import
         decrypt k sealed=k:m -> pending-import
         generate-data-key k -> pending-import
         disable-key k -> pending-import
         cancel-deletion k -> not-pending-deletion
         update-description k description=x -> ok
         get-parameters k token=1 -> ok
         import k token=1 material=m expiration-model=never -> ok
         disable-key k -> ok; disabled
         encrypt k -> disabled
         cancel-deletion k -> not-pending-deletion; disabled
         enable-key k -> ok; enabled
         disable-key k -> ok; disabled
         schedule-deletion k pending-window-days=7 -> ok; pending-deletion
         encrypt k -> pending-deletion
         enable-key k -> pending-deletion
         disable-key k -> pending-deletion
         schedule-deletion k -> pending-deletion
         update-description k description=x -> pending-deletion
         tag-key k -> pending-deletion
         list-tags k -> ok
         describe-key k -> ok
         cancel-deletion k -> ok; disabled
         enable-key k -> ok; enabled",
    );
}

#[test]
fn a_key_is_gone_when_its_waiting_period_has_passed() {
    check(
        "create-key k origin=external -> ok
         create-alias k alias=alias/k -> ok
         schedule-deletion k pending-window-days=6 -> window-out-of-bounds; pending-import
         schedule-deletion k pending-window-days=31 -> window-out-of-bounds; pending-import
         schedule-deletion k pending-window-days=7 -> ok; pending-deletion
         +167h describe-key k -> ok; pending-deletion
         +1h describe-key k -> key-unknown
         describe-key alias/k -> alias-unknown
         cancel-deletion k -> key-unknown
         create-key l -> ok
         create-alias l alias=alias/k -> ok
         schedule-deletion l -> ok; pending-deletion
         +719h describe-key l -> ok
         +1h describe-key l -> key-unknown",
    );
}

#[test]
fn a_cancelled_deletion_leaves_the_key_disabled() {
    check(
        "create-key k -> ok; enabled
         schedule-deletion k -> ok; pending-deletion
         cancel-deletion k -> ok; disabled",
    );
}

#[test]
fn a_key_that_is_gone_is_forgotten_with_its_aliases() {
    let mut driver = Driver::new();
    driver.run("create-key k -> ok");
    driver.run("create-alias k alias=alias/k -> ok");
    driver.run("schedule-deletion k pending-window-days=7 -> ok");
    driver.run("+168h create-key l -> ok");
    assert_eq!(driver.kms().keys().count(), 1);
    assert_eq!(driver.kms().resolve("alias/k"), Err(Fault::AliasUnknown));
    assert_eq!(driver.kms().resolve(&id("k")), Err(Fault::KeyUnknown));
}

#[test]
fn a_service_that_accepts_other_material_does_not_change_what_the_key_is_bound_to() {
    let mut driver = Driver::new();
    driver.run("create-key k origin=external -> ok");
    driver.run("get-parameters k token=1 -> ok");
    driver.run("import k token=1 material=m expiration-model=never -> ok");
    driver.run("delete-material k -> ok; pending-import");
    driver.accept("import k token=1 material=other expiration-model=never");
    driver.run("describe-key k -> ok; pending-import");
    driver.run("import k token=1 material=m expiration-model=never -> ok|token-invalid; enabled");
    driver.accept("import k token=1 material=other expiration-model=never");
    driver.run("rotate k -> nothing-to-rotate");
}

#[test]
fn a_key_is_found_by_id_arn_and_alias() {
    check(
        "create-key k -> ok
         describe-key arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-00000000006b -> ok
         describe-key arn:aws:kms:eu-west-1:111122223333:key/kkkkkkkk -> key-malformed
         describe-key arn:aws:kms:us-east-1:111122223333:key/x -> region-foreign
         describe-key arn:aws:kms:eu-west-1:999999999999:key/x -> key-unknown
         describe-key arn:aws:kms:eu-west-1 -> key-malformed
         describe-key arn:aws:kms:eu-west-1:111122223333:grant/one -> key-malformed
         describe-key fake-key-id -> key-malformed
         describe-key z -> key-unknown
         create-alias k alias=alias/one -> ok
         create-alias k alias=alias/one -> alias-taken
         create-alias k alias=one -> alias-malformed
         create-alias z alias=alias/two -> key-unknown
         create-alias z alias=two -> alias-malformed|key-unknown
         describe-key alias/one -> ok
         encrypt arn:aws:kms:eu-west-1:111122223333:alias/one -> ok
         describe-key alias/two -> alias-unknown
         get-parameters alias/one -> alias-unsupported
         import alias/one token=foreign -> alias-unsupported
         delete-material alias/one -> alias-unsupported
         disable-key alias/one -> alias-unsupported
         delete-alias - alias=alias/two -> alias-unknown
         delete-alias - alias=alias/one -> ok
         describe-key alias/one -> alias-unknown",
    );
}

#[test]
fn a_new_key_has_a_spec_usage_and_origin_that_go_together() {
    check(
        "create-key a usage=sign-verify -> usage-incompatible
         create-key a spec=RSA_2048 -> usage-required
         create-key a spec=HMAC_256 usage=encrypt-decrypt -> usage-incompatible
         create-key a spec=RSA_2048 usage=key-agreement -> usage-incompatible
         create-key a spec=symmetric deprecated-spec=symmetric -> spec-twice
         create-key a spec=RSA_2048 deprecated-spec=RSA_2048 -> spec-twice|usage-required
         create-key a origin=external custom-key-store-id=cks-1 -> origin-incompatible
         create-key a origin=external spec=ML_DSA_44 usage=sign-verify -> origin-incompatible
         create-key a spec=ML_DSA_44 usage=sign-verify -> constraint
         create-key a usage=everything -> constraint
         create-key a spec=ECC_NIST_P256 usage=key-agreement origin=external -> ok; pending-import
         create-key b deprecated-spec=RSA_2048 usage=sign-verify -> ok; enabled",
    );
}

#[test]
fn usage_and_algorithm_belong_to_the_key() {
    check(
        "create-key s -> ok
         create-key m spec=HMAC_224 usage=generate-verify-mac -> ok
         create-key e spec=ECC_NIST_P256 usage=sign-verify -> ok
         create-key r spec=RSA_2048 usage=encrypt-decrypt -> ok
         generate-mac s mac-algorithm=HMAC_SHA_256 -> usage-mismatch
         sign s signing-algorithm=ECDSA_SHA_256 -> usage-mismatch
         encrypt m -> usage-mismatch
         generate-mac m mac-algorithm=HMAC_SHA_256 -> algorithm-incompatible
         generate-mac m mac-algorithm=HMAC_SHA_224 -> ok
         sign e signing-algorithm=ECDSA_SHA_384 -> algorithm-incompatible
         sign e signing-algorithm=ECDSA_SHA_256 -> ok
         encrypt r -> algorithm-incompatible
         encrypt r encryption-algorithm=RSAES_OAEP_SHA_1 -> ok
         generate-data-key r -> algorithm-incompatible
         get-public-key e -> ok
         get-public-key s -> usage-mismatch|origin-unsupported
         disable-key s -> ok
         sign s signing-algorithm=ECDSA_SHA_256 -> disabled|usage-mismatch",
    );
}

#[test]
fn ciphertexts_and_proofs_are_refused_for_what_they_are() {
    check(
        "create-key a -> ok
         create-key b -> ok
         create-key m spec=HMAC_256 usage=generate-verify-mac -> ok
         create-key e spec=ECC_NIST_P256 usage=sign-verify -> ok
         decrypt - sealed=a:m -> ok
         decrypt a sealed=a:m -> ok
         decrypt b sealed=a:m -> key-incorrect
         decrypt a sealed=undecryptable -> data-invalid
         decrypt - sealed=undecryptable -> data-invalid
         re-encrypt b sealed=a:m -> ok
         re-encrypt b sealed=a:m source-key-id=b -> key-incorrect
         verify-mac m mac-algorithm=HMAC_SHA_256 proof=yes -> ok
         verify-mac m mac-algorithm=HMAC_SHA_256 proof=no -> mac-invalid
         verify e signing-algorithm=ECDSA_SHA_256 proof=no -> signature-invalid
         disable-key a -> ok
         decrypt - sealed=a:m -> disabled
         re-encrypt b sealed=a:m -> disabled
         re-encrypt a sealed=b:m -> disabled
         re-encrypt a sealed=a:m -> disabled",
    );
}

#[test]
fn automatic_rotation_is_not_for_imported_material() {
    check(
        "create-key k origin=external -> ok
         enable-rotation k -> origin-unsupported
         get-rotation-status k -> ok
         get-parameters k token=1 -> ok
         import k token=1 material=m expiration-model=never -> ok
         disable-rotation k -> origin-unsupported
         disable-key k -> ok
         enable-rotation k -> disabled|origin-unsupported
         create-key s -> ok
         enable-rotation s -> ok
         create-key m spec=HMAC_256 usage=generate-verify-mac -> ok
         get-rotation-status m -> origin-unsupported|ok",
    );
}

#[test]
fn automatic_rotation_is_switched_on_and_off() {
    let mut driver = Driver::new();
    driver.run("create-key s -> ok");
    for (switch, is_on) in [("enable-rotation", true), ("disable-rotation", false)] {
        driver.run(&format!("{switch} s -> ok"));
        let status = driver.run("get-rotation-status s -> ok");
        assert_eq!(status.flag(Field::RotationEnabled), Some(is_on), "{switch}");
    }
}
