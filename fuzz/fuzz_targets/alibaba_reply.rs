//! `cargo fuzz run alibaba_reply`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::alibaba_reply(data));
