//! `cargo fuzz run private_key`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::private_key(data));
