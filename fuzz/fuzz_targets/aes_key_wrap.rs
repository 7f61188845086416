//! `cargo fuzz run aes_key_wrap`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::aes_key_wrap(data));
