//! The client of TokPortal's REST API: from the arguments of a tool to one HTTP request, and from its answer to facts.

pub(crate) mod client;
mod diagnose;
mod encode;
mod multipart;
mod request;
mod retry;

#[cfg(test)]
mod tests;

pub(crate) use client::{ApiError, ApiResponse, call};
