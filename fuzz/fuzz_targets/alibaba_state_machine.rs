//! `cargo fuzz run alibaba_state_machine`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::alibaba_state_machine(data));
