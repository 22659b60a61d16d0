//! The TokPortal portal: where people sign in, and where keys are minted, asked about and revoked.

pub mod grant;
pub mod keys;
pub mod provider;
pub mod sign_in;
