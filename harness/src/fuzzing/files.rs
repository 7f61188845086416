//! Files that people write: they are read, or the first mistake has a place in them.

use std::ops::Range;
use std::sync::LazyLock;

use crate::scenario::{Scenario, Source, Suite, lint};
use crate::spec::Register;
use crate::target::Variable;
use crate::target::profile::Profile;

/// A scenario that may cite the one rule of [`RULES`].
pub fn scenario(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let source = Source {
        file: "scenarios/aws/fuzz/scenario.toml".to_owned(),
        text: text.to_owned(),
    };
    match SUITE.read(source) {
        Ok(cases) => can_be_used(cases),
        Err(error) => {
            let lines = text.split('\n').count();
            assert!(
                error.place.line <= lines,
                "a mistake stands inside the file"
            );
        }
    }
}

/// A file of rules.
pub fn rules(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    match Register::parse(text) {
        Ok(register) => {
            for rule in register.rules() {
                assert_eq!(
                    register.rule(&rule.id),
                    Some(rule),
                    "a rule is found by its name"
                );
                assert_eq!(register.nearest(&rule.id.0), Some(&rule.id));
            }
        }
        Err(error) => stands_inside(text, &error.span),
    }
}

/// A target file.
pub fn target_file(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    match Profile::parse(text) {
        Ok(profile) => {
            assert!(
                profile.launch().is_some() || profile.url("eu-west-1").is_some(),
                "a target can be reached"
            );
            if let Some(launch) = profile.launch() {
                assert!(
                    !launch.command.is_empty(),
                    "a launched service has a command"
                );
                let texts = launch.command.iter().chain(launch.env.values());
                let ports = texts.filter(|text| text.variables().any(|it| it == Variable::Port));
                assert!(ports.count() > 0, "a launched service learns its port");
            }
        }
        Err(error) => stands_inside(text, &error.span),
    }
}

/// The register that scenarios of the fuzzer cite.
pub(super) const RULES: &str = r#"
[[source]]
key = "S"
what = "Made up."

[[rule]]
id = "aws/fuzz/rule"
statement = "Something holds."
operations = ["ImportKeyMaterial"]
sources = ["S"]
since = "2016-08-10"
evidence = { outcome = "documented" }
"#;

static SUITE: LazyLock<Suite> = LazyLock::new(|| {
    let rules = Source {
        file: "scenarios/rules/aws.toml".to_owned(),
        text: RULES.to_owned(),
    };
    Suite::parse(vec![rules]).expect("a test reads this register")
});

fn can_be_used(scenarios: Vec<Scenario>) {
    for case in &scenarios {
        let length = case.source.text.len();
        let mut steps = case.steps.iter();
        assert!(
            steps.all(|step| step.span.end <= length),
            "a step stands inside the file"
        );
    }
    let findings = lint(&Suite {
        scenarios,
        ..SUITE.clone()
    });
    assert!(
        findings.iter().all(|it| it.place.line > 0),
        "a finding has a place"
    );
}

fn stands_inside(text: &str, span: &Range<usize>) {
    assert!(
        span.start <= span.end && span.end <= text.len(),
        "{span:?} is inside the file"
    );
}
