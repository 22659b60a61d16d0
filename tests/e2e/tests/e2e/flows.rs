//! What a person and a client do from the URL to a tool call.

mod api_key;
mod client_document;
mod confirm;
mod keys;
mod narrowed;
mod normalized_arguments;
mod portal_mistakes;
mod replacement;
#[cfg(unix)]
mod shared_store;
mod sign_in;
