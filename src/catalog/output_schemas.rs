//! The output schemas of the catalogue. They have 74 kB and are much alike, so the component has them compressed, in 4 kB.

use super::BY_NAME;
use crate::text::inflated;
use std::sync::OnceLock;

mod deflated {
    include!(concat!(env!("OUT_DIR"), "/output_schemas.rs"));
}

/// The output schema of the tool of this name as JSON. `None` if it is no tool of the catalogue. An instance inflates all
/// of them when it is first asked for one, for a list of tools or the description of one.
pub(crate) fn output_schema(name: &str) -> Option<&'static str> {
    static TEXT: OnceLock<String> = OnceLock::new();
    let index = usize::from(*BY_NAME.get(name)?);
    let end =
        |index: usize| Some(usize::try_from(*deflated::ENDS.get(index)?).unwrap_or(usize::MAX));
    let start = index.checked_sub(1).map_or(Some(0), end)?;
    let text = TEXT.get_or_init(|| inflated(deflated::BYTES, deflated::LENGTH));
    text.get(start..end(index)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::TOOLS;
    use serde_json::Value;

    #[test]
    fn every_tool_of_the_catalogue_has_an_output_schema() {
        for tool in &TOOLS {
            let schema = output_schema(tool.name).expect(tool.name);
            let schema: Value = serde_json::from_str(schema).expect(tool.name);
            assert_eq!(schema["type"], "object", "{}", tool.name);
            assert!(schema["properties"]["error"].is_object(), "{}", tool.name);
        }
        assert_eq!(output_schema("tokportal_find_tools"), None);
    }
}
