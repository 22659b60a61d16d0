//! What becomes of documents, feature by feature.

#![expect(
    clippy::unwrap_used,
    reason = "a test that fails here has found something"
)]

mod answers;
mod bodies;
mod facts;
mod hostile;
mod names;
mod parameters;
mod references;
mod schemas;
mod secrets;
mod support;
