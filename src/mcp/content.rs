//! What the server offers besides tools: prompts and resources.

mod playbooks;
pub(crate) mod prompts;
pub(crate) mod resources;
pub(crate) mod shown;
