//! Content besides tools: prompts and resources, and the blocks that prompts and tool results are made of.

mod playbooks;
pub(crate) mod prompts;
pub(crate) mod resources;
