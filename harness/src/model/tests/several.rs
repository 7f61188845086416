//! Several materials of one key, as tables of calls.

use super::driver::{Driver, check};
use crate::spec::{Field, Fields};

#[test]
fn new_material_waits_until_the_key_is_rotated() {
    check(
        "create-key k origin=external -> ok
         get-parameters k token=1 -> ok
         import k token=1 material=m expiration-model=never -> ok; enabled
         rotate k -> nothing-to-rotate; enabled
         get-parameters k token=2 -> ok
         import k token=2 material=n expiration-model=never import-type=new -> ok; enabled
         rotate k -> ok; enabled
         rotate k -> nothing-to-rotate; enabled
         decrypt k sealed=k:m -> ok
         get-parameters k token=3 -> ok
         import k token=3 material=m expiration-model=never import-type=new -> material-differs; enabled
         import k token=3 material=m expiration-model=never -> ok; enabled",
    );
}

#[test]
fn one_material_waits_at_a_time() {
    check(
        "create-key k origin=external -> ok
         get-parameters k token=1 -> ok
         import k token=1 material=m expiration-model=never -> ok
         get-parameters k token=2 -> ok
         import k token=2 material=n expiration-model=never import-type=new -> ok
         get-parameters k token=3 -> ok
         import k token=3 material=o expiration-model=never import-type=new -> material-pending; enabled
         import k token=3 material=undecryptable expiration-model=never import-type=new -> ciphertext-invalid
         import k token=3 material=n expiration-model=never import-type=new -> material-differs|material-pending|ok
         import k token=3 material=n expiration-model=never -> ok|material-differs
         get-parameters k token=4 -> ok
         delete-material k material-id=n -> ok; enabled
         import k token=4 material=n expiration-model=never -> material-differs
         import k token=4 material=o expiration-model=never import-type=new -> ok; enabled",
    );
}

#[test]
fn waiting_material_that_has_expired_leaves_nothing_behind() {
    check(
        "create-key k origin=external -> ok
         get-parameters k token=1 -> ok
         import k token=1 material=m expiration-model=never -> ok
         get-parameters k token=2 -> ok
         import k token=2 material=n valid-to=+1h import-type=new -> ok; enabled
         +1h rotate k -> nothing-to-rotate; enabled
         delete-material k material-id=n -> material-differs|key-unknown|ok
         get-parameters k token=3 -> ok
         import k token=3 material=o expiration-model=never import-type=new -> ok; enabled",
    );
}

#[test]
fn a_key_needs_every_material_that_was_ever_current() {
    check(
        "create-key k origin=external -> ok
         get-parameters k token=1 -> ok
         import k token=1 material=m valid-to=+2h -> ok
         get-parameters k token=2 -> ok
         import k token=2 material=n expiration-model=never import-type=new -> ok
         rotate k -> ok; enabled
         delete-material k material-id=m -> ok; pending-import
         decrypt k sealed=k:n -> pending-import
         rotate k -> pending-import
         get-parameters k token=3 -> ok
         import k token=3 material=o expiration-model=never import-type=new -> ok|pending-import; pending-import
         get-parameters k token=4 -> ok
         import k token=4 material=m valid-to=+2h material-id=m -> ok; enabled
         delete-material k -> ok; pending-import
         get-parameters k token=5 -> ok
         import k token=5 material=n expiration-model=never -> ok; enabled
         +2h encrypt k -> pending-import; pending-import",
    );
}

#[test]
fn an_id_in_an_import_is_that_of_known_bytes() {
    check(
        "create-key k origin=external -> ok
         get-parameters k token=1 -> ok
         import k token=1 material=m expiration-model=never material-id=m -> material-differs; pending-import
         import k token=1 material=m expiration-model=never -> ok
         get-parameters k token=2 -> ok
         import k token=2 material=m expiration-model=never material-id=other -> material-differs
         import k token=2 material=n expiration-model=never material-id=n import-type=new -> material-id-forbidden
         import k token=2 material=m expiration-model=never material-id=m -> ok; enabled",
    );
}

#[test]
fn keys_without_several_materials_do_not_rotate() {
    check(
        "create-key m spec=HMAC_256 usage=generate-verify-mac -> ok
         rotate m -> rotation-unsupported
         list-rotations m -> rotation-unsupported|ok
         disable-key m -> ok
         rotate m -> disabled|rotation-unsupported
         create-key k origin=external -> ok
         rotate k -> pending-import
         schedule-deletion k -> ok
         rotate k -> pending-deletion
         list-rotations k -> ok
         rotate z -> key-unknown
         rotate alias/one -> alias-unsupported",
    );
}

