//! `cargo fuzz run target_file`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::target_file(data));
