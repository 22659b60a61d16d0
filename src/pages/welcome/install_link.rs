//! Links by which a host adds a server: each carries the address in the form that its host reads.

use super::hosts::InstallLink;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use std::fmt::Display;

impl InstallLink {
    /// The link that adds this address.
    pub(super) fn to(self, address: &str) -> String {
        match self {
            Self::Cursor => {
                let config = STANDARD.encode(json!({ "url": address }).to_string());
                format!(
                    "cursor://anysphere.cursor-deeplink/mcp/install?name=tokportal&config={}",
                    encoded(&config)
                )
            }
            Self::VsCode => {
                let server = json!({ "name": "tokportal", "type": "http", "url": address });
                format!("vscode:mcp/install?{}", encoded(&server.to_string()))
            }
            Self::Goose => format!(
                "goose://extension?type=streamable_http&url={}&id=tokportal&name=TokPortal&description=TokPortal",
                encoded(address)
            ),
        }
    }
}

/// A text as a component of a URL.
fn encoded(text: &str) -> impl Display {
    utf8_percent_encode(text, NON_ALPHANUMERIC)
}
