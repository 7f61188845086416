//! `cargo fuzz run alibaba_reference`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::alibaba_reference(data));
