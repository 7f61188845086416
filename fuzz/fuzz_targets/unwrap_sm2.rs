//! `cargo fuzz run unwrap_sm2`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::unwrap_sm2(data));
