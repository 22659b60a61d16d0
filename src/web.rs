//! HTTP and its formats: replies, forms, JSON, media types, URIs, cookies, CORS; independent of OAuth and MCP.

pub(crate) mod accept;
pub(crate) mod client_address;
pub(crate) mod client_name;
pub(crate) mod cookie;
pub(crate) mod cors;
pub(crate) mod form;
pub(crate) mod json;
pub(crate) mod language;
pub(crate) mod media_type;
pub(crate) mod reply;
pub(crate) mod rfc3339;
pub(crate) mod status;
pub(crate) mod trace_context;
pub(crate) mod uri;
