//! The tool catalogue, generated from `static/openapi.json` at build time. Nothing is parsed at start-up.

mod output_schemas;

use openapi_tools::table::{Input, Listing, Tool};

#[expect(unreachable_pub, reason = "the generator writes for any crate")]
#[expect(
    clippy::disallowed_methods,
    reason = "texts are split when the crate is compiled"
)]
mod generated {
    use super::CompactTool;

    include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));
    include!(concat!(env!("OUT_DIR"), "/compact.rs"));
}

pub(crate) use generated::{BY_NAME, COMPACT, TOOLS, TOOLSETS};

/// A tool of compact mode (`static/compact-tools.json`): it finds, describes or calls tools of the catalogue.
#[derive(Debug)]
pub(crate) struct CompactTool {
    pub(crate) name: &'static str,
    /// What its arguments are checked against.
    pub(crate) input: Input<'static>,
    /// Whether it changes nothing: its `readOnlyHint`.
    pub(crate) read_only: bool,
    /// The members of its entry in `tools/list`.
    pub(crate) listing: Listing<'static>,
}

/// The compact tool that searches for tools.
pub(crate) const FIND: &str = "tokportal_find_tools";
/// The compact tool that describes one tool.
pub(crate) const DESCRIBE: &str = "tokportal_describe_tool";
/// The compact tool that calls tools that read.
pub(crate) const CALL_READ: &str = "tokportal_call_read_tool";
/// The compact tool that calls tools that write.
pub(crate) const CALL_WRITE: &str = "tokportal_call_write_tool";

/// The tool of this name, in constant time.
pub(crate) fn find(name: &str) -> Option<&'static Tool<'static>> {
    let index = BY_NAME.get(name)?;
    TOOLS.get(usize::from(*index))
}

/// The output schema of the tool of this name as JSON. `None` if it is no tool of the catalogue, or has none.
pub(crate) fn output_schema(name: &str) -> Option<&'static str> {
    let schema = output_schemas::at(usize::from(*BY_NAME.get(name)?))?;
    (!schema.is_empty()).then_some(schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_of_the_catalogue_has_an_output_schema() {
        for tool in &TOOLS {
            let schema = output_schema(tool.name).expect(tool.name);
            let schema: serde_json::Value = serde_json::from_str(schema).expect(tool.name);
            assert_eq!(schema["type"], "object", "{}", tool.name);
            assert!(schema["properties"].is_object(), "{}", tool.name);
        }
        assert_eq!(output_schema("tokportal_find_tools"), None);
    }

    #[test]
    fn every_operation_is_a_tool_that_can_be_found() {
        let document = include_str!("../static/openapi.json");
        assert_eq!(TOOLS.len(), document.matches("\"operationId\": ").count());
        for tool in &TOOLS {
            assert_eq!(find(tool.name).map(|t| t.name), Some(tool.name));
        }
        assert!(find("tokportal_nothing").is_none());
    }

    /// Claude Code lists `mcp__<server>__<tool>`, and neither it nor OpenAI takes more than 64 characters.
    #[test]
    fn listed_names_have_room_for_the_prefix_of_a_host() {
        let compact = COMPACT.iter().map(|tool| tool.name);
        for name in TOOLS.iter().map(|tool| tool.name).chain(compact) {
            assert!(name.len() <= 48, "{name} has {} characters", name.len());
            assert!(format!("mcp__tokportal__{name}").len() <= 64);
        }
        let short = find("tokportal_reactivate_account_managed_subscription");
        assert_eq!(
            short.map(|tool| tool.name),
            Some("tokportal_reactivate_account_coverage")
        );
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
