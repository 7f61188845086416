//! The program: what `byokcheck::cli` makes of the arguments.

fn main() -> std::process::ExitCode {
    byokcheck::cli::main().into()
}
