//! What the connector makes of the API's answers.

mod answers;
mod secrets;
mod trace;
