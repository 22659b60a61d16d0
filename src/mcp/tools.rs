//! `tools/list` and `tools/call`.
//!
//! A call goes this way: [`call`] finds the tool and asks the policy, [`invoke`] checks the arguments, lets a person
//! confirm where that is due ([`confirm`]), and sends it to the API; `mcp::result` turns the answer into a tool result. In
//! compact mode, [`compact`] stands between the first two.

mod arguments;
pub(crate) mod call;
mod compact;
mod confirm;
mod header_arguments;
mod invoke;
pub(crate) mod list;
mod refusal;
pub(crate) mod registry;
