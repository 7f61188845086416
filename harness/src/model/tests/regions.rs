//! Keys of several Regions.

use crate::model::tests::driver::{Driver, check};
use crate::spec::{Field, Fields};

const PRIMARY: &str = "create-key k origin=external multi-region=true -> ok; pending-import
    get-parameters k token=1 -> ok
    import k token=1 material=m expiration-model=never -> ok; enabled";

/// What follows on an imported primary.
#[track_caller]
fn check_primary(table: &str) {
    check(&format!("{PRIMARY}\n{table}"));
}

#[test]
fn a_replica_takes_the_material_of_its_primary_with_its_own_token() {
    check_primary(
        "us-west-2: describe-key k -> key-unknown
         replicate k replica-region=us-west-2 -> ok; enabled
         us-west-2: describe-key k -> ok; pending-import
         us-west-2: import k token=1 material=m expiration-model=never -> token-invalid; pending-import
         us-west-2: get-parameters k token=2 -> ok
         us-west-2: import k token=2 material=other expiration-model=never -> material-differs; pending-import
         us-west-2: import k token=2 material=m expiration-model=never -> ok; enabled
         us-west-2: decrypt - sealed=k:m -> ok
         decrypt k sealed=k:m -> ok",
    );
}

#[test]
fn related_keys_lose_their_material_each_on_its_own() {
    check_primary(
        "replicate k replica-region=us-west-2 -> ok
         us-west-2: get-parameters k token=2 -> ok
         us-west-2: import k token=2 material=m valid-to=+1h -> ok; enabled
         delete-material k -> ok; pending-import
         us-west-2: describe-key k -> ok; enabled
         +1h us-west-2: describe-key k -> ok; pending-import
         us-west-2: encrypt k -> pending-import
         us-west-2: get-parameters k token=3 -> ok
         us-west-2: import k token=3 material=m expiration-model=never -> ok; enabled",
    );
}

#[test]
fn only_a_primary_that_works_can_be_replicated_once_into_a_region() {
    check(
        "create-key a -> ok
         replicate a replica-region=us-west-2 -> not-primary
         create-key k origin=external multi-region=true -> ok
         replicate k replica-region=us-west-2 -> pending-import
         get-parameters k token=1 -> ok
         import k token=1 material=m expiration-model=never -> ok
         replicate k replica-region=eu-west-1 -> replica-exists
         replicate k replica-region=us-west-2 -> ok
         replicate k replica-region=us-west-2 -> replica-exists
         us-west-2: replicate k replica-region=us-east-1 -> not-primary|pending-import
         disable-key k -> ok
         replicate k replica-region=us-east-1 -> disabled",
    );
}

#[test]
fn new_material_enters_at_the_primary_and_waits_for_every_replica() {
    check_primary(
        "replicate k replica-region=us-west-2 -> ok
         us-west-2: get-parameters k token=2 -> ok
         us-west-2: import k token=2 material=m expiration-model=never -> ok; enabled
         us-west-2: get-parameters k token=3 -> ok
         us-west-2: import k token=3 material=n import-type=new expiration-model=never -> material-differs|ok; enabled
         us-west-2: import k token=3 material=n expiration-model=never -> material-differs; enabled
         get-parameters k token=4 -> ok
         import k token=4 material=n import-type=new expiration-model=never -> ok; enabled
         rotate k -> nothing-to-rotate|ok
         us-west-2: import k token=3 material=n import-type=existing expiration-model=never -> ok; enabled
         us-west-2: rotate k -> not-primary|ok
         rotate k -> ok; enabled
         us-west-2: encrypt k -> ok
         us-west-2: delete-material k material-id=m -> ok; pending-import
         encrypt k -> ok",
    );
}

#[test]
fn a_rotation_reaches_replicas_that_lack_the_material() {
    let mut driver = Driver::new();
    for line in PRIMARY.lines() {
        driver.run(line);
    }
    driver.run("replicate k replica-region=us-west-2 -> ok");
    driver.run("get-parameters k token=2 -> ok");
    driver.run("import k token=2 material=n import-type=new expiration-model=never -> ok");
    driver.accept("rotate k");
    driver.run("us-west-2: get-parameters k token=3 -> ok");
    driver
        .run("us-west-2: import k token=3 material=m expiration-model=never -> ok; pending-import");
    driver.run("us-west-2: import k token=3 material=n expiration-model=never -> ok|token-invalid; enabled");
}

