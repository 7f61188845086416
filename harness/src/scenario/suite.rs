use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use toml::Spanned;
use toml::de::DeTable;

use super::material::{Material, read_materials};
use super::place::{Place, Source};
use super::read_step::read_steps;
use super::reader::{Reader, wrong};
use super::rows::{Row, fill, take_rows};
use super::step::{Name, Step};
use crate::spec::{Coverable, Document, Era, Register, Rule, RuleId, Vendor};

/// A file that demonstrates rules, or one row of such a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The path without folder `scenarios/` and ending, and the row after `#`: `aws/import/wrong_token_is_refused`.
    pub name: String,
    /// The sentence that it demonstrates.
    pub title: String,
    /// The rules that it demonstrates, with their places.
    pub rules: Vec<Name>,
    /// The rules that its steps rely on besides: it is not run on a day on which one of them does not hold.
    pub needs: Vec<Name>,
    /// Words to select it by.
    pub tags: Vec<String>,
    /// The material that its steps speak of.
    pub materials: BTreeMap<String, Material>,
    /// Its calls in order.
    pub steps: Vec<Step>,
    /// The text that it was read from.
    pub source: Arc<Source>,
}

/// A scenario that cannot be read, with the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ScenarioError {
    /// What is wrong, and what would be right.
    pub message: String,
    /// Which bytes of the text it is about.
    pub span: Range<usize>,
}

/// A file of the suite that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{}:{}: {message}", place.line, place.column)]
pub struct SuiteError {
    /// Which file.
    pub file: String,
    /// What is wrong, and what would be right.
    pub message: String,
    /// Where.
    pub place: Place,
}

/// All scenarios and registers.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    /// Every case, ordered by name.
    pub scenarios: Vec<Scenario>,
    /// What the vendors promise.
    pub registers: BTreeMap<Vendor, Register>,
    /// The texts that the registers were read from.
    pub register_sources: BTreeMap<Vendor, Source>,
    /// Sources that were read sentence by sentence, by their key.
    pub documents: BTreeMap<String, Document>,
    /// What of the vendors' services can be covered.
    pub coverable: BTreeMap<Vendor, Coverable>,
}

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../scenarios");

impl Suite {
    /// The suite that travels inside this library.
    ///
    /// # Errors
    /// Never for a released version: a test reads the embedded suite.
    pub fn embedded() -> Result<Self, Vec<SuiteError>> {
        let mut sources = Vec::new();
        collect(&EMBEDDED, &mut sources);
        Self::parse(sources)
    }

    /// Reads a suite from the texts of its files. Paths begin with the folder that holds `rules/`.
    ///
    /// # Errors
    /// Every file that is wrong, with its first mistake.
    pub fn parse(mut sources: Vec<Source>) -> Result<Self, Vec<SuiteError>> {
        sources.sort_by(|a, b| a.file.cmp(&b.file));
        let mut suite = Self::default();
        let mut errors = Vec::new();
        for source in of_folder(&mut sources, "/rules/") {
            let read = suite.read_register(&source);
            read.unwrap_or_else(|error| errors.push(error));
        }
        // All other files cite rules: each would seem wrong.
        if !errors.is_empty() {
            return Err(errors);
        }
        for source in of_folder(&mut sources, "/sources/") {
            let read = suite.read_document(&source);
            read.unwrap_or_else(|error| errors.push(error));
        }
        for source in of_folder(&mut sources, "/coverage/") {
            let read = suite.read_coverable(&source);
            read.unwrap_or_else(|error| errors.push(error));
        }
        for source in sources {
            match suite.read(source) {
                Ok(cases) => suite.scenarios.extend(cases),
                Err(error) => errors.push(error),
            }
        }
        suite.check_titles(&mut errors);
        suite.scenarios.sort_by(|a, b| a.name.cmp(&b.name));
        if errors.is_empty() {
            Ok(suite)
        } else {
            Err(errors)
        }
    }

