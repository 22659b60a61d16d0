//! `tokportal_connector::fuzzing::token_form`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tokportal_connector::fuzzing::token_form(data));