#[test]
fn waiting_material_is_forgotten_by_all_when_the_primary_loses_it() {
    let mut driver = Driver::new();
    for line in PRIMARY.lines() {
        driver.run(line);
    }
    for line in [
        "replicate k replica-region=us-west-2 -> ok",
        "us-west-2: get-parameters k token=2 -> ok",
        "us-west-2: import k token=2 material=m expiration-model=never -> ok",
        "get-parameters k token=3 -> ok",
        "import k token=3 material=n import-type=new expiration-model=never -> ok",
        "us-west-2: get-parameters k token=4 -> ok",
        "us-west-2: import k token=4 material=n expiration-model=never -> ok",
    ] {
        driver.run(line);
    }
    let states = |driver: &mut Driver, region: &str| {
        let listed = driver.run(&format!(
            "{region} list-rotations k include-material=all -> ok"
        ));
        let records = listed.records(Field::Rotations).iter();
        let state = |record: &Fields| {
            let text = |field| record.text(field).unwrap_or_default().to_owned();
            [text(Field::MaterialState), text(Field::ImportState)].join(" ")
        };
        records.map(state).collect::<Vec<_>>()
    };
    let here = |driver: &mut Driver| states(driver, "eu-west-1:");
    let there = |driver: &mut Driver| states(driver, "us-west-2:");
    let current = "current imported";
    assert_eq!(here(&mut driver), [current, "pending-rotation imported"]);
    assert_eq!(there(&mut driver), [current, "pending-rotation imported"]);
    driver.run("us-west-2: delete-material k material-id=n -> ok; enabled");
    let waits = "pending-multi-region-import-and-rotation";
    assert_eq!(here(&mut driver), [current, &format!("{waits} imported")]);
    assert_eq!(
        there(&mut driver),
        [current, &format!("{waits} pending-import")]
    );
    driver.run("delete-material k material-id=n -> ok; enabled");
    assert_eq!(here(&mut driver), [current]);
    assert_eq!(there(&mut driver), [current]);
}

#[test]
fn the_waiting_period_of_a_primary_begins_when_its_last_replica_is_gone() {
    check_primary(
        "replicate k replica-region=us-west-2 -> ok
         schedule-deletion k pending-window-days=7 -> ok; pending-replica-deletion
         encrypt k -> pending-deletion
         us-west-2: schedule-deletion k pending-window-days=8 -> ok; pending-deletion
         +191h describe-key k -> ok; pending-replica-deletion
         +1h describe-key k -> ok; pending-deletion
         us-west-2: describe-key k -> key-unknown
         +167h cancel-deletion k -> ok; disabled
         enable-key k -> ok; enabled
         replicate k replica-region=us-west-2 -> ok
         us-west-2: describe-key k -> ok; pending-import
         us-west-2: schedule-deletion k pending-window-days=7 -> ok
         schedule-deletion k pending-window-days=7 -> ok; pending-replica-deletion
         +336h describe-key k -> key-unknown",
    );
}

#[test]
fn a_replica_starts_a_life_of_its_own() {
    let mut driver = Driver::new();
    for line in PRIMARY.lines() {
        driver.run(line);
    }
    driver.run("update-description k description=ours -> ok");
    driver.accept_tag("k", "team", "blue");
    driver.run("get-parameters k token=2 -> ok");
    driver.run(
        "import k token=2 material=n expiration-model=never import-type=new \
         material-description=second -> ok",
    );
    driver.run("+1h replicate k replica-region=us-west-2 -> ok");
    let replica = driver.run("us-west-2: describe-key k -> ok; pending-import");
    assert_eq!(replica.time(Field::CreationDate), Some(driver.now()));
    assert_eq!(replica.text(Field::Description), Some(""));
    let tags = driver.run("us-west-2: list-tags k -> ok");
    assert_eq!(tags.records(Field::Tags), []);
    let listed = driver.run("us-west-2: list-rotations k include-material=all -> ok");
    let described = listed.records(Field::Rotations).iter();
    let mut described = described.filter(|record| record.has(Field::MaterialDescription));
    assert_eq!(described.next(), None);
}

#[test]
fn a_new_replica_is_described_as_it_is_while_it_is_being_created() {
    let mut driver = Driver::new();
    for line in PRIMARY.lines() {
        driver.run(line);
    }
    let shown = driver.run("replicate k replica-region=us-west-2 description=mine -> ok");
    for (field, expected) in [
        (Field::State, "creating"),
        (Field::MultiRegionType, "replica"),
        (Field::PrimaryRegion, "eu-west-1"),
        (Field::Description, "mine"),
    ] {
        assert_eq!(shown.text(field), Some(expected), "{field}");
    }
    assert_eq!(shown.flag(Field::Enabled), Some(false));
    let replica = &shown.records(Field::Replicas)[0];
    assert_eq!(replica.text(Field::Region), Some("us-west-2"));
    assert_eq!(replica.text(Field::Arn), shown.text(Field::Arn));
}
