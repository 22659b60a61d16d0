//! How each MCP host adds a server: the one table from which the page is written.
//!
//! `docs/hosts.md` says the same at greater length, and a test compares the two. Names of menus, buttons and fields are
//! written as the English version of the host writes them, in every language of the page.

/// The day on which the steps were last compared with the hosts' documentation or tried.
pub(super) const CHECKED: &str = "2026-11-28";

/// Stands for the address in a command or a configuration.
pub(super) const URL: &str = "{url}";

/// A program in which people talk to a model that can call tools.
pub(super) struct McpHost {
    /// Fragment of the section, on the page and in `docs/hosts.md`.
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    /// Whether it connects from servers of its maker, which do not reach the person's own computer.
    pub(super) is_remote: bool,
    pub(super) steps: &'static [Step],
}

/// One line of the instructions. The page adds a sentence in the person's language.
pub(super) enum Step {
    /// A button that opens the host, which then asks whether to add the server.
    Install(InstallLink),
    /// Another way follows.
    Or,
    /// Menu items, in the order in which they are opened.
    Open(&'static str),
    /// The field that takes the address.
    Address(&'static str),
    /// An option to choose.
    Choose(&'static str),
    /// A button to press.
    Press(&'static str),
    /// A command for the shell.
    Run(&'static str),
    /// A command for the host itself.
    Type(&'static str),
    /// A file and what to add to it.
    Configure(&'static str, &'static str),
    /// The host opens the browser, where the person signs in.
    SignIn,
    Note(Note),
}

/// A link by which a host adds a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InstallLink {
    /// <https://cursor.com/docs/mcp/install-links>
    Cursor,
    /// <https://code.visualstudio.com/docs/copilot/guides/mcp-developer-guide>
    VsCode,
    /// <https://block.github.io/goose/docs/getting-started/using-extensions>
    Goose,
}

/// What a person should know about one host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Note {
    /// Mobile apps cannot add a connector; teams let an owner add it.
    Claude,
    /// Adding works on the web only, and a workspace may forbid it.
    ChatGpt,
    /// The command line, the IDE extension and the app share one configuration.
    Codex,
    /// The list must be refreshed.
    Windsurf,
    /// Needs Node.js 22.19 or newer.
    Inspector,
    /// Every client with streamable HTTP and OAuth needs only the address.
    Other,
    /// Clients that only start local programs need a bridge.
    Bridge,
    /// Scripts send a key themselves.
    Script,
}

use Step::{Address, Choose, Configure, Install, Open, Or, Press, Run, SignIn, Type};

/// The hosts in the order of the page.
pub(super) const HOSTS: [McpHost; 14] = [
    McpHost {
        id: "claude",
        name: "Claude",
        is_remote: true,
        steps: &[
            Open("Customize › Connectors › + › Add custom connector"),
            Address("Remote MCP server URL"),
            Press("Add"),
            Press("Connect"),
            SignIn,
            Step::Note(Note::Claude),
        ],
    },
    McpHost {
        id: "claude-code",
        name: "Claude Code",
        is_remote: false,
        steps: &[
            Run(r#"claude mcp add --transport http --scope user tokportal "{url}""#),
            Run("claude mcp login tokportal"),
            SignIn,
        ],
    },
    McpHost {
        id: "chatgpt",
        name: "ChatGPT",
        is_remote: true,
        steps: &[
            Open("Plugins › + › Add custom MCP server"),
            Address("Server URL"),
            Choose("OAuth"),
            Press("I understand and want to continue"),
            Press("Create as a plugin"),
            SignIn,
            Step::Note(Note::ChatGpt),
        ],
    },
    McpHost {
        id: "cursor",
        name: "Cursor",
        is_remote: false,
        steps: &[
            Install(InstallLink::Cursor),
            Or,
            Configure(
                "~/.cursor/mcp.json",
                r#"{"mcpServers": {"tokportal": {"url": "{url}"}}}"#,
            ),
            Press("Connect"),
            SignIn,
        ],
    },
    McpHost {
        id: "vs-code",
        name: "VS Code",
        is_remote: false,
        steps: &[
            Install(InstallLink::VsCode),
            Or,
            Run(r#"code --add-mcp '{"name":"tokportal","type":"http","url":"{url}"}'"#),
            Or,
            Configure(
                ".vscode/mcp.json",
                r#"{"servers": {"tokportal": {"type": "http", "url": "{url}"}}}"#,
            ),
            SignIn,
        ],
    },
    McpHost {
        id: "codex",
        name: "Codex",
        is_remote: false,
        steps: &[
            Run(r#"codex mcp add tokportal --url "{url}""#),
            Run("codex mcp login tokportal"),
            SignIn,
            Step::Note(Note::Codex),
        ],
    },
    McpHost {
        id: "gemini-cli",
        name: "Gemini CLI",
        is_remote: false,
        steps: &[
            Run(r#"gemini mcp add --scope user --transport http tokportal "{url}""#),
            Type("/mcp auth tokportal"),
            SignIn,
        ],
    },
    McpHost {
        id: "goose",
        name: "Goose",
        is_remote: false,
        steps: &[
            Install(InstallLink::Goose),
            Or,
            Run("goose configure"),
            Open("Add Extension › Remote Extension (Streamable HTTP)"),
            Address("Streamable HTTP endpoint URI"),
            SignIn,
        ],
    },
    McpHost {
        id: "copilot-cli",
        name: "GitHub Copilot CLI",
        is_remote: false,
        steps: &[
            Run(r#"copilot mcp add --transport http tokportal "{url}""#),
            Type("/mcp auth tokportal"),
            SignIn,
        ],
    },
    McpHost {
        id: "opencode",
        name: "opencode",
        is_remote: false,
        steps: &[
            Run(r#"opencode mcp add tokportal --url "{url}""#),
            Run("opencode mcp auth tokportal"),
            SignIn,
        ],
    },
    McpHost {
        id: "windsurf",
        name: "Windsurf (Devin Desktop)",
        is_remote: false,
        steps: &[
            Configure(
                "~/.codeium/windsurf/mcp_config.json",
                r#"{"mcpServers": {"tokportal": {"serverUrl": "{url}"}}}"#,
            ),
            SignIn,
            Step::Note(Note::Windsurf),
        ],
    },
    McpHost {
        id: "zed",
        name: "Zed",
        is_remote: false,
        steps: &[
            Configure(
                "settings.json (zed: open settings file)",
                r#"{"context_servers": {"tokportal": {"url": "{url}"}}}"#,
            ),
            SignIn,
        ],
    },
    McpHost {
        id: "inspector",
        name: "MCP Inspector",
        is_remote: false,
        steps: &[
            Run(
                r#"npx @modelcontextprotocol/inspector@2.12.0 --cli --server-url "{url}" --transport http --method tools/list"#,
            ),
            SignIn,
            Step::Note(Note::Inspector),
        ],
    },
    McpHost {
        id: "other",
        name: "",
        is_remote: false,
        steps: &[
            Step::Note(Note::Other),
            Address("URL"),
            SignIn,
            Step::Note(Note::Bridge),
            Configure(
                "mcp.json",
                r#"{"mcpServers": {"tokportal": {"command": "npx", "args": ["-y", "mcp-remote@0.15.1", "{url}"]}}}"#,
            ),
            Step::Note(Note::Script),
            Run(
                r#"curl -s "{url}" -H "Authorization: Bearer sk_…" -H "Content-Type: application/json" -H "Accept: application/json, text/event-stream" -d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'"#,
            ),
        ],
    },
];
