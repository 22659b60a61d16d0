//! The tool catalogue, generated from `static/openapi.json` at build time. Nothing is parsed at start-up.

use openapi_tools::table::{Listing, Tool};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));
include!(concat!(env!("OUT_DIR"), "/compact.rs"));

/// A tool of the compact mode (`static/compact-tools.json`), by which the tools of the catalogue are found and called.
#[derive(Debug)]
pub struct CompactTool {
    /// Tool name.
    pub name: &'static str,
    /// JSON text of the input schema.
    pub input_schema: &'static str,
    /// Whether it changes nothing: its `readOnlyHint`.
    pub read_only: bool,
    /// The members of its entry in `tools/list`.
    pub listing: Listing<'static>,
}

/// The tool of this name, in constant time.
pub fn find(name: &str) -> Option<&'static Tool<'static>> {
    let found = BY_NAME
        .get(name)
        .and_then(|index| TOOLS.get(usize::from(*index)));
    #[cfg(feature = "conformance")]
    let found = found.or_else(|| crate::mcp::fixtures::tools::find(name));
    found
}

/// Every tool, in the order of the document.
pub fn all() -> impl Iterator<Item = &'static Tool<'static>> {
    let tools = TOOLS.iter();
    #[cfg(feature = "conformance")]
    let tools = tools.chain(&crate::mcp::fixtures::tools::TOOLS);
    tools
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_a_tool_that_can_be_found() {
        assert_eq!(TOOLS.len(), 91);
        for tool in &TOOLS {
            assert_eq!(find(tool.name).map(|t| t.name), Some(tool.name));
        }
        assert!(find("tokportal_nothing").is_none());
    }

    #[test]
    fn listing_entries_are_json() {
        let tools = TOOLS.iter().map(|tool| (tool.name, tool.listing));
        let compact = COMPACT.iter().map(|tool| (tool.name, tool.listing));
        for (name, listing) in tools.chain(compact) {
            let entry = format!("{{{}{}}}", listing.base, listing.since_2025_06_18);
            let entry: serde_json::Value = serde_json::from_str(&entry).expect(name);
            assert_eq!(entry["name"], name);
            assert_eq!(entry["annotations"]["title"], entry["title"]);
            assert_eq!(entry["inputSchema"]["type"], "object");
        }
    }
}
