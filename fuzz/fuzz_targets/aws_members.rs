//! `cargo fuzz run aws_members`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::aws_members(data));
