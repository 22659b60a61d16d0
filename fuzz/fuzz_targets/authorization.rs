//! `tokportal_connector::fuzzing::authorization`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tokportal_connector::fuzzing::authorization(data));
