//! The tools, problems and warnings of small documents, one module for each feature.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod bodies;
mod confirmations;
mod facts;
mod fuzzed;
mod hostile;
mod names;
mod parameters;
mod references;
mod responses;
mod schemas;
mod secrets;
mod support;
