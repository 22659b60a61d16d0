//! Prompts as data: a text with placeholders for arguments (MCP, "Prompts").

#[derive(Debug)]
pub(super) struct Prompt {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
    /// In the order in which a form asks for them.
    pub(super) arguments: &'static [Argument],
    /// The text, with the placeholder `{argument}` for each argument.
    pub(super) text: &'static str,
    /// The tool without which the prompt leads nowhere. A connection that does not show it does not list the prompt.
    pub(super) main_tool: Option<&'static str>,
}

#[derive(Debug)]
pub(super) struct Argument {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) required: bool,
    /// The text that replaces the placeholder if the argument is given, with `{}` for the value.
    pub(super) phrase: &'static str,
    /// Values that completion suggests.
    pub(super) completions: &'static [&'static str],
}

/// An optional argument without completions.
pub(super) const fn argument(
    name: &'static str,
    description: &'static str,
    phrase: &'static str,
) -> Argument {
    Argument {
        name,
        description,
        required: false,
        phrase,
        completions: &[],
    }
}

impl Argument {
    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(super) const fn completions(mut self, completions: &'static [&'static str]) -> Self {
        self.completions = completions;
        self
    }
}
