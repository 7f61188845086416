//! `cargo fuzz run aws_signature`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::aws_signature(data));
