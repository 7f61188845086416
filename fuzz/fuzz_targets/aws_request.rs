//! `cargo fuzz run aws_request`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::aws_request(data));
