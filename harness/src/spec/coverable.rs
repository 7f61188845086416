use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Facet, KeySpec, KeyState, Operation, RegisterError, RuleId, WrappingAlgorithm, WrappingKeySpec,
};

/// What of a vendor's service could be covered, and what of it nobody can put to the test.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Coverable {
    /// The codes with which the vendor's service model lets each operation refuse.
    pub errors: BTreeMap<Operation, Vec<String>>,
    /// Codes with which every operation may refuse.
    pub common_errors: Vec<String>,
    /// The kinds of keys that can take imported material.
    pub key_specs: Vec<KeySpec>,
    /// The algorithms that parameters can be asked for.
    pub wrapping_algorithms: Vec<WrappingAlgorithm>,
    /// The wrapping keys that parameters can be asked for.
    pub wrapping_keys: Vec<WrappingKeySpec>,
    /// What cannot be.
    #[serde(default)]
    pub impossible: Vec<Impossible>,
}

/// Cells of the coverage matrices that nothing can fill.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Impossible {
    /// Of these operations; all if there are none.
    #[serde(default)]
    pub operations: Vec<Operation>,
    /// In these states of the key.
    #[serde(default)]
    pub states: Vec<KeyState>,
    /// With these codes.
    #[serde(default)]
    pub errors: Vec<String>,
    /// Of these rules.
    #[serde(default)]
    pub rules: Vec<RuleId>,
    /// About these facets.
    #[serde(default)]
    pub facets: Vec<Facet>,
    /// Why.
    pub because: String,
}

impl Coverable {
    /// Reads what is coverable from TOML.
    ///
    /// # Errors
    /// Names the place of a syntax error or of an unknown name.
    pub fn parse(text: &str) -> Result<Self, RegisterError> {
        Ok(toml::from_str(text)?)
    }

    /// The codes with which an operation may refuse.
    pub fn errors_of(&self, operation: Operation) -> impl Iterator<Item = &String> {
        let own = self.errors.get(&operation).into_iter().flatten();
        own.chain(&self.common_errors)
    }

    /// Why no call of this operation can meet a key in this state.
    #[must_use]
    pub fn no_state(&self, operation: Operation, state: KeyState) -> Option<&str> {
        self.because(operation, |it| it.states.contains(&state))
    }

    /// Why no call of this operation can be refused with this code.
    #[must_use]
    pub fn no_error(&self, operation: Operation, code: &str) -> Option<&str> {
        self.because(operation, |it| it.errors.iter().any(|error| error == code))
    }

    /// Why nothing can be compared with what a rule says about a facet.
    #[must_use]
    pub fn no_facet(&self, rule: &RuleId, facet: Facet) -> Option<&str> {
        let is_meant = |it: &&Impossible| it.rules.contains(rule) && it.facets.contains(&facet);
        let reason = self.impossible.iter().find(is_meant)?;
        Some(&reason.because)
    }

    fn because(&self, operation: Operation, matches: impl Fn(&Impossible) -> bool) -> Option<&str> {
        let mut reasons = self.impossible.iter();
        let is_meant = |it: &&Impossible| {
            (it.operations.is_empty() || it.operations.contains(&operation)) && matches(it)
        };
        reasons.find(is_meant).map(|it| it.because.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMPORT: Operation = Operation::Import;
    const SIGN: Operation = Operation::Sign;

    fn coverable() -> Coverable {
        let text = r#"
            common-errors = ["Throttling"]
            key-specs = []
            wrapping-algorithms = []
            wrapping-keys = []

            [errors]
            import = ["Expired"]

            [[impossible]]
            operations = ["import"]
            states = ["pending-replica-deletion"]
            errors = ["Broken"]
            because = "of the store"

            [[impossible]]
            errors = ["Throttling"]
            because = "of the load"

            [[impossible]]
            rules = ["aws/import/wrong-token"]
            facets = ["text"]
            because = "of the words"
        "#;
        Coverable::parse(text).expect("this is TOML")
    }

    #[test]
    fn an_operation_has_its_own_errors_and_those_of_all() {
        let coverable = coverable();
        let errors = |operation| coverable.errors_of(operation).collect::<Vec<_>>();
        assert_eq!(errors(IMPORT), ["Expired", "Throttling"]);
        assert_eq!(errors(SIGN), ["Throttling"]);
    }

    #[test]
    fn what_is_impossible_is_so_for_its_operations_and_a_reason() {
        let coverable = coverable();
        let (deletion, enabled) = (KeyState::PendingReplicaDeletion, KeyState::Enabled);
        assert_eq!(coverable.no_state(IMPORT, deletion), Some("of the store"));
        assert_eq!(coverable.no_state(IMPORT, enabled), None);
        assert_eq!(coverable.no_state(SIGN, deletion), None);
        assert_eq!(coverable.no_error(IMPORT, "Broken"), Some("of the store"));
        assert_eq!(coverable.no_error(SIGN, "Broken"), None);
        assert_eq!(coverable.no_error(SIGN, "Throttling"), Some("of the load"));
    }

    #[test]
    fn a_facet_is_impossible_for_a_rule_if_both_are_named() {
        let coverable = coverable();
        let no_facet = |rule: &str, facet| coverable.no_facet(&RuleId(rule.to_owned()), facet);
        let rule = "aws/import/wrong-token";
        assert_eq!(no_facet(rule, Facet::Text), Some("of the words"));
        assert_eq!(no_facet(rule, Facet::Code), None);
        assert_eq!(no_facet("aws/import/other", Facet::Text), None);
    }
}
