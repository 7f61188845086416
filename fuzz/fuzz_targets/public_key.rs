//! `cargo fuzz run public_key`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::public_key(data));
