//! Prompts as data: a text with places for arguments (MCP, "Prompts").

/// A prompt: a text with places for arguments.
#[derive(Debug)]
pub(crate) struct Prompt {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    /// In the order a form would ask for them.
    pub(crate) arguments: &'static [Argument],
    /// The text, with `{argument}` where a value goes.
    pub(crate) text: &'static str,
}

/// An argument of a prompt.
#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) required: bool,
    /// What stands in the text for a given argument: `{}` is replaced by the value.
    pub(crate) phrase: &'static str,
    /// Values for completion.
    pub(crate) values: &'static [&'static str],
}

/// An optional argument without values for completion.
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
        values: &[],
    }
}

impl Argument {
    /// Makes the argument required.
    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Completes the argument from these values.
    pub(crate) const fn of(mut self, values: &'static [&'static str]) -> Self {
        self.values = values;
        self
    }
}
