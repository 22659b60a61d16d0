//! The entry in `tools/list`.

use serde_json::{Value, json};

use crate::model::Listing;
use crate::table::Annotations;

/// The members of an entry, cut where protocol revisions added members.
pub(crate) fn listing(
    name: &str,
    title: &str,
    description: &str,
    annotations: Annotations,
    input: &str,
    output: Option<&str>,
) -> Listing {
    let text = |value: &str| Value::from(value).to_string();
    let hints = json!({
        "title": title,
        "readOnlyHint": annotations.read_only,
        "destructiveHint": annotations.destructive,
        "idempotentHint": annotations.idempotent,
        "openWorldHint": annotations.open_world,
    });
    let base = format!(
        "\"name\":{},\"description\":{},\"inputSchema\":{input},\"annotations\":{hints}",
        text(name),
        text(description),
    );
    let mut since_2025_06_18 = format!(",\"title\":{}", text(title));
    if let Some(output) = output {
        since_2025_06_18.push_str(",\"outputSchema\":");
        since_2025_06_18.push_str(output);
    }
    Listing {
        base,
        since_2025_06_18,
    }
}
