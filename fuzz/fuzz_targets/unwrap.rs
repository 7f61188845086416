//! `cargo fuzz run unwrap`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::unwrap(data));
