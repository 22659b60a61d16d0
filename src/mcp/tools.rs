//! `tools/list` and `tools/call`.
//!
//! The path of a call: [`call`] finds the tool and asks the policy. [`invoke`] has the arguments normalized and checked
//! ([`normalize`], [`arguments`]), asks a person to confirm if the policy requires it ([`confirm`]), and calls the API.
//! `mcp::result` turns the answer into a tool result. In compact mode, [`compact`] runs between the first two.

mod arguments;
pub(crate) mod call;
mod compact;
mod confirm;
mod consent;
#[cfg(any(test, feature = "fuzzing"))]
pub(super) mod fuzzing;
#[cfg(test)]
mod generated;
mod header_arguments;
mod invoke;
pub(crate) mod list;
mod normalize;
mod refusal;
pub(crate) mod registry;
mod run_approved;
#[cfg(test)]
mod tests;
