use jiff::civil::date;

use super::{Action, Control, RegionRole, Source, Suite, lint};
use crate::spec::{Era, Vendor};

const REGISTER: &str = r#"
[[source]]
key = "S"
what = "a source"

[[rule]]
id = "aws/import/wrong-token"
statement = "s"
operations = ["ImportKeyMaterial"]
sources = ["S"]
since = "2016-08-10"
evidence = { outcome = "documented" }

[[rule]]
id = "aws/create/hmac"
statement = "s"
operations = ["CreateKey"]
sources = ["S"]
since = "2023-06-01"
evidence = { outcome = "documented" }
excluded = "It is only needed."
"#;

fn suite(text: &str) -> Result<Suite, String> {
    let source = |file: &str, text: &str| Source {
        file: file.into(),
        text: text.into(),
    };
    let sources = vec![
        source("scenarios/rules/aws.toml", REGISTER),
        source("scenarios/aws/case.toml", text),
    ];
    Suite::parse(sources).map_err(|errors| {
        let error = &errors[0];
        let caret = " ".repeat(error.place.column - 1) + &"^".repeat(error.place.width);
        format!("{error}\n{}\n{caret}", error.place.text)
    })
}

const HEAD: &str = "title = \"t\"\nrules = [\"aws/import/wrong-token\"]\n";

#[track_caller]
fn check_error(body: &str, expected: &str) {
    let error = suite(&format!("{HEAD}{body}")).expect_err("this must not be a scenario");
    assert_eq!(error, expected.trim_start());
}

#[test]
fn a_wrong_register_is_not_held_against_the_files_that_cite_its_rules() {
    let source = |file: &str, text: String| Source {
        file: file.into(),
        text,
    };
    let step = "[[step]]\ndo = \"create-key\"\nthen.accepted = true\n";
    let register = REGISTER.replacen("sources = [\"S\"]", "sources = [\"T\"]", 1);
    let errors = Suite::parse(vec![
        source("scenarios/rules/aws.toml", register),
        source("scenarios/aws/case.toml", format!("{HEAD}{step}")),
    ])
    .expect_err("no source is called T");
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains("\"T\""), "{errors:?}");
}

#[test]
fn the_embedded_suite_can_be_read() {
    let suite = Suite::embedded().unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    });
    assert!(!suite.scenarios.is_empty());
}

