//! The clients of TokPortal: of the REST API behind the tools, and of the portal that signs people in and manages keys.

pub(crate) mod api;
pub(crate) mod limits;
pub(crate) mod portal;
pub(crate) mod probe;
pub(crate) mod request;
