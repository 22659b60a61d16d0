//! Cryptography: sealing and signing, the root secret behind both, and random text.

pub(crate) mod random;
pub(crate) mod root_secret;
pub(crate) mod seal;
