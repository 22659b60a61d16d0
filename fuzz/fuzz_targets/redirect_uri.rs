//! `tokportal_connector::fuzzing::redirect_uri`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tokportal_connector::fuzzing::redirect_uri(data));
