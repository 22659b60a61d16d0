//! Prompts as data: a text with placeholders for arguments (MCP, "Prompts").

#[derive(Debug)]
pub(crate) struct Prompt {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    /// In the order in which a form asks for them.
    pub(crate) arguments: &'static [Argument],
    /// The text, with the placeholder `{argument}` for each argument.
    pub(crate) text: &'static str,
}

#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) required: bool,
    /// The text that replaces the placeholder if the argument is given, with `{}` for the value.
    pub(crate) phrase: &'static str,
    /// Values that completion suggests.
    pub(crate) completions: &'static [&'static str],
}

/// An optional argument without completions.
pub(crate) const fn argument(
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
    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(crate) const fn completions(mut self, completions: &'static [&'static str]) -> Self {
        self.completions = completions;
        self
    }
}
