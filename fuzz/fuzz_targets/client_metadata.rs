//! `tokportal_connector::fuzzing::client_metadata`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tokportal_connector::fuzzing::client_metadata(data));
