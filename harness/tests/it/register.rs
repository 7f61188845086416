//! What the register promises about itself.

use std::collections::BTreeSet;

use byokcheck::scenario::Suite;
use byokcheck::spec::{RuleId, Vendor};

#[test]
fn every_rule_is_tested_or_says_why_it_cannot_be() {
    let suite = suite();
    let tested = tested(&suite);
    let rules = suite.registers[&Vendor::Aws].rules();
    let untested: Vec<&RuleId> = rules
        .filter(|rule| rule.excluded.is_none() && !tested.contains(&rule.id))
        .map(|rule| &rule.id)
        .collect();
    assert!(untested.is_empty(), "{untested:#?}");
}

#[test]
fn every_statement_of_a_source_is_carried_by_rules_that_are_tested_or_by_a_reason() {
    let suite = suite();
    assert!(suite.documents.len() >= 4, "documents are missing");
    let tested = tested(&suite);
    let mut idle = Vec::new();
    for document in suite.documents.values() {
        for statement in &document.statements {
            let carried = statement.rules.iter().all(|id| {
                let rule = suite
                    .rule(id)
                    .expect("the suite knows the rules of its documents");
                tested.contains(id) || rule.excluded.is_some()
            });
            if !carried {
                idle.push(format!("{}: {}", document.key, statement.says));
            }
        }
    }
    assert!(idle.is_empty(), "{}", idle.join("\n"));
}

fn suite() -> Suite {
    Suite::embedded().expect("another test reads the suite")
}

fn tested(suite: &Suite) -> BTreeSet<RuleId> {
    let cited = suite.scenarios.iter().flat_map(|case| &case.rules);
    cited.map(|name| RuleId(name.text.clone())).collect()
}
