//! `cargo fuzz run aws_reply`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::aws_reply(data));
