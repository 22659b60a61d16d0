//! The views: pages that a host shows in the conversation, beside the answer of a tool (MCP Apps, SEP-1865).
//!
//! A view is one file without external parts (`static/views`). It gets the answer from the host, and calls tools through
//! it. Only clients that declare the extension hear of views.

use super::protocol::server::VIEW_TYPE;
use crate::access::policy;
use crate::catalog::{CALL_WRITE, CompactTool};
use crate::text::inflated;
use openapi_tools::table::Tool;
use serde_json::{Value, json};

/// The compressed views.
mod deflated {
    include!(concat!(env!("OUT_DIR"), "/views.rs"));
}

/// A view as a resource.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct View {
    /// Name of its file in `static/views`.
    name: &'static str,
    pub(super) uri: &'static str,
    title: &'static str,
    description: &'static str,
    /// The tools that read and whose answers it shows.
    tools: &'static [&'static str],
}

const ORDER: View = View {
    name: "order",
    uri: "ui://tokportal/order",
    title: "Order and price",
    description: "What a call costs and cannot undo, with a button to approve it, and what came of it.",
    tools: &[],
};

/// The one with the price comes first.
static VIEWS: [View; 4] = [
    ORDER,
    View {
        name: "dashboard",
        uri: "ui://tokportal/dashboard",
        title: "Dashboard",
        description: "Totals, a curve over time, accounts and best posts.",
        tools: &[
            "tokportal_get_analytics_dashboard",
            "tokportal_get_analytics_series",
            "tokportal_get_analytics_account",
            "tokportal_get_account_analytics",
            "tokportal_list_account_video_analytics",
        ],
    },
    View {
        name: "tracker",
        uri: "ui://tokportal/tracker",
        title: "Order tracker",
        description: "The steps of an order, and what is missing for the next one.",
        tools: &[
            "tokportal_get_bundle",
            "tokportal_list_bundle_videos",
            "tokportal_get_bundle_publish_readiness",
            "tokportal_get_bundle_video",
            "tokportal_get_bundle_account",
        ],
    },
    View {
        name: "account",
        uri: "ui://tokportal/account",
        title: "Account",
        description: "State, Coverage, bans and warming of an account, and what each action costs.",
        tools: &[
            "tokportal_get_account",
            "tokportal_get_account_managed_subscription",
        ],
    },
];

/// The view of a tool of the catalogue. All calls that a person has to approve have the same one.
pub(super) fn of_tool(tool: &Tool<'_>) -> Option<&'static View> {
    if policy::needs_confirmation(tool) {
        return VIEWS.first();
    }
    VIEWS.iter().find(|view| view.tools.contains(&tool.name))
}

/// The view of a compact tool. The tool that writes can call one that a person has to approve.
pub(super) fn of_compact(tool: &CompactTool) -> Option<&'static View> {
    VIEWS.first().filter(|_| tool.name == CALL_WRITE)
}

/// The entries of `resources/list`.
pub(super) fn listed() -> impl Iterator<Item = Value> {
    VIEWS.iter().map(|view| {
        json!({
            "uri": view.uri,
            "name": view.name,
            "title": view.title,
            "description": view.description,
            "mimeType": VIEW_TYPE,
        })
    })
}

/// The contents of a view for `resources/read`; `None` for any other URI. Without `csp` the host lets it load nothing.
pub(super) fn contents(uri: &str) -> Option<Value> {
    let view = VIEWS.iter().find(|view| view.uri == uri)?;
    let (_, length, deflated) = deflated::VIEWS
        .iter()
        .find(|(name, ..)| *name == view.name)?;
    Some(json!({
        "uri": uri,
        "mimeType": VIEW_TYPE,
        "text": inflated(deflated, *length),
        "_meta": { "ui": { "prefersBorder": true } },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{self, TOOLS};

    #[test]
    fn every_view_can_be_read_and_loads_nothing() {
        for view in &VIEWS {
            let contents = contents(view.uri).expect(view.uri);
            let html = contents["text"].as_str().expect("text");
            assert!(html.starts_with("<!doctype html>"), "{}", view.uri);
            for outside in ["<link", "src=", "@import", "url(", "fetch(", "import("] {
                assert!(!html.contains(outside), "{} has {outside}", view.uri);
            }
            for placeholder in [".css*/", ".js*/", ".json*/"] {
                assert!(!html.contains(placeholder), "{}", view.uri);
            }
        }
        assert_eq!(contents("ui://tokportal/other"), None);
    }

    #[test]
    fn every_tool_of_a_view_exists_and_reads() {
        for view in &VIEWS {
            for name in view.tools {
                let tool = catalog::find(name).expect(name);
                assert!(!policy::needs_confirmation(tool), "{name}");
                assert_eq!(of_tool(tool), Some(view), "{name}");
            }
        }
    }

    #[test]
    fn every_call_that_a_person_approves_has_the_view_with_the_price() {
        let paid = TOOLS.iter().filter(|tool| policy::needs_confirmation(tool));
        for tool in paid {
            assert_eq!(of_tool(tool), Some(&ORDER), "{}", tool.name);
        }
    }
}
