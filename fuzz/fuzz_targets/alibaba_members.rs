//! `cargo fuzz run alibaba_members`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::alibaba_members(data));