#[test]
fn rotations_on_demand_are_counted() {
    let mut driver = Driver::new();
    driver.run("create-key k -> ok");
    for number in 0..25 {
        let answers = if number < 10 {
            "ok"
        } else {
            "ok|rotation-limit"
        };
        driver.rotate_to("k", &format!("m{number}"), answers);
    }
    driver.run("rotate k -> rotation-limit|ok");
}

#[test]
fn rotations_are_listed_without_the_first_and_the_waiting_material() {
    let mut driver = Driver::new();
    driver.run("create-key k origin=external -> ok");
    driver.run("get-parameters k token=1 -> ok");
    driver.run("import k token=1 material=m expiration-model=never material-description=one -> ok");
    driver.run("get-parameters k token=2 -> ok");
    driver.run("import k token=2 material=n valid-to=+1h import-type=new -> ok");
    driver.run("rotate k -> ok");
    driver.run("get-parameters k token=3 -> ok");
    driver.run("import k token=3 material=o expiration-model=never import-type=new -> ok");
    driver.run("delete-material k -> ok; pending-import");
    let listed = driver.run("list-rotations k -> ok");
    assert_eq!(states(&listed), ["n current pending-import"]);
    let listed = driver.run("list-rotations k include-material=all -> ok");
    let all = [
        "m non-current imported",
        "n current pending-import",
        "o pending-rotation imported",
    ];
    assert_eq!(states(&listed), all);
    let records = listed.records(Field::Rotations);
    assert_eq!(records[0].text(Field::MaterialDescription), Some("one"));
    assert_eq!(records[1].text(Field::RotationType), Some("on-demand"));
    assert!(records[1].has(Field::RotationDate) && !records[1].has(Field::ValidTo));
    assert!(!records[0].has(Field::RotationDate) && !records[2].has(Field::RotationDate));
    let page = driver.run("list-rotations k include-material=all limit=3 -> ok");
    assert_eq!(page.flag(Field::Truncated), Some(false));
    let page = driver.run("list-rotations k include-material=all limit=2 -> ok");
    assert_eq!(states(&page), all[..2]);
    let marker = page.text(Field::NextMarker).unwrap();
    let page = format!("list-rotations k include-material=all marker={marker} -> ok");
    assert_eq!(states(&driver.run(&page)), all[2..]);
}

fn states(listed: &Fields) -> Vec<String> {
    let in_words = |record: &Fields| {
        let members = [Field::MaterialId, Field::MaterialState, Field::ImportState];
        members
            .map(|field| record.text(field).unwrap_or("-"))
            .join(" ")
    };
    listed
        .records(Field::Rotations)
        .iter()
        .map(in_words)
        .collect()
}

#[test]
fn a_description_stays_until_it_is_replaced() {
    let mut driver = Driver::new();
    driver.run("create-key k origin=external -> ok");
    for (token, description, shown) in [
        (1, " material-description=one", "one"),
        (2, "", "one"),
        (3, " material-description=two", "two"),
    ] {
        driver.run(&format!("get-parameters k token={token} -> ok"));
        driver.run(&format!(
            "import k token={token} material=m expiration-model=never{description} -> ok"
        ));
        let listed = driver.run("list-rotations k include-material=all -> ok");
        let record = &listed.records(Field::Rotations)[0];
        assert_eq!(record.text(Field::MaterialDescription), Some(shown));
    }
}

#[test]
fn a_description_shows_the_earliest_end_of_permanent_material() {
    let mut driver = Driver::new();
    let start = driver.now();
    driver.run("create-key k origin=external -> ok");
    driver.run("get-parameters k token=1 -> ok");
    driver.run("import k token=1 material=m valid-to=+2h -> ok");
    driver.run("get-parameters k token=2 -> ok");
    driver.run("import k token=2 material=n valid-to=+1h import-type=new -> ok");
    let valid_to = |fields: &Fields| {
        let time = fields.time(Field::ValidTo).unwrap();
        time.duration_since(start).as_hours()
    };
    assert_eq!(valid_to(&driver.run("describe-key k -> ok")), 2);
    driver.run("rotate k -> ok");
    let shown = driver.run("describe-key k -> ok");
    assert_eq!(valid_to(&shown), 1);
    assert_eq!(shown.text(Field::CurrentMaterialId), Some("n"));
}

#[test]
fn a_refusal_of_new_material_names_both_ids() {
    let mut driver = Driver::new();
    driver.run("create-key k origin=external -> ok");
    driver.run("get-parameters k token=1 -> ok");
    driver.run("import k token=1 material=m expiration-model=never -> ok");
    driver.run("get-parameters k token=2 -> ok");
    driver.run("import k token=2 material=n expiration-model=never import-type=new -> ok");
    driver.says(
        "import k token=2 material=o expiration-model=never import-type=new",
        "{material-id} {pending-material-id}",
        "o n",
    );
}
