//! `tokportal_connector::fuzzing::sealed`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tokportal_connector::fuzzing::sealed(data));
