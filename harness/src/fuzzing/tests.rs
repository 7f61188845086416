use proptest::prelude::*;

use super::files::RULES;
use super::*;
use crate::spec::Register;

fn check_all(data: &[u8]) {
    for target in TARGETS {
        (target.check)(data);
    }
}

#[test]
fn targets_stand_in_the_order_of_their_names() {
    assert!(TARGETS.is_sorted_by(|a, b| a.name < b.name));
}

#[test]
fn the_rules_that_fuzzed_scenarios_cite_can_be_read() {
    assert_eq!(Register::parse(RULES).unwrap().rules().count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_break_a_promise(data in prop::collection::vec(any::<u8>(), 0..200)) {
        check_all(&data);
    }

    #[test]
    fn no_text_breaks_a_promise(text in "(title|step|rules|do|=|\\[|\\]|\"|\\n|\\$|[a-z0-9 .])*") {
        check_all(text.as_bytes());
    }
}

proptest! {
    #[test]
    fn no_json_breaks_a_promise(
        choice in any::<u8>(),
        text in r#"\{("(KeyId|ValidTo|ImportToken|Plaintext|Tags)":("[a-zA-Z=]*"|-?[0-9]{1,20}(\.[0-9]+)?(E[0-9]{1,4})?|null|\[\]|\{\}),?)*\}"#,
    ) {
        let mut data = vec![choice];
        data.extend(text.as_bytes());
        aws_request(&data);
        data.insert(1, 0);
        aws_reply(&data);
    }

    #[test]
    fn no_sequence_of_calls_breaks_an_invariant(data in prop::collection::vec(any::<u8>(), 0..400)) {
        aws_state_machine(&data);
        alibaba_state_machine(&data);
    }
}
