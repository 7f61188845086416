//! The arguments, as people type them. Knows no default that needs the environment or the clock.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};
use clap_complete::Shell;
use jiff::civil::Date;

use crate::spec::Vendor;

/// Does a KMS import customer key material the way its documentation says?
#[derive(Clone, Debug, Parser)]
#[command(name = "byokcheck", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    /// When to use colours; NO_COLOR is respected
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        display_order = 100
    )]
    pub(super) color: When,
}

const EXIT_CODES: &str = "Exit codes: 0 as expected, 1 unexpected failure, 2 usage, 3 a file is wrong, \
    4 target unreachable, 5 stale allowance, 6 leftover keys, 7 stopped early, 70 bug in byokcheck, 75 parked";

#[derive(Clone, Debug, Subcommand)]
pub(super) enum Command {
    /// Run scenarios against a service
    Run(RunArguments),
    /// List the cases that a run would take
    List(ListArguments),
    /// Show which rules are tested, excluded with a reason, or untested
    Rules(RulesArguments),
    /// Show what is known about a rule, and which cases demonstrate it
    Explain(ExplainArguments),
    /// Check scenario and rule files
    Lint(LintArguments),
    /// Compare the results of runs, as Markdown: which rules hold, fail, or are not implemented
    Report(ReportArguments),
    /// Run, and write down what fails as known deviations of the target
    Accept(AcceptArguments),
    /// Offer the reference service on a socket, for tests of clients
    Serve(ServeArguments),
    /// Plant every known defect into the reference service and show which rule catches it
    Selftest(SelftestArguments),
    /// Print shell completions
    Completions(CompletionsArguments),
    /// Print the JSON Schema of a file format
    Schema(SchemaArguments),
}

#[derive(Clone, Debug, Args)]
pub(super) struct RunArguments {
    #[command(flatten)]
    pub(super) selection: Selection,
    /// The service: `reference`, the name of a target file, or a URL
    #[arg(long, value_name = "NAME|URL", default_value = "reference")]
    pub(super) target: String,
    #[command(flatten)]
    pub(super) settings: TargetSettings,
    /// Treat known deviations like any other failure
    #[arg(long)]
    pub(super) no_allowances: bool,
    /// What is written to standard output
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
    /// Also write the results as JSON
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    /// Also write the results as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
    /// Name every case, and show differences that are not scored
    #[arg(short, long, conflicts_with = "quiet")]
    pub(super) verbose: bool,
    /// Only the summary, no progress
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Keep the messages of cases that pass, too
    #[arg(long)]
    pub(super) keep_exchanges: bool,
}

/// Which cases, and by the rules of which day.
#[derive(Clone, Debug, Args)]
pub(super) struct Selection {
    /// Which cases: a path or glob, a rule or the beginning of one, or a tag [default: all]
    #[arg(value_name = "SELECTOR")]
    pub(super) selectors: Vec<String>,
    /// Day whose rules hold, such as 2023-12 or 2023-12-31 [default: today, UTC]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub(super) as_of: Option<Date>,
    /// Folder of scenarios and rules [default: the built-in ones]
    #[arg(long, value_name = "DIR")]
    pub(super) scenarios: Option<PathBuf>,
}

/// How a target is reached.
#[derive(Clone, Debug, Args)]
pub(super) struct TargetSettings {
    /// Folder of target files [default: ./targets if there is one, then the built-in ones]
    #[arg(long, value_name = "DIR")]
    pub(super) targets: Option<PathBuf>,
    /// Number that all material is derived from [default: random, and printed]
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Cases at a time [default: the target file's limit, or 4]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=256))]
    pub(super) jobs: Option<u16>,
    /// Longest wait for an answer, in seconds [default: the target file's limit, or 30]
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u16).range(1..=3600))]
    pub(super) timeout: Option<u16>,
    /// Operation, such as `rotate`, or `time`, that the service lacks; cases that need it are skipped
    #[arg(long, value_name = "FEATURE")]
    pub(super) missing: Vec<String>,
    /// Folder in which to look for a target's program before PATH
    #[arg(long, value_name = "DIR")]
    pub(super) bin_dir: Vec<PathBuf>,
    /// Dialect to speak: aws or alibaba [default: the target file's; every dialect of the reference; else aws]
    #[arg(long, value_name = "DIALECT")]
    pub(super) dialect: Option<Vendor>,
    /// Region in signatures [default: the target file's, else that of the credentials]
    #[arg(long, value_name = "REGION")]
    pub(super) region: Option<String>,
    /// AWS Region of replicas [default: the target file's, else us-west-2, or us-east-1 beside it]
    #[arg(long, value_name = "REGION")]
    pub(super) replica_region: Option<String>,
    /// Profile of AWS or Alibaba Cloud that holds the credentials [default: the target file's, else environment and default profile]
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// Allow keys to be made in a real account; they cost money until they are deleted
    #[arg(long)]
    pub(super) real: bool,
}

#[derive(Clone, Debug, Args)]
pub(super) struct ListArguments {
    #[command(flatten)]
    pub(super) selection: Selection,
    /// Also show titles and rules
    #[arg(short, long)]
    pub(super) verbose: bool,
    /// List the defects that these cases have to catch instead; `serve --quirk` plants them
    #[arg(long)]
    pub(super) quirks: bool,
}

