//! TokPortal as a client sees it: the REST API behind the tools, and the portal that signs people in and keeps API keys.

pub(crate) mod api;
pub(crate) mod limits;
pub(crate) mod portal;
pub(crate) mod request;
