use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

/// The name of a rule, such as `aws/import/wrong-token`.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct RuleId(pub String);

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One documented or observed statement about a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    /// Its name: vendor, topic, assertion.
    pub id: RuleId,
    /// What holds, in one or two sentences.
    pub statement: String,
    /// The vendor's operations that it is about.
    pub operations: Vec<String>,
    /// Keys of the register's sources.
    pub sources: Vec<String>,
    /// The first day on which it is known to hold.
    #[serde(with = "day")]
    #[schemars(with = "String")]
    pub since: Date,
    /// The first day on which it no longer holds.
    #[serde(default, with = "some_day", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
    /// Rules that ended on the day on which this one began, because it says the contrary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<RuleId>,
    /// How strong the evidence is, facet by facet.
    pub evidence: Evidence,
    /// Why a difference is never scored although there is a statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unscored: Option<String>,
    /// Why no scenario can show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded: Option<String>,
    /// Keys of the contradictions that it stands in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contradictions: Vec<String>,
}

/// How strong the evidence for each facet is; an absent facet has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Evidence {
    /// Accepted or refused, and what the key is like afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Level>,
    /// The code of the refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Level>,
    /// The HTTP status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Level>,
    /// The text of the refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Level>,
}

/// What can be compared about an answer.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    VariantArray,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Facet {
    /// Accepted or refused, members of the reply, what the key is like afterwards.
    Outcome,
    /// The code of a refusal.
    Code,
    /// The HTTP status of a refusal.
    Status,
    /// The text of a refusal.
    Text,
}

/// How we know something.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Level {
    /// Our own conclusion.
    Inferred,
    /// Somebody reports it.
    Reported,
    /// A recording of the real service shows it.
    Recorded,
    /// The vendor's documentation or service model says it.
    Documented,
}

impl Level {
    /// Whether a difference counts against a service.
    #[must_use]
    pub fn is_scored(self) -> bool {
        self >= Self::Recorded
    }
}

impl Evidence {
    /// The evidence for one facet.
    #[must_use]
    pub fn level(&self, facet: Facet) -> Option<Level> {
        match facet {
            Facet::Outcome => self.outcome,
            Facet::Code => self.code,
            Facet::Status => self.status,
            Facet::Text => self.text,
        }
    }
}

impl Rule {
    /// Whether a difference in this facet counts against a service.
    #[must_use]
    pub fn scores(&self, facet: Facet) -> bool {
        self.unscored.is_none() && self.evidence.level(facet).is_some_and(Level::is_scored)
    }

    /// Whether any facet is scored.
    #[must_use]
    pub fn is_scored(&self) -> bool {
        Facet::VARIANTS.iter().any(|facet| self.scores(*facet))
    }
}

/// Where statements come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Source {
    /// The short key that rules use.
    pub key: String,
    /// What it is, so that a person can find it.
    pub what: String,
}

/// Two sources, or two eras, that do not agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Contradiction {
    /// The short key that rules use.
    pub key: String,
    /// What it is about.
    pub point: String,
    /// What one side says, with its sources.
    pub one: String,
    /// What the other side says.
    pub other: String,
    /// What we do about it.
    pub scored: String,
}

/// All rules of a vendor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Register {
    rules: BTreeMap<RuleId, Rule>,
    sources: BTreeMap<String, Source>,
    contradictions: BTreeMap<String, Contradiction>,
}

/// A register, or a document of one, that cannot be read, with the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RegisterError {
    /// What is wrong, and what would be right.
    pub message: String,
    /// Which bytes of the text it is about.
    pub span: Range<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegisterFile {
    #[serde(default)]
    source: Vec<toml::Spanned<Source>>,
    #[serde(default)]
    contradiction: Vec<toml::Spanned<Contradiction>>,
    #[serde(default)]
    rule: Vec<toml::Spanned<Rule>>,
}

impl Register {
    /// Reads a register from TOML.
    ///
    /// # Errors
    /// Names the place of a syntax error, an unknown member, a rule that stands twice, or a source or contradiction
    /// that is not listed.
    pub fn parse(text: &str) -> Result<Self, RegisterError> {
        let file: RegisterFile = toml::from_str(text)?;
        let mut register = Self::default();
        for source in file.source {
            let source = source.into_inner();
            register.sources.insert(source.key.clone(), source);
        }
        for contradiction in file.contradiction {
            let contradiction = contradiction.into_inner();
            register
                .contradictions
                .insert(contradiction.key.clone(), contradiction);
        }
        let mut spans = Vec::with_capacity(file.rule.len());
        for rule in file.rule {
            spans.push((rule.get_ref().id.clone(), rule.span()));
            register.admit(rule)?;
        }
        for (id, span) in spans {
            let rule = &register.rules[&id];
            let mut replaced = rule.replaces.iter();
            if let Some(message) = replaced.find_map(|old| register.gap(rule, old)) {
                return Err(RegisterError { message, span });
            }
        }
        Ok(register)
    }

