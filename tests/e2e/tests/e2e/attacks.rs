//! One module for each attack family of `docs/THREATS.md`, numbered as there.

mod a01_redirect_uri;
mod a02_pkce;
mod a03_scheme;
mod a04_remembered_consent;
mod a05_foreign_browser;
mod a07_csrf;
mod a07_framing;
mod a08_code_replay;
mod a09_ended_token;
mod a09_foreign_resource;
mod a09_stale_token;
mod a10_registration_flood;
mod a11_client_document;
mod a13_read_only;
mod a14_cross_request;
mod a15_forged_headers;
mod a16_parser_abuse;
mod a17_exhaustion;
mod a17_limits;
mod a18_store_dump;
mod a19_forged_log;
mod a19_leaks;
mod a20_confirmation;
mod a21_imitated_name;
mod a22_client_assertion;
