//! The program: what `byokcheck::cli` makes of the arguments.

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> std::process::ExitCode {
    byokcheck::cli::main().into()
}
