//! `byokcheck rules` and `byokcheck explain`

use std::sync::Arc;

use super::ExitCode;
use super::args::{CoverageFormat, ExplainArguments, RulesArguments};
use super::list::today;
use super::run;
use super::suite;
use super::terminal;
use super::trouble::Trouble;
use crate::report::Paint;
use crate::report::coverage::{self, Coverage};
use crate::report::document;
use crate::report::register::{self, Standing};
use crate::runner::coverage::cover;
use crate::scenario::Suite;
use crate::spec::{Edition, Era, Register, Rule, RuleId};
use crate::target::quirk;

/// Lists rules by how the suite covers them.
pub(super) fn rules(arguments: &RulesArguments, paint: Paint) -> Result<ExitCode, Trouble> {
    let suite = suite::load(arguments.scenarios.as_deref(), paint)?;
    if let Some(key) = &arguments.source {
        return source(&suite, key, paint);
    }
    if arguments.coverage {
        return coverage(suite, arguments.format, paint);
    }
    let prefix = arguments.prefix.as_deref().unwrap_or_default();
    let rules: Vec<&Rule> = suite
        .registers
        .values()
        .flat_map(Register::rules)
        .filter(|rule| rule.id.0.starts_with(prefix))
        .collect();
    let asked = [
        (arguments.tested, Standing::Tested),
        (arguments.excluded, Standing::Excluded),
        (arguments.untested, Standing::Untested),
    ];
    let all = asked.iter().all(|(asked, _)| !asked);
    let shown: Vec<Standing> = asked
        .iter()
        .filter(|(asked, _)| all || *asked)
        .map(|(_, standing)| *standing)
        .collect();
    let demonstrations = register::demonstrations(&suite);
    terminal::print(&register::list_rules(
        &rules,
        &demonstrations,
        &shown,
        paint,
    ))?;
    Ok(ExitCode::Success)
}

/// Shows a document statement by statement.
fn source(suite: &Suite, key: &str, paint: Paint) -> Result<ExitCode, Trouble> {
    let mut registers = suite.registers.values();
    let owner = registers.find(|register| register.source(key).is_some());
    let (Some(document), Some(owner)) = (suite.documents.get(key), owner) else {
        let keys: Vec<&str> = suite.documents.keys().map(String::as_str).collect();
        let keys = keys.join(", ");
        let message = format!("no source `{key}` was read sentence by sentence; there are: {keys}");
        return Err(Trouble::usage(message));
    };
    let demonstrations = register::demonstrations(suite);
    terminal::print(&document::show(document, owner, &demonstrations, paint))?;
    Ok(ExitCode::Success)
}

/// Runs the suite on the reference and shows what of each vendor's service that covers.
fn coverage(suite: Suite, format: CoverageFormat, paint: Paint) -> Result<ExitCode, Trouble> {
    let (suite, era) = (Arc::new(suite), Era(today()));
    let seed = run::seed(None)?;
    for (vendor, coverable) in &suite.coverable {
        let Some(register) = suite.registers.get(vendor) else {
            continue;
        };
        let covering = cover(suite.clone(), *vendor, era, seed);
        let covered = run::runtime()?.block_on(covering);
        let coverage = Coverage {
            register,
            coverable,
            covered: &covered,
            era,
            edition: Edition::of(*vendor, era),
        };
        let matrices = coverage.matrices();
        terminal::print(&match format {
            CoverageFormat::Text => coverage::render(&matrices, paint),
            CoverageFormat::Json => coverage::json(&matrices),
        })?;
    }
    Ok(ExitCode::Success)
}

/// Tells everything about one rule.
pub(super) fn explain(arguments: &ExplainArguments, paint: Paint) -> Result<ExitCode, Trouble> {
    let suite = suite::load(arguments.scenarios.as_deref(), paint)?;
    let id = RuleId(arguments.rule.clone());
    let known = suite
        .registers
        .values()
        .find_map(|register| Some((register, register.rule(&id)?)));
    let Some((register, rule)) = known else {
        let nearest = suite
            .registers
            .values()
            .find_map(|register| register.nearest(&id.0));
        let hint = nearest
            .map(|id| format!("; did you mean `{id}`?"))
            .unwrap_or_default();
        return Err(Trouble::usage(format!("there is no rule `{id}`{hint}")));
    };
    let demonstrations = register::demonstrations(&suite);
    let caught: Vec<register::Defect<'_>> = quirk::all()
        .filter(|quirk| quirk.rules.contains(&rule.id.0.as_str()))
        .map(|quirk| (quirk.name, quirk.harm))
        .collect();
    let explained = register::explain(register, rule, &demonstrations, &caught, paint);
    terminal::print(&explained)?;
    Ok(ExitCode::Success)
}
