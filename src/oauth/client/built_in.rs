//! Metadata documents that are built in, because some of their hosts refuse requests from data centres.

/// A client whose document is built in.
pub(super) struct BuiltIn {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) redirect_uris: &'static [&'static str],
}

/// The documents as they were published on 2026-11-22.
pub(super) const BUILT_IN: [BuiltIn; 6] = [
    BuiltIn {
        id: "https://claude.ai/oauth/mcp-oauth-client-metadata",
        name: "Claude",
        redirect_uris: &["https://claude.ai/api/mcp/auth_callback"],
    },
    BuiltIn {
        id: "https://claude.ai/oauth/claude-code-client-metadata",
        name: "Claude Code",
        redirect_uris: &["http://localhost/callback", "http://127.0.0.1/callback"],
    },
    BuiltIn {
        id: "https://chatgpt.com/oauth/client.json",
        name: "ChatGPT",
        redirect_uris: &["https://chatgpt.com/connector_platform_oauth_redirect"],
    },
    BuiltIn {
        id: "https://chatgpt.com/oauth/codex/client.json",
        name: "Codex",
        redirect_uris: &[
            "http://localhost/callback",
            "http://127.0.0.1/callback",
            "http://[::1]/callback",
        ],
    },
    BuiltIn {
        id: "https://vscode.dev/oauth/client-metadata.json",
        name: "Visual Studio Code",
        redirect_uris: &["http://127.0.0.1:33418/", "https://vscode.dev/redirect"],
    },
    BuiltIn {
        id: "https://zed.dev/oauth/client-metadata.json",
        name: "Zed",
        redirect_uris: &["http://127.0.0.1/callback"],
    },
];

/// The built-in client with this id.
pub(super) fn find(id: &str) -> Option<&'static BuiltIn> {
    BUILT_IN.iter().find(|client| client.id == id)
}