    /// What is wrong when `new` says that it replaces `old`: one has to end on the day on which the other begins.
    fn gap(&self, new: &Rule, old: &RuleId) -> Option<String> {
        let (id, since) = (&new.id, new.since);
        match self.rules.get(old) {
            None => Some(format!("rule {id} replaces {old}, which is not listed")),
            Some(Rule { until: None, .. }) => {
                Some(format!("rule {id} replaces {old}, which has not ended"))
            }
            Some(Rule {
                until: Some(until), ..
            }) if *until != since => Some(format!(
                "rule {id} begins on {since} and replaces {old}, which ended on {until}"
            )),
            Some(_) => None,
        }
    }

    fn admit(&mut self, rule: toml::Spanned<Rule>) -> Result<(), RegisterError> {
        let span = rule.span();
        let rule = rule.into_inner();
        let wrong = |message: String| {
            Err(RegisterError {
                message,
                span: span.clone(),
            })
        };
        if let Some(source) = rule
            .sources
            .iter()
            .find(|key| !self.sources.contains_key(*key))
        {
            return wrong(format!(
                "rule {} cites the source {source:?}, which is not listed",
                rule.id
            ));
        }
        if let Some(key) = rule
            .contradictions
            .iter()
            .find(|key| !self.contradictions.contains_key(*key))
        {
            return wrong(format!(
                "rule {} cites the contradiction {key:?}, which is not listed",
                rule.id
            ));
        }
        if rule.until.is_some_and(|until| until <= rule.since) {
            return wrong(format!("rule {} ends before it begins", rule.id));
        }
        let id = rule.id.clone();
        match self.rules.insert(id.clone(), rule) {
            None => Ok(()),
            Some(_) => wrong(format!("rule {id} stands twice")),
        }
    }

    /// The rule of this name.
    #[must_use]
    pub fn rule(&self, id: &RuleId) -> Option<&Rule> {
        self.rules.get(id)
    }

    /// The source of this key.
    #[must_use]
    pub fn source(&self, key: &str) -> Option<&Source> {
        self.sources.get(key)
    }

    /// The contradiction of this key.
    #[must_use]
    pub fn contradiction(&self, key: &str) -> Option<&Contradiction> {
        self.contradictions.get(key)
    }

    /// All rules by name.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values()
    }

    /// The name among ours that looks most like `id`, for an error message.
    #[must_use]
    pub fn nearest(&self, id: &str) -> Option<&RuleId> {
        self.rules
            .keys()
            .max_by(|a, b| strsim::jaro(&a.0, id).total_cmp(&strsim::jaro(&b.0, id)))
    }
}

mod day {
    use jiff::civil::Date;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        date.to_string().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(de: D) -> Result<Date, D::Error> {
        let text = String::deserialize(de)?;
        text.parse().map_err(|_| {
            D::Error::custom(format!("{text:?} is not a day; write it as \"2016-08-10\""))
        })
    }
}

mod some_day {
    use jiff::civil::Date;
    use serde::{Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        date: &Option<Date>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match date {
            Some(date) => super::day::serialize(date, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(de: D) -> Result<Option<Date>, D::Error> {
        super::day::deserialize(de).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::Register;

    #[track_caller]
    fn check(old: &str, new: &str, expected: Result<(), &str>) {
        let rule = |name: &str, more: &str| {
            format!(
                "[[rule]]\nid = \"aws/{name}\"\nstatement = \"s\"\noperations = []\nsources = []\n\
                 evidence = {{}}\n{more}\n"
            )
        };
        let register = Register::parse(&(rule("old", old) + &rule("new", new)));
        let message = register.map(drop).map_err(|error| error.message);
        assert_eq!(message, expected.map_err(str::to_owned));
    }

    #[test]
    fn a_rule_begins_on_the_day_on_which_the_one_ends_that_it_replaces() {
        let ended = "since = \"2016-08-10\"\nuntil = \"2023-10-10\"";
        let begins =
            |day: &str, old: &str| format!("since = \"{day}\"\nreplaces = [\"aws/{old}\"]");
        check(ended, &begins("2023-10-10", "old"), Ok(()));
        check(
            ended,
            &begins("2023-10-11", "old"),
            Err(
                "rule aws/new begins on 2023-10-11 and replaces aws/old, which ended on 2023-10-10",
            ),
        );
        check(
            "since = \"2016-08-10\"",
            &begins("2023-10-10", "old"),
            Err("rule aws/new replaces aws/old, which has not ended"),
        );
        check(
            ended,
            &begins("2023-10-10", "odd"),
            Err("rule aws/new replaces aws/odd, which is not listed"),
        );
    }
}