#[test]
fn the_embedded_suite_has_no_lint_finding() {
    let suite = Suite::embedded().expect("another test reads it");
    let findings: Vec<String> = lint(&suite)
        .iter()
        .map(|finding| {
            format!(
                "{}:{}: {}",
                finding.file, finding.place.line, finding.message
            )
        })
        .collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn an_unknown_member_is_shown_with_the_nearest_name() {
    check_error(
        "[[step]]\ndo = \"create-key\"\norigim = \"external\"\n",
        "
scenarios/aws/case.toml:5:1: a step has no `origim`; did you mean `origin`?
origim = \"external\"
^^^^^^",
    );
}

#[test]
fn a_case_is_run_on_days_on_which_all_that_it_shows_and_needs_holds() {
    let step = "[[step]]\ndo = \"create-key\"\nspec = \"$spec\"\nthen.accepted = true\n";
    let rows = "rows = [{ spec = \"symmetric\" }, { spec = \"HMAC_256\", needs = [\"aws/create/hmac\"] }]\n";
    let suite = suite(&format!("{HEAD}{rows}{step}")).expect("this is a scenario");
    let names = |year, month, day| -> Vec<&str> {
        let era = Era(date(year, month, day));
        let cases = suite.cases(Vendor::Aws, era);
        cases.map(|case| case.name.as_str()).collect()
    };
    assert!(names(2016, 8, 9).is_empty());
    assert_eq!(names(2016, 8, 10), ["aws/case#symmetric"]);
    assert_eq!(
        names(2023, 6, 1),
        ["aws/case#HMAC_256", "aws/case#symmetric"]
    );
}

#[test]
fn an_unknown_rule_is_shown_with_the_nearest_one() {
    let error =
        suite("title = \"t\"\nrules = [\"aws/import/wrong-tokn\"]\n[[step]]\ndo = \"list-keys\"\n")
            .expect_err("the rule does not exist");
    assert_eq!(
        error,
        "scenarios/aws/case.toml:2:10: no register has the rule `aws/import/wrong-tokn`; did you mean `aws/import/wrong-token`?\nrules = [\"aws/import/wrong-tokn\"]\n         ^^^^^^^^^^^^^^^^^^^^^^^"
    );
}

#[test]
fn a_wrong_unit_is_shown_with_the_right_ones() {
    check_error(
        "[[step]]\ndo = \"pass-time\"\nby = \"24 hours\"\n",
        "
scenarios/aws/case.toml:5:6: `24` has no unit; use ms, s, m, h or d, as in `24h`
by = \"24 hours\"
     ^^^^^^^^^^",
    );
    check_error(
        "[[step]]\ndo = \"pass-time\"\nby = \"24hours\"\n",
        "
scenarios/aws/case.toml:5:6: `hours` is no unit of time; use ms, s, m, h or d
by = \"24hours\"
     ^^^^^^^^^",
    );
}

#[test]
fn a_name_must_be_given_before_it_is_used() {
    check_error(
        "[[step]]\ndo = \"describe-key\"\nkey = \"k\"\n",
        "
scenarios/aws/case.toml:5:7: no earlier step is named `k`
key = \"k\"
      ^^^",
    );
}

#[test]
fn a_control_is_the_step_with_its_fault_taken_out() {
    let suite = suite(&format!(
        "{HEAD}[materials]\nm = {{ bytes = 32 }}\n[[step]]\ndo = \"create-key\"\nname = \"k\"\n\
         [[step]]\ndo = \"import\"\nkey = \"k\"\nmaterial = \"m\"\ndamage = \"truncate\"\n\
         then.refused = \"ciphertext-invalid\"\ncontrol = {{ without = [\"damage\"] }}\n"
    ))
    .expect("this is a scenario");
    let Control::Step(control) = &suite.scenarios[0].steps[1].control else {
        panic!("the control is a step")
    };
    let Action::Call(call) = &control.action else {
        panic!("the control is a call")
    };
    assert_eq!(
        call.wrapping.as_ref().and_then(|wrapping| wrapping.damage),
        None
    );
    assert!(control.then.is_none());
}

#[test]
fn every_row_makes_a_case_of_its_own_name() {
    let suite = suite(&format!(
        "{HEAD}rows = [{{ a = \"RSAES_OAEP_SHA_1\", w = \"RSA_2048\" }}, {{ name = \"big\", a = \
         \"RSAES_OAEP_SHA_256\", w = \"RSA_4096\" }}]\n[[step]]\ndo = \"create-key\"\nname = \"k\"\n\
         [[step]]\ndo = \"get-parameters\"\nkey = \"k\"\nalgorithm = \"$a\"\nwrapping-key = \"$w\"\n"
    ))
    .expect("this is a scenario");
    let names: Vec<&str> = suite
        .scenarios
        .iter()
        .map(|case| case.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["aws/case#RSAES_OAEP_SHA_1+RSA_2048", "aws/case#big"]
    );
}

#[test]
fn a_refusal_without_a_control_is_a_finding() {
    let step =
        "[[step]]\ndo = \"describe-key\"\nby = \"unknown-id\"\nthen.refused = \"key-unknown\"\n";
    let lax = suite(&format!("{HEAD}{step}")).expect("this is a scenario");
    assert_eq!(lint(&lax).len(), 1);
    let strict = suite(&format!(
        "{HEAD}{step}no-control = \"no key has this id\"\n"
    ))
    .expect("this is a scenario");
    assert_eq!(lint(&strict), []);
}

#[track_caller]
fn check_material_error(material: &str, expected: &str) {
    let error = suite(&format!(
        "{HEAD}[materials]\n{material}\n[[step]]\ndo = \"list-keys\"\n"
    ))
    .expect_err("this must not be a material");
    let first = error.lines().next().unwrap_or_default();
    assert_eq!(first, format!("scenarios/aws/case.toml:{expected}"));
}

#[test]
fn a_material_that_cannot_exist_is_shown_with_what_can() {
    check_material_error(
        "m = { rsa = 1024 }",
        "4:13: `rsa` is 2048, 3072 or 4096 bits",
    );
    check_material_error(
        "m = { ec = \"RSA_2048\" }",
        "4:12: RSA_2048 has no curve; name an elliptic-curve spec such as ECC_NIST_P256",
    );
    check_material_error(
        "m = { bytes = 32, form = \"pem\" }",
        "4:26: material of this kind has no form `pem`",
    );
    check_material_error(
        "m = { rsa = 2048, form = \"sec1\" }",
        "4:26: material of this kind has no form `sec1`",
    );
    check_material_error(
        "m = { of = \"n\", form = \"pem\" }",
        "4:1: `of` names a material with rsa or ec of this file",
    );
    check_material_error(
        "a.rsa = 2048\nb.rsa = 2048\nc.rsa = 2048\nd.rsa = 2048",
        "3:1: a scenario has at most 3 RSA keys of one size",
    );
}

#[test]
fn another_form_of_a_material_is_the_same_key() {
    let suite = suite(&format!(
        "{HEAD}[materials]\nfirst = {{ ec = \"ECC_NIST_P256\" }}\nagain = {{ of = \"first\", form = \
         \"no-public-point\" }}\n[[step]]\ndo = \"list-keys\"\n"
    ))
    .expect("this is a scenario");
    let materials = &suite.scenarios[0].materials;
    assert_eq!(materials["again"].root, "first");
    assert_eq!(materials["again"].kind, materials["first"].kind);
    assert_ne!(materials["again"].form, materials["first"].form);
}

#[test]
fn a_material_counts_as_used_wherever_something_is_made_or_proven_with_it() {
    let uses = [
        "do = \"decrypt\"\nciphertext = { sealed-for = \"m\", plaintext = \"x\" }\nthen.accepted = true",
        "do = \"verify\"\nsignature = { signed-by = \"m\" }\nthen.accepted = true",
        "do = \"sign\"\nthen.reply.signature = { signed-by = \"m\" }",
        "do = \"get-public-key\"\nthen.reply.public-key = { public-key-of = \"m\" }",
        "do = \"generate-mac\"\nthen.reply.mac = { mac-of = \"m\" }",
    ];
    for step in uses {
        let text = format!("{HEAD}[materials]\nm = {{ rsa = 2048 }}\n[[step]]\n{step}\n");
        assert_eq!(lint(&suite(&text).expect(step)), [], "{step}");
    }
    let idle = format!(
        "{HEAD}[materials]\nm = {{ rsa = 2048 }}\n[[step]]\ndo = \"list-keys\"\nthen.accepted = true\n"
    );
    assert_eq!(lint(&suite(&idle).expect("this is a scenario")).len(), 1);
}

#[test]
fn tags_are_a_table_of_their_own() {
    let body = "[[step]]\ndo = \"create-key\"\ntags = { of = \"x\" }\nthen.accepted = true\n";
    suite(&format!("{HEAD}{body}")).expect("a tag may have any name");
}

#[test]
fn a_message_has_one_defect() {
    let text = "a spoil is one of body, body-hex, member with json, invented-member, operation, signature, signed";
    for spoil in [
        "{}",
        "{ body = \"{\", signed = \"-10m\" }",
        "{ signature = \"cut\", operation = \"missing\" }",
    ] {
        let width = spoil.len();
        check_error(
            &format!("[[step]]\ndo = \"list-keys\"\nspoil = {spoil}\n"),
            &format!(
                "
scenarios/aws/case.toml:5:9: {text}
spoil = {spoil}
        {}",
                "^".repeat(width)
            ),
        );
    }
}

#[test]
fn an_unknown_defect_of_a_signature_is_shown_with_the_known_ones() {
    check_error(
        "[[step]]\ndo = \"list-keys\"\nspoil = { signature = \"ugly\" }\n",
        "
scenarios/aws/case.toml:5:23: `ugly` is no defect of a signature; use missing, cut, wrong-secret, unknown-key
spoil = { signature = \"ugly\" }
                      ^^^^^^",
    );
}

#[test]
fn a_spoilt_message_is_no_set_up() {
    let body = "[[step]]\ndo = \"list-keys\"\nspoil = { body = \"{\" }\n\n[[step]]\ndo = \"list-keys\"\nthen.accepted = true\n";
    let suite = suite(&format!("{HEAD}{body}")).expect("it can be read");
    let findings = lint(&suite);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].message.contains("no set-up"));
}

