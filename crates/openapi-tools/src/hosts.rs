//! What hosts make of the keywords of an input schema.
//!
//! A model's API takes a part of JSON Schema. A host passes a schema on, converts it, or drops what it does not know; a
//! keyword that one of them refuses costs the tool, and with some hosts the whole list. The table was collected from
//! the sources in its comments in November 2026.

use serde_json::{Map, Value};

use crate::problem::{at, nth};
use crate::table::Tool;

/// A host or a library that hosts use.
struct Host {
    name: &'static str,
    /// Keywords, and traits of the list below, that it refuses or converts to something else.
    refuses: &'static [&'static str],
}

const CLOSED: &str = "\"additionalProperties\": false";
const MAP: &str = "\"additionalProperties\" with a schema";
const ENUM: &str = "\"enum\" of values that are no strings";
const FORMAT: &str = "a \"format\" other than date-time";
const TYPES: &str = "a list of types";
const NULL: &str = "null as an alternative";
const UNTYPED: &str = "a value without \"type\"";
const EMPTY: &str = "an object without members below the root";

const HOSTS: [Host; 4] = [
    // The members of https://ai.google.dev/api/caching#Schema are all that it knows. Others are "Unknown name … Cannot
    // find field" (github.com/ax-llm/ax/issues/293, github.com/zed-industries/zed/issues/44875), lists of types are
    // "Proto field is not repeating" (github.com/nanbingxyz/5ire/issues/218), an enumeration is "only allowed for
    // STRING type" (ibidem, github.com/microsoft/vscode/pull/328147), formats are "only 'enum' and 'date-time'"
    // (github.com/google-gemini/gemini-cli/issues/2237), a value needs its type (gemini-cli/issues/4400), and so does
    // each alternative, where null has none (github.com/zereight/gitlab-mcp/issues/166). An object has to have members
    // ("should be non-empty for OBJECT type").
    Host {
        name: "the Gemini API",
        refuses: &[
            "$ref",
            "$defs",
            "const",
            "oneOf",
            "allOf",
            "not",
            "if",
            "then",
            "else",
            "prefixItems",
            "contains",
            "minContains",
            "maxContains",
            "uniqueItems",
            "multipleOf",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "contentEncoding",
            "contentMediaType",
            "deprecated",
            "patternProperties",
            "propertyNames",
            "dependentRequired",
            "dependentSchemas",
            CLOSED,
            MAP,
            ENUM,
            FORMAT,
            TYPES,
            NULL,
            UNTYPED,
            EMPTY,
        ],
    },
    // google-genai 3.6.1, google/genai/_mcp_utils.py: `_filter_to_supported_schema` calls `.items()` of what
    // `additionalProperties` is. types.JSONSchema forbids members that it does not have.
    Host {
        name: "google-genai for Python",
        refuses: &[
            CLOSED,
            "contentEncoding",
            "contentMediaType",
            "deprecated",
            "multipleOf",
            "exclusiveMinimum",
            "exclusiveMaximum",
        ],
    },
    // https://platform.openai.com/docs/guides/structured-outputs, "Supported schemas", and openai-agents 0.24.0,
    // agents/strict_schema.py, which raises for an object that permits members without naming them.
    Host {
        name: "OpenAI strict mode",
        refuses: &[
            "allOf",
            "not",
            "if",
            "then",
            "else",
            "dependentRequired",
            "dependentSchemas",
            "patternProperties",
            "propertyNames",
            "minProperties",
            "maxProperties",
            "contains",
            "minContains",
            "maxContains",
            "uniqueItems",
            MAP,
            UNTYPED,
        ],
    },
    // mcpadapt 0.1.19, mcpadapt/smolagents_adapter.py: an argument without `type`, such as one with `anyOf`, becomes a
    // string whatever it is.
    Host {
        name: "smolagents",
        refuses: &["anyOf", "oneOf", "allOf", NULL, UNTYPED, TYPES],
    },
];

/// Something in a schema that hosts refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// JSON pointer in the schema.
    pub pointer: String,
    /// The keyword, or what is unusual about the value.
    pub what: String,
    /// The hosts that refuse it or convert it to something else.
    pub hosts: Vec<&'static str>,
}

/// The input schema of a tool in the list of tools, which hosts read; null if the listing is not JSON.
#[must_use]
pub fn listed_schema(tool: &Tool<'_>) -> Value {
    let entry = format!("{{{}}}", tool.listing.base);
    let entry = serde_json::from_str::<Value>(&entry).ok();
    entry.map_or(Value::Null, |mut entry| entry["inputSchema"].take())
}

/// Everything in an input schema that some host refuses, in the order of the schema.
#[must_use]
pub fn findings(schema: &Value) -> Vec<Finding> {
    let mut out = Vec::new();
    walk(schema, "", &mut out);
    out
}

fn walk(schema: &Value, pointer: &str, out: &mut Vec<Finding>) {
    let Value::Object(map) = schema else { return };
    for what in traits(map, pointer.is_empty()) {
        let refusing = HOSTS.iter().filter(|host| host.refuses.contains(&what));
        let hosts: Vec<_> = refusing.map(|host| host.name).collect();
        if !hosts.is_empty() {
            out.push(Finding {
                pointer: pointer.to_owned(),
                what: what.to_owned(),
                hosts,
            });
        }
    }
    for (keyword, value) in map {
        let here = at(pointer, keyword);
        match value {
            Value::Object(members)
                if [
                    "properties",
                    "patternProperties",
                    "$defs",
                    "dependentSchemas",
                ]
                .contains(&keyword.as_str()) =>
            {
                for (name, member) in members {
                    walk(member, &at(&here, name), out);
                }
            }
            Value::Array(list)
                if ["anyOf", "oneOf", "allOf", "prefixItems"].contains(&keyword.as_str()) =>
            {
                let types = list.iter().enumerate();
                for (index, branch) in types.filter(|(_, branch)| !is_null(branch)) {
                    walk(branch, &nth(&here, index), out);
                }
            }
            Value::Object(_) if keyword != "default" => walk(value, &here, out),
            _ => {}
        }
    }
}

/// The keywords and unusual traits of one schema.
fn traits(map: &Map<String, Value>, is_root: bool) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::new();
    for (keyword, value) in map {
        match (keyword.as_str(), value) {
            ("additionalProperties", Value::Bool(false)) => out.push(CLOSED),
            ("additionalProperties", Value::Object(_)) => out.push(MAP),
            ("enum", Value::Array(values)) if !values.iter().all(Value::is_string) => {
                out.push(ENUM);
            }
            ("format", format) if format != "date-time" => out.push(FORMAT),
            ("type", Value::Array(_)) => out.push(TYPES),
            ("anyOf" | "oneOf", Value::Array(branches)) if branches.iter().any(is_null) => {
                out.push(NULL);
            }
            (keyword, _) => out.push(keyword),
        }
    }
    let alternatives = ["$ref", "anyOf", "oneOf", "allOf"];
    if !map.contains_key("type") && !alternatives.iter().any(|name| map.contains_key(*name)) {
        out.push(UNTYPED);
    }
    let members = map.get("properties").and_then(Value::as_object);
    let is_object = map.get("type").and_then(Value::as_str) == Some("object");
    if is_object && !is_root && members.is_none_or(Map::is_empty) {
        out.push(EMPTY);
    }
    out
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}
