//! `cargo fuzz run alibaba_signature`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::alibaba_signature(data));
