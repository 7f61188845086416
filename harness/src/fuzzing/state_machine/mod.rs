//! The model under sequences of calls: what holds after every step, whatever the calls were.
//!
//! A [`Witness`] makes the calls of a sequence, remembers what it has seen, and panics when the model contradicts its
//! memory. [`scenario`] turns a sequence into a file that can be run against any service.

mod call;
mod scenario;
mod step;
mod witness;

pub use scenario::scenario;
pub use step::{Blob, Given, LONGEST, Manner, Step, read, write};

use crate::spec::{Operation, Vendor};
use crate::wire::dialect;
use witness::Witness;

/// Plays the sequence that these bytes stand for with the model of AWS.
///
/// # Panics
/// When an invariant does not hold.
pub fn aws_state_machine(data: &[u8]) {
    check(Vendor::Aws, data);
}

/// Plays the sequence that these bytes stand for with the model of Alibaba Cloud.
///
/// # Panics
/// When an invariant does not hold.
pub fn alibaba_state_machine(data: &[u8]) {
    check(Vendor::Alibaba, data);
}

fn check(vendor: Vendor, data: &[u8]) {
    let mut witness = Witness::new(vendor);
    for step in read(data) {
        if can_be_called(vendor, step.operation) {
            witness.see(step);
        }
    }
}

/// What a vendor does not have never comes to the model: readers of requests refuse it.
fn can_be_called(vendor: Vendor, operation: Operation) -> bool {
    dialect(vendor).operation_name(operation).is_some()
}
