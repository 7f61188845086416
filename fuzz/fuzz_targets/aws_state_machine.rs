//! `cargo fuzz run aws_state_machine`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::aws_state_machine(data));
