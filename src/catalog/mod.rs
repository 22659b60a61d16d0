//! The tool catalogue, generated from `static/openapi.json` at build time. Nothing is parsed at start-up.

use openapi_tools::table::Tool;

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

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
        for tool in &TOOLS {
            let entry = format!("{{{}{}}}", tool.listing.base, tool.listing.since_2025_06_18);
            let entry: serde_json::Value = serde_json::from_str(&entry).expect(tool.name);
            assert_eq!(entry["name"], tool.name);
            assert_eq!(entry["inputSchema"]["type"], "object");
        }
    }
}