    /// Reads one more file, whose cases may cite the rules of this suite.
    ///
    /// # Errors
    /// The first mistake of the file.
    pub fn read(&self, source: Source) -> Result<Vec<Scenario>, SuiteError> {
        let source = Arc::new(source);
        self.read_file(&source)
            .map_err(|error| located(&source, &error))
    }

    fn read_register(&mut self, source: &Source) -> Result<(), SuiteError> {
        let vendor = vendor(source)?;
        let register = Register::parse(&source.text)
            .map_err(|error| located(source, &wrong(&error.span, error.message)))?;
        self.registers.insert(vendor, register);
        self.register_sources.insert(vendor, source.clone());
        Ok(())
    }

    fn read_coverable(&mut self, source: &Source) -> Result<(), SuiteError> {
        let vendor = vendor(source)?;
        let coverable = Coverable::parse(&source.text)
            .map_err(|error| located(source, &wrong(&error.span, error.message)))?;
        self.coverable.insert(vendor, coverable);
        Ok(())
    }

    fn read_document(&mut self, source: &Source) -> Result<(), SuiteError> {
        let key = stem(&source.file);
        let mut registers = self.registers.values();
        let register = registers.find(|register| register.source(key).is_some());
        let register = register.ok_or_else(|| {
            let message = format!("a document is named after a source; no register lists `{key}`");
            located(source, &wrong(&(0..0), message))
        })?;
        let document = Document::parse(key, &source.text, register)
            .map_err(|error| located(source, &wrong(&error.span, error.message)))?;
        self.documents.insert(key.to_owned(), document);
        Ok(())
    }

    fn read_file(&self, source: &Arc<Source>) -> Result<Vec<Scenario>, ScenarioError> {
        let table = DeTable::parse(&source.text)
            .map_err(|error| wrong(&error.span().unwrap_or(0..0), error.message().to_owned()))?;
        let span = table.span();
        let mut file = Reader::new("a scenario", span.clone(), table.into_inner());
        let rows = take_rows(&mut file)?;
        let mut table: DeTable<'_> = DeTable::new();
        for (key, value) in file.rest() {
            table.insert(Spanned::new(key.span, key.text.into()), value);
        }
        let Some(rows) = rows else {
            return Ok(vec![self.read_case(source, span, table, None)?]);
        };
        let mut cases = Vec::with_capacity(rows.len());
        for row in rows {
            let mut table = table.clone();
            fill(&mut table, &row)?;
            cases.push(self.read_case(source, span.clone(), table, Some(&row))?);
        }
        Ok(cases)
    }

    fn read_case(
        &self,
        source: &Arc<Source>,
        span: Range<usize>,
        table: DeTable<'_>,
        row: Option<&Row<'_>>,
    ) -> Result<Scenario, ScenarioError> {
        let mut reader = Reader::new("a scenario", span, table);
        let title = reader.required_text("title")?;
        let rules = reader.texts("rules")?;
        let mut needs = reader.texts("needs")?;
        needs.extend(row.into_iter().flat_map(|row| row.needs.clone()));
        let tags = reader
            .texts("tags")?
            .into_iter()
            .map(|tag| tag.text)
            .collect();
        let materials = read_materials(reader.table("materials", "`materials`")?)?;
        let steps = reader.take("step");
        let steps = match steps {
            Some(steps) => super::reader::elements("step", steps)?.collect(),
            None => return Err(wrong(&title.span, "a scenario needs at least one [[step]]")),
        };
        reader.finish()?;
        if rules.is_empty() {
            return Err(wrong(
                &title.span,
                "a scenario names the `rules` that it demonstrates",
            ));
        }
        self.check_rules(&rules)?;
        self.check_rules(&needs)?;
        let name = case_name(&source.file, row);
        let steps = read_steps(steps, &materials)?;
        Ok(Scenario {
            name,
            title: title.text,
            rules,
            needs,
            tags,
            materials,
            steps,
            source: source.clone(),
        })
    }

