//! `cargo fuzz run scenario`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::scenario(data));
