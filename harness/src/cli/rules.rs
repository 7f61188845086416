//! `byokcheck rules` and `byokcheck explain`

use super::ExitCode;
use super::args::{ExplainArguments, RulesArguments};
use super::suite;
use super::terminal;
use super::trouble::Trouble;
use crate::report::Paint;
use crate::report::register::{self, Standing};
use crate::spec::{Register, Rule, RuleId};
use crate::target::quirk;

/// Lists rules by how the suite covers them.
pub(super) fn rules(arguments: &RulesArguments, paint: Paint) -> Result<ExitCode, Trouble> {
    let suite = suite::load(arguments.scenarios.as_deref(), paint)?;
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
    let demonstrations = suite::demonstrations(&suite);
    terminal::print(&register::list_rules(
        &rules,
        &demonstrations,
        &shown,
        paint,
    ))?;
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
    let demonstrations = suite::demonstrations(&suite);
    let caught: Vec<register::Defect<'_>> = quirk::all()
        .filter(|quirk| quirk.rules.contains(&rule.id.0.as_str()))
        .map(|quirk| (quirk.name, quirk.harm))
        .collect();
    let explained = register::explain(register, rule, &demonstrations, &caught, paint);
    terminal::print(&explained)?;
    Ok(ExitCode::Success)
}