    fn check_rules(&self, rules: &[Name]) -> Result<(), ScenarioError> {
        for name in rules {
            let id = RuleId(name.text.clone());
            if self.rule(&id).is_some() {
                continue;
            }
            let nearest = self
                .registers
                .values()
                .find_map(|register| register.nearest(&name.text));
            let hint = nearest
                .map(|id| format!("; did you mean `{id}`?"))
                .unwrap_or_default();
            return Err(wrong(
                &name.span,
                format!("no register has the rule `{id}`{hint}"),
            ));
        }
        Ok(())
    }

    fn check_titles(&self, errors: &mut Vec<SuiteError>) {
        let mut seen: BTreeMap<&str, &Scenario> = BTreeMap::new();
        for scenario in &self.scenarios {
            let Some(other) = seen.insert(&scenario.title, scenario) else {
                continue;
            };
            if other.source.file != scenario.source.file {
                let span = scenario.source.text.find(&scenario.title).unwrap_or(0);
                let span = span..span + scenario.title.len();
                let message = format!("{} has the same title", other.source.file);
                errors.push(located(&scenario.source, &wrong(&span, message)));
            } else if other.name == scenario.name {
                let message = format!("two rows are named `{}`", scenario.name);
                errors.push(located(&scenario.source, &wrong(&(0..0), message)));
            }
        }
    }

    /// The rule of this name, whoever's it is.
    #[must_use]
    pub fn rule(&self, id: &RuleId) -> Option<&Rule> {
        self.registers
            .values()
            .find_map(|register| register.rule(id))
    }

    /// The cases that demonstrate rules of this vendor, if all of these hold on this day, and all that they need.
    pub fn cases(&self, vendor: Vendor, era: Era) -> impl Iterator<Item = &Scenario> {
        let register = self.registers.get(&vendor);
        let rule = move |name: &Name| register?.rule(&RuleId(name.text.clone()));
        self.scenarios.iter().filter(move |scenario| {
            let shown = scenario.rules.iter().filter_map(rule);
            let mut needed = shown.clone().chain(scenario.needs.iter().filter_map(rule));
            shown.count() > 0 && needed.all(|rule| era.knows(rule))
        })
    }
}

fn collect(dir: &Dir<'_>, sources: &mut Vec<Source>) {
    for file in dir.files() {
        let path = file.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
            && let (Some(path), Some(text)) = (path.to_str(), file.contents_utf8())
        {
            let file = format!("scenarios/{}", path.replace('\\', "/"));
            sources.push(Source {
                file,
                text: text.to_owned(),
            });
        }
    }
    for dir in dir.dirs() {
        collect(dir, sources);
    }
}

/// Takes the files of a folder out of the others.
fn of_folder(sources: &mut Vec<Source>, folder: &str) -> Vec<Source> {
    sources
        .extract_if(.., |source| source.file.contains(folder))
        .collect()
}

/// Whose file it is, by its name.
fn vendor(source: &Source) -> Result<Vendor, SuiteError> {
    let stem = stem(&source.file);
    stem.parse().map_err(|_| {
        let message = format!("this file is named after a vendor; `{stem}` is none");
        located(source, &wrong(&(0..0), message))
    })
}

fn located(source: &Source, error: &ScenarioError) -> SuiteError {
    SuiteError {
        file: source.file.clone(),
        message: error.message.clone(),
        place: source.place(&error.span),
    }
}

fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.strip_suffix(".toml").unwrap_or(name)
}

fn case_name(file: &str, row: Option<&Row<'_>>) -> String {
    let path = file.split_once('/').map_or(file, |(_, path)| path);
    let path = path.strip_suffix(".toml").unwrap_or(path);
    match row {
        Some(row) => format!("{path}#{}", row.name),
        None => path.to_owned(),
    }
}
