//! `tokportal_connector::fuzzing::document`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tokportal_connector::fuzzing::document(data));
