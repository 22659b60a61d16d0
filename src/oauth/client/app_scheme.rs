//! Private-use schemes (RFC 8252, section 7.1) of well-known apps, which are usable without configuration.
//!
//! Each of them is usable only in the form in which its app takes authorization responses. Other addresses of these apps
//! do something when they are opened, such as `cursor://anysphere.cursor-deeplink/mcp/install`, and a browser must not be
//! sent there.

/// Visual Studio Code and the editors that are built on it. There an extension takes URIs at
/// `<scheme>://<publisher>.<name>/…`, such as `cursor://anysphere.cursor-mcp/oauth/callback` and, in every one of them,
/// Cline's `vscode://saoudrizwan.claude-dev/mcp-auth/callback/<hash>`.
const EDITORS: [&str; 8] = [
    "vscode",
    "vscode-insiders",
    "vscodium",
    "cursor",
    "windsurf",
    "kiro",
    "trae",
    "antigravity",
];

/// The redirect URIs of other apps, which may have a query.
const REDIRECT_URIS: [&str; 4] = [
    "raycast://oauth",
    "com.raycast:/oauth",
    "warp://mcp/oauth2callback",
    "mcpjam://oauth/callback",
];

/// Whether this is a redirect URI of a well-known app.
pub(super) fn is_known(uri: &str) -> bool {
    REDIRECT_URIS.contains(&uri.split('?').next().unwrap_or_default())
        || uri
            .split_once("://")
            .is_some_and(|(scheme, rest)| EDITORS.contains(&scheme) && is_extension(rest))
}

/// Whether this is the id of an extension and a path that takes authorization responses: one of its segments is
/// `callback`. There is no query, because a query is what makes a deep link dangerous.
fn is_extension(rest: &str) -> bool {
    let Some((id, path)) = rest.split_once('/') else {
        return false;
    };
    let plain = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    id.split_once('.')
        .is_some_and(|(publisher, name)| plain(publisher) && name.split('.').all(plain))
        && path.split('/').all(plain)
        && path.split('/').any(|segment| segment == "callback")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirect_uris_of_well_known_apps_are_known() {
        for uri in [
            "cursor://anysphere.cursor-mcp/oauth/callback",
            "cursor://anysphere.cursor-retrieval/oauth/user-tokportal/callback",
            "vscode://saoudrizwan.claude-dev/mcp-auth/callback/0a1b2c",
            "vscode-insiders://saoudrizwan.claude-dev/mcp-auth/callback/0a1b2c",
            "windsurf://codeium.windsurf/callback",
            "raycast://oauth?package_name=mcp_server_tokportal",
            "com.raycast:/oauth?package_name=Extension",
            "warp://mcp/oauth2callback",
            "mcpjam://oauth/callback",
        ] {
            assert!(is_known(uri), "{uri}");
        }
    }

    #[test]
    fn deep_links_and_other_schemes_are_not_known() {
        for uri in [
            "cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=e30=",
            "cursor://anysphere.cursor-mcp/oauth/callback?x=1",
            "cursor://anysphere.cursor-mcp/oauth/callback/../install",
            "cursor://anysphere.cursor-mcp/oauth/%63allback",
            "cursor://anysphere.cursor-mcp//callback",
            "cursor://anysphere.cursor-mcp",
            "cursor://user@anysphere.cursor-mcp/oauth/callback",
            "cursor://file/callback",
            "cursor:anysphere.cursor-mcp/oauth/callback",
            "vscode://github.copilot-chat/openChat",
            "vscode://file/etc/passwd",
            "vscode://vscode-remote/ssh-remote+evil.example/callback",
            "windsurf://codeium.windsurf",
            "raycast://extensions/oauth",
            "raycast://oauth/",
            "warp://action/new_tab",
            "example://oauth/callback",
            "cursors://anysphere.cursor-mcp/oauth/callback",
            "CURSOR://anysphere.cursor-mcp/oauth/callback",
        ] {
            assert!(!is_known(uri), "{uri}");
        }
    }
}
