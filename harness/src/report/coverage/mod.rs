//! What the suite covers, as matrices: what was tested, what was not, and what cannot be.

mod text;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

pub use text::render;

use crate::runner::coverage::Covered;
use crate::spec::{
    Coverable, Edition, Era, Facet, KeySpec, KeyState, Level, Operation, Register, Rule,
    WrappingAlgorithm, WrappingKeySpec,
};

/// One question about the suite, and its answer cell by cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Matrix {
    /// What is crossed with what.
    pub name: String,
    /// What the columns stand for.
    pub columns: Vec<String>,
    /// One row each, with the cells that there are.
    pub rows: Vec<Row>,
}

/// A row of a matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Row {
    /// What the row stands for.
    pub name: String,
    /// Its cells, in the order of the columns; a column may be left out.
    pub cells: Vec<Cell>,
}

/// Where a row meets a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cell {
    /// Which column.
    pub column: String,
    /// Whether it is covered.
    pub is: Is,
    /// How strong the evidence is that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Why it cannot be covered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// Whether a cell is covered.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    strum::Display,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Is {
    /// A demonstration that went as expected was about it.
    Tested,
    /// Nothing was.
    Not,
    /// Nothing can be, for a written reason.
    Impossible,
}

/// What was put to the test, and what could have been.
pub struct Coverage<'a> {
    /// The vendor's rules.
    pub register: &'a Register,
    /// What of the service can be covered.
    pub coverable: &'a Coverable,
    /// What was.
    pub covered: &'a BTreeSet<Covered>,
    /// The day of the run.
    pub era: Era,
    /// What the service was on that day.
    pub edition: Edition,
}

/// The matrices as JSON.
#[must_use]
pub fn json(matrices: &[Matrix]) -> String {
    let json = serde_json::to_string_pretty(matrices).expect("names and cells are always JSON");
    json + "\n"
}

impl Coverage<'_> {
    /// The four matrices.
    #[must_use]
    pub fn matrices(&self) -> Vec<Matrix> {
        vec![
            self.evidence(),
            self.states(),
            self.errors(),
            self.wrappings(),
        ]
    }

    /// Rule x facet of its evidence. Rules that have ended count by their last day.
    fn evidence(&self) -> Matrix {
        let row = |rule: &Rule| {
            let facets = Facet::VARIANTS.iter().copied();
            let cells = facets.filter_map(|facet| self.facet(rule, facet));
            Row {
                name: rule.id.to_string(),
                cells: cells.collect(),
            }
        };
        Matrix {
            name: "rule x evidence".to_owned(),
            columns: names(Facet::VARIANTS),
            rows: self.register.rules().map(row).collect(),
        }
    }

    fn facet(&self, rule: &Rule, facet: Facet) -> Option<Cell> {
        let level = rule.evidence.level(facet)?;
        let is_tested = || {
            let mut covered = self.covered.iter();
            covered.any(|it| it.rules.contains(&rule.id) && it.facets.contains(&facet))
        };
        let excluded = rule.excluded.as_deref();
        let because = excluded.or_else(|| self.coverable.no_facet(&rule.id, facet));
        let mut cell = cell(&facet.to_string(), is_tested(), because);
        cell.level = Some(level);
        Some(cell)
    }

    /// State of the key x operation.
    fn states(&self) -> Matrix {
        let row = |operation: &Operation| {
            let cells = KeyState::VARIANTS.iter().map(|state| {
                let is_it =
                    |it: &Covered| it.operation == Some(*operation) && it.state == Some(*state);
                let because = self.coverable.no_state(*operation, *state);
                cell(&state.to_string(), self.today(is_it), because)
            });
            Row {
                name: operation.to_string(),
                cells: cells.collect(),
            }
        };
        Matrix {
            name: "operation x key state".to_owned(),
            columns: names(KeyState::VARIANTS),
            rows: self.operations().map(row).collect(),
        }
    }

    /// Operation x error code.
    fn errors(&self) -> Matrix {
        let codes = self
            .operations()
            .flat_map(|operation| self.coverable.errors_of(*operation));
        let codes: BTreeSet<&String> = codes.collect();
        let row = |operation: &Operation| {
            let own: BTreeSet<&String> = self.coverable.errors_of(*operation).collect();
            let cells = own.into_iter().map(|code| {
                let is_it = |it: &Covered| {
                    it.operation == Some(*operation) && it.error.as_ref() == Some(code)
                };
                let because = self.coverable.no_error(*operation, code);
                cell(code, self.today(is_it), because)
            });
            Row {
                name: operation.to_string(),
                cells: cells.collect(),
            }
        };
        Matrix {
            name: "operation x error code".to_owned(),
            columns: codes.into_iter().cloned().collect(),
            rows: self.operations().map(row).collect(),
        }
    }

    /// Key spec x way of wrapping. A legal way is tested by an import, another one by a refusal of parameters.
    fn wrappings(&self) -> Matrix {
        let ways = || {
            let algorithms = self.coverable.wrapping_algorithms.iter();
            algorithms.flat_map(|algorithm| {
                let keys = self.coverable.wrapping_keys.iter();
                keys.map(|key| (*algorithm, *key))
            })
        };
        let name = |(algorithm, key): (WrappingAlgorithm, WrappingKeySpec)| {
            format!("{algorithm} under {key}")
        };
        let row = |spec: &KeySpec| {
            let cells = ways().map(|way| {
                let is_it = |it: &Covered| {
                    it.spec == Some(*spec)
                        && it.shows_way(way, self.edition.carries(*spec, way.0, way.1))
                };
                cell(&name(way), self.today(is_it), None)
            });
            Row {
                name: spec.to_string(),
                cells: cells.collect(),
            }
        };
        Matrix {
            name: "key spec x wrapping algorithm and wrapping key".to_owned(),
            columns: ways().map(name).collect(),
            rows: self.coverable.key_specs.iter().map(row).collect(),
        }
    }

    /// The operations that the vendor has.
    fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.coverable.errors.keys()
    }

    fn today(&self, is_it: impl Fn(&Covered) -> bool) -> bool {
        let mut covered = self.covered.iter();
        covered.any(|it| it.era == self.era && is_it(it))
    }
}

impl Covered {
    fn shows_way(&self, way: (WrappingAlgorithm, WrappingKeySpec), is_legal: bool) -> bool {
        let shows_it = match self.operation {
            Some(Operation::Import) => is_legal && self.error.is_none(),
            Some(Operation::GetParameters) => !is_legal && self.error.is_some(),
            _ => false,
        };
        shows_it && self.wrapping == Some(way)
    }
}

impl Matrix {
    /// Its cells with the names of their rows.
    pub fn cells(&self) -> impl Iterator<Item = (&str, &Cell)> {
        self.rows
            .iter()
            .flat_map(|row| row.cells.iter().map(|cell| (row.name.as_str(), cell)))
    }
}

fn names<T: ToString>(variants: &[T]) -> Vec<String> {
    variants.iter().map(ToString::to_string).collect()
}

fn cell(column: &str, is_tested: bool, because: Option<&str>) -> Cell {
    let is = match (is_tested, because) {
        (true, _) => Is::Tested,
        (false, Some(_)) => Is::Impossible,
        (false, None) => Is::Not,
    };
    Cell {
        column: column.to_owned(),
        is,
        level: None,
        because: because.filter(|_| !is_tested).map(str::to_owned),
    }
}
