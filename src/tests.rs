//! Flows through several rooms, natively: requests go in at the top, and what would have left the process is inspected.
//! The same flows run over real HTTP in `tests/`.

mod log_queries;
mod mcp;
mod oauth;
