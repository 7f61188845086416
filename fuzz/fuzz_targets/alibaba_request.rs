//! `cargo fuzz run alibaba_request`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| byokcheck::fuzzing::alibaba_request(data));
