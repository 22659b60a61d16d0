//! The client of TokPortal's REST API: builds one HTTP request from the arguments of a tool, sends it, and reads the
//! response.

mod client;
mod diagnose;
mod encode;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod multipart;
mod request;
mod retry;

#[cfg(test)]
mod tests;

pub(crate) use client::{ApiError, ApiResponse, accepts, call, preview, read, too_late};
