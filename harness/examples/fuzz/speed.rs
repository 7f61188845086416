//! How many inputs a second the targets check by themselves: without a fuzzer, its counters and its bookkeeping.

use std::path::Path;
use std::time::{Duration, Instant};
use std::{fs, io};

use byokcheck::fuzzing::{FuzzTarget, TARGETS};

/// What is looked at of inputs: what a fuzzer spends its time on is small.
const LARGEST: usize = 512;

/// Sixteen calls of eight bytes.
const SEQUENCE: usize = 128;

const LONG_ENOUGH: Duration = Duration::from_secs(2);

/// Prints a line per target, for the seeds below `corpus`.
pub(crate) fn measure(corpus: &Path) -> io::Result<()> {
    println!("{:<24} {:>6} {:>12}", "target", "inputs", "per second");
    for target in TARGETS {
        let inputs = inputs(target, &corpus.join(target.name))?;
        let rate = rate(target, &inputs);
        println!("{:<24} {:>6} {rate:>12}", target.name, inputs.len());
    }
    Ok(())
}

/// The small inputs of a folder, or the smallest where there is no small one.
fn inputs(target: &FuzzTarget, folder: &Path) -> io::Result<Vec<Vec<u8>>> {
    let mut inputs = Vec::new();
    for entry in fs::read_dir(folder)? {
        let mut input = fs::read(entry?.path())?;
        if target.name.ends_with("_state_machine") {
            input.truncate(SEQUENCE);
        }
        inputs.push(input);
    }
    inputs.sort_by_key(Vec::len);
    let small = inputs.partition_point(|input| input.len() <= LARGEST);
    inputs.truncate(small.max(1));
    Ok(inputs)
}

fn rate(target: &FuzzTarget, inputs: &[Vec<u8>]) -> u64 {
    let (begin, mut checked) = (Instant::now(), 0_u64);
    while begin.elapsed() < LONG_ENOUGH && !inputs.is_empty() {
        for input in inputs {
            (target.check)(input);
        }
        checked += inputs.len() as u64;
    }
    let milliseconds = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
    checked * 1000 / milliseconds.max(1)
}
