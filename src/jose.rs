//! Signed JSON Web Tokens (RFC 7519) and the public keys that verify them (RFC 7517). The signatures are verified by
//! libraries of RustCrypto and dalek.

pub(crate) mod jwt;
pub(crate) mod keys;