#[test]
fn entries_of_a_list_are_tables_of_members() {
    let suite = suite(&format!(
        "{HEAD}[[step]]\ndo = \"create-key\"\nname = \"k\"\n[[step]]\ndo = \"list-rotations\"\nkey = \"k\"\n\
         then.entries = [{{ rotation-date = \"absent\" }}, {{}}]\n"
    ))
    .expect("this is a scenario");
    let then = suite.scenarios[0].steps[1].then.as_ref();
    let entries = then.and_then(|then| then.entries.as_ref());
    let members: Vec<usize> = entries
        .expect("the step has entries")
        .entries
        .iter()
        .map(|entry| entry.members.len())
        .collect();
    assert_eq!(members, [1, 0]);
    check_error(
        "[[step]]\ndo = \"list-keys\"\nthen.entries = [{ key-idd = \"x\" }]\n",
        "
scenarios/aws/case.toml:5:19: an entry has no `key-idd`; did you mean `key-id`?
then.entries = [{ key-idd = \"x\" }]
                  ^^^^^^^",
    );
}

#[test]
fn a_replica_is_a_key_and_a_call_may_name_its_region() {
    let suite = suite(&format!(
        "{HEAD}[[step]]\ndo = \"create-key\"\nname = \"k\"\nmulti-region = true\n\
         [[step]]\ndo = \"replicate\"\nname = \"r\"\nkey = \"k\"\n\
         [[step]]\ndo = \"describe-key\"\nkey = \"r\"\nregion = \"first\"\nthen.accepted = true\n"
    ))
    .expect("this is a scenario");
    let regions = suite.scenarios[0].steps.iter().map(|step| {
        let Action::Call(call) = &step.action else {
            panic!("every step is a call")
        };
        call.region
    });
    assert!(regions.eq([None, None, Some(RegionRole::First)]));
    check_error(
        "[[step]]\ndo = \"list-keys\"\nregion = \"us-east-1\"\n",
        "
scenarios/aws/case.toml:5:10: `us-east-1` is no region; did you mean `first`?
region = \"us-east-1\"
         ^^^^^^^^^^^",
    );
}