#[derive(Clone, Debug, Args)]
pub(super) struct RulesArguments {
    /// Only rules whose name begins so [default: all]
    #[arg(value_name = "PREFIX")]
    pub(super) prefix: Option<String>,
    /// Show the rules that a case demonstrates
    #[arg(long)]
    pub(super) tested: bool,
    /// Show the rules that no case can demonstrate, with the reason
    #[arg(long)]
    pub(super) excluded: bool,
    /// Show the rules that nothing demonstrates yet
    #[arg(long)]
    pub(super) untested: bool,
    /// Show instead what a source says, sentence by sentence, and the rules and scenarios that carry it
    #[arg(long, value_name = "KEY", conflicts_with_all = ["prefix", "tested", "excluded", "untested"])]
    pub(super) source: Option<String>,
    /// Run the suite on the reference and show what it covers: evidence of rules, states, errors, wrappings
    #[arg(long, conflicts_with_all = ["prefix", "tested", "excluded", "untested", "source"])]
    pub(super) coverage: bool,
    /// How the coverage is written
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        requires = "coverage"
    )]
    pub(super) format: CoverageFormat,
    /// Folder of scenarios and rules [default: the built-in ones]
    #[arg(long, value_name = "DIR")]
    pub(super) scenarios: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct ExplainArguments {
    /// The rule, such as `aws/import/wrong-token`
    #[arg(value_name = "RULE")]
    pub(super) rule: String,
    /// Folder of scenarios and rules [default: the built-in ones]
    #[arg(long, value_name = "DIR")]
    pub(super) scenarios: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct LintArguments {
    /// Folder of scenarios and rules [default: the built-in ones]
    #[arg(value_name = "DIR")]
    pub(super) scenarios: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct ReportArguments {
    /// What `byokcheck run --json FILE` has written, for each run one file
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct AcceptArguments {
    #[command(flatten)]
    pub(super) selection: Selection,
    /// The target whose file is edited
    #[arg(long, value_name = "NAME")]
    pub(super) target: String,
    /// Why these deviations are accepted, or who knows of them
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    #[command(flatten)]
    pub(super) settings: TargetSettings,
}

#[derive(Clone, Debug, Args)]
pub(super) struct ServeArguments {
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    pub(super) listen: SocketAddr,
    /// Number that all of the service's random choices come from [default: random, and printed]
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Day whose rules it keeps to, such as 2023-12 or 2023-12-31 [default: today, UTC]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub(super) as_of: Option<Date>,
    /// Serve with this planted defect; `byokcheck list --quirks` names them
    #[arg(long, value_name = "NAME")]
    pub(super) quirk: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(super) struct SelftestArguments {
    /// Which defects; `byokcheck list --quirks` names them [default: all]
    #[arg(value_name = "QUIRK")]
    pub(super) quirks: Vec<String>,
    /// Only the one that has to be reported before the silence of a run is believed
    #[arg(long, conflicts_with = "quirks")]
    pub(super) canary: bool,
    /// Whose rules: aws or alibaba [default: aws]
    #[arg(long, value_name = "DIALECT")]
    pub(super) dialect: Option<Vendor>,
    /// Day whose rules hold, such as 2023-12 or 2023-12-31 [default: today, UTC]
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    pub(super) as_of: Option<Date>,
    /// Folder of scenarios and rules [default: the built-in ones]
    #[arg(long, value_name = "DIR")]
    pub(super) scenarios: Option<PathBuf>,
    /// Number that all material is derived from [default: random, and printed]
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Services that are judged at a time [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=256))]
    pub(super) jobs: Option<u16>,
    /// Also write the matrix as JSON
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    /// Show what caught each defect, and what each rule catches
    #[arg(short, long)]
    pub(super) verbose: bool,
}

#[derive(Clone, Debug, Args)]
pub(super) struct CompletionsArguments {
    /// For which shell
    #[arg(value_name = "SHELL")]
    pub(super) shell: Shell,
}

#[derive(Clone, Debug, Args)]
pub(super) struct SchemaArguments {
    /// Of which format: what `run --json` or `selftest --json` writes, a scenario file, or a target file
    #[arg(value_name = "FORMAT")]
    pub(super) of: SchemaOf,
}

/// When something is done. (Documented variants would make every help text twice as long.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
    Junit,
}

/// How coverage is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CoverageFormat {
    Text,
    Json,
}

/// What a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    Results,
    Scenario,
    Target,
    Selftest,
}

/// A day, or the first one of a month or a year.
fn parse_day(text: &str) -> Result<Date, String> {
    let day = match text.split('-').count() {
        1 => format!("{text}-01-01"),
        2 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    day.parse()
        .map_err(|_| "write a day as 2023-12-31, or only its month or year".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_arguments_fit_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_option_says_what_it_is_for() {
        for command in Arguments::command().get_subcommands() {
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{} {argument}",
                    command.get_name()
                );
            }
        }
    }

    #[test]
    fn a_day_may_be_given_by_its_month_or_year() {
        assert_eq!(parse_day("2023-12-31"), Ok(date(2023, 12, 31)));
        assert_eq!(parse_day("2023-12"), Ok(date(2023, 12, 1)));
        assert_eq!(parse_day("2023"), Ok(date(2023, 1, 1)));
        assert!(parse_day("tomorrow").is_err());
        assert!(parse_day("2023-02-30").is_err());
    }
}
