//! `cargo fuzz run aws_reference`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::aws_reference(data));
