use serde::Deserialize;

use super::{Register, RegisterError, RuleId};

/// A source that was read sentence by sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The key by which the register's sources list it.
    pub key: String,
    /// All that it says, in the order of its text.
    pub statements: Vec<Statement>,
}

/// One thing that a document says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Statement {
    /// Which part of the document says it.
    pub at: String,
    /// What it says, in our words.
    pub says: String,
    /// The rules that carry it.
    #[serde(default)]
    pub rules: Vec<RuleId>,
    /// Why no rule can.
    #[serde(default)]
    pub no_rule: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentFile {
    statement: Vec<toml::Spanned<Statement>>,
}

impl Document {
    /// Reads the statements of the document that `register` lists under `key`.
    ///
    /// # Errors
    /// Names the place of a syntax error, of a rule that the register does not have, and of a statement that has
    /// neither rules nor a reason, or both.
    pub fn parse(key: &str, text: &str, register: &Register) -> Result<Self, RegisterError> {
        let file: DocumentFile = toml::from_str(text)?;
        let admit = |statement: toml::Spanned<Statement>| {
            let span = statement.span();
            let statement = statement.into_inner();
            match statement.flaw(register) {
                None => Ok(statement),
                Some(message) => Err(RegisterError { message, span }),
            }
        };
        let statements: Result<Vec<Statement>, RegisterError> =
            file.statement.into_iter().map(admit).collect();
        Ok(Self {
            key: key.to_owned(),
            statements: statements?,
        })
    }
}

impl Statement {
    fn flaw(&self, register: &Register) -> Option<String> {
        if self.rules.is_empty() == self.no_rule.is_none() {
            let flaw =
                "a statement names the `rules` that carry it, or says in `no-rule` why none can";
            return Some(flaw.to_owned());
        }
        let unknown = |id: &&RuleId| register.rule(id).is_none();
        let id = self.rules.iter().find(unknown)?;
        let hint = register
            .nearest(&id.0)
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        Some(format!("no register has the rule `{id}`{hint}"))
    }
}

impl From<toml::de::Error> for RegisterError {
    fn from(error: toml::de::Error) -> Self {
        Self {
            message: error.message().to_owned(),
            span: error.span().unwrap_or(0..0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTER: &str = r#"
        [[source]]
        key = "S1"
        what = "A page"

        [[rule]]
        id = "aws/a/b"
        statement = "A holds."
        operations = ["A"]
        sources = ["S1"]
        since = "2016-08-10"
        evidence = { outcome = "documented" }
    "#;

    #[track_caller]
    fn check(carriers: &str, expected: Result<(), &str>) {
        let register = Register::parse(REGISTER).unwrap();
        let text = format!("[[statement]]\nat = \"top\"\nsays = \"A.\"\n{carriers}");
        let read = Document::parse("S1", &text, &register);
        let message = read.map(|_| ()).map_err(|error| error.message);
        assert_eq!(message, expected.map_err(str::to_owned));
    }

    #[test]
    fn a_statement_has_rules_or_a_reason_and_never_both() {
        let flaw = "a statement names the `rules` that carry it, or says in `no-rule` why none can";
        check(r#"rules = ["aws/a/b"]"#, Ok(()));
        check(r#"no-rule = "advice""#, Ok(()));
        check("", Err(flaw));
        check("rules = [\"aws/a/b\"]\nno-rule = \"advice\"", Err(flaw));
    }

    #[test]
    fn a_statement_names_only_rules_of_the_register() {
        let message = "no register has the rule `aws/a/c`; did you mean `aws/a/b`?";
        check(r#"rules = ["aws/a/c"]"#, Err(message));
    }
}
