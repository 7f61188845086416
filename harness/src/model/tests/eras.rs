//! What one day permits and another does not.

use crate::spec::Vendor;
use crate::spec::{Edition, Era};

use super::driver::check_by;

#[track_caller]
fn check_on(days: &[&str], table: &str) {
    for day in days {
        let era = Era(day.parse().expect("this is a day"));
        check_by(Edition::of(Vendor::Aws, era), table);
    }
}

#[test]
fn only_symmetric_keys_take_material_at_first() {
    let others = [
        "HMAC_256 usage=generate-verify-mac",
        "RSA_2048 usage=sign-verify",
        "ECC_NIST_P256 usage=sign-verify",
    ];
    for spec in others {
        check_on(
            &["2016-08-10", "2023-05-31"],
            &format!(
                "create-key k origin=external spec={spec} -> origin-incompatible
                 create-key k spec={spec} -> ok; enabled"
            ),
        );
        check_on(
            &["2023-06-01", "2026-11-22"],
            &format!("create-key k origin=external spec={spec} -> ok; pending-import"),
        );
    }
}

#[test]
fn one_size_of_wrapping_key_is_enough_at_first() {
    let table = |answer| {
        format!(
            "create-key k origin=external -> ok
             get-parameters k wrapping-key-spec=RSA_2048 -> ok
             get-parameters k wrapping-key-spec=RSA_3072 -> {answer}
             get-parameters k wrapping-key-spec=RSA_4096 -> {answer}"
        )
    };
    check_on(
        &["2016-08-10", "2023-05-31"],
        &table("wrapping-unsupported"),
    );
    check_on(&["2023-06-01", "2026-11-22"], &table("ok"));
}

#[test]
fn the_old_padding_wraps_until_it_is_retired() {
    let table = |answer| {
        format!(
            "create-key k origin=external -> ok
             get-parameters k wrapping-algorithm=RSAES_PKCS1_V1_5 -> {answer}"
        )
    };
    check_on(&["2016-08-10", "2023-10-09"], &table("ok"));
    check_on(
        &["2023-10-10", "2026-11-22"],
        &table("wrapping-retired|wrapping-unsupported"),
    );
}

#[test]
fn the_old_padding_is_for_symmetric_keys_alone() {
    check_on(
        &["2023-06-01", "2023-10-09"],
        "create-key k origin=external spec=HMAC_256 usage=generate-verify-mac -> ok
         get-parameters k wrapping-algorithm=RSAES_PKCS1_V1_5 -> wrapping-unsupported",
    );
}

#[test]
fn material_may_stay_for_any_time_before_the_limit() {
    let table = |answer| {
        format!(
            "create-key k origin=external -> ok
             get-parameters k token=1 -> ok
             import k token=1 material=m valid-to=+17520h -> {answer}"
        )
    };
    check_on(&["2016-08-10", "2022-08-30"], &table("ok; enabled"));
    check_on(
        &["2022-08-31", "2026-11-22"],
        &table("valid-to-too-far; pending-import"),
    );
}

#[test]
fn tables_of_five_years_let_disabled_keys_receive_material() {
    let table = |answer| {
        format!(
            "create-key k origin=external -> ok
             get-parameters k token=1 -> ok
             import k token=1 material=m expiration-model=never -> ok
             disable-key k -> ok
             get-parameters k token=2 -> ok
             import k token=2 material=m expiration-model=never -> {answer}"
        )
    };
    check_on(&["2018-03-01", "2022-12-31"], &table("ok; disabled"));
    check_on(
        &["2016-08-10", "2023-01-01", "2026-11-22"],
        &table("ok|disabled; disabled"),
    );
}

#[test]
fn imported_keys_know_nothing_of_rotation_at_first() {
    check_on(
        &["2024-04-12", "2025-05-31"],
        "create-key k origin=external -> ok
         rotate k -> pending-import|origin-unsupported
         get-parameters k token=1 -> ok
         import k token=1 material=m expiration-model=never -> ok
         rotate k -> origin-unsupported
         get-rotation-status k -> origin-unsupported
         create-key s -> ok
         get-rotation-status s -> ok",
    );
    check_on(
        &["2025-06-01", "2026-11-22"],
        "create-key k origin=external -> ok
         get-parameters k token=1 -> ok
         import k token=1 material=m expiration-model=never -> ok
         rotate k -> nothing-to-rotate
         get-rotation-status k -> ok",
    );
}

#[test]
fn keys_that_may_have_replicas_take_a_second_material_later_than_others() {
    let table = |multi_region, answer| {
        format!(
            "create-key k origin=external multi-region={multi_region} -> ok
             get-parameters k token=1 -> ok
             import k token=1 material=m import-type=new expiration-model=never -> ok
             get-parameters k token=2 -> ok
             import k token=2 material=n import-type=new expiration-model=never -> {answer}"
        )
    };
    check_on(&["2025-06-01", "2025-11-20"], &table("false", "ok"));
    check_on(
        &["2025-06-01", "2025-11-20"],
        &table("true", "import-type-unsupported"),
    );
    check_on(&["2025-11-21", "2026-11-22"], &table("true", "ok"));
}
