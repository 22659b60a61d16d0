//! What is said of a tool that the address does not show, or that the caller may not use.

use super::variant::Variant;
use crate::api::diagnostics::Diagnostics;
use openapi_tools::table::Tool;

/// The sentences for a tool of another toolset, with the way to it.
pub fn other_toolset(variant: Variant, tool: &Tool<'_>) -> Option<String> {
    let names = variant
        .toolsets()
        .filter(|_| !variant.has_toolset_of(tool))?;
    Some(format!(
        "The tool {} is of the toolset {}, and the address of this connection is narrowed to toolsets={}. To use it, add \
         {} to `toolsets` in the address of the connection, or leave `toolsets` out.",
        tool.name,
        tool.toolset,
        names.join(","),
        tool.toolset
    ))
}

/// The failure of a tool that writes, at an address that is read-only. It is not a 403: signing in again would change
/// nothing about the address.
pub fn read_only(variant: Variant, tool: &Tool<'_>) -> Option<Diagnostics> {
    (variant.has_toolset_of(tool) && !variant.shows(tool)).then(|| {
        Diagnostics::local(
            "READ_ONLY_ADDRESS",
            format!(
                "{} changes something, and the address of this connection is read-only: it has readonly=1.",
                tool.name
            ),
        )
    })
}
