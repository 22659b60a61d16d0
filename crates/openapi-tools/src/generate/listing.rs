//! The entry of a tool in `tools/list`.

use serde_json::{Value, json};

use crate::arena::Arena;
use crate::table::{Annotations, Listing};

/// The members of an entry, split by the protocol revision that introduced them.
pub(crate) fn listing<'a>(
    arena: &'a Arena,
    name: &str,
    title: &str,
    description: &str,
    annotations: Annotations,
    input: &str,
    output: Option<&str>,
) -> Listing<'a> {
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
        base: arena.text(&base),
        since_2025_06_18: arena.text(&since_2025_06_18),
    }
}
