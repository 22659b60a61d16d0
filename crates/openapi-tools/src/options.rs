//! What a caller decides about a catalogue.

/// Choices for [`crate::Catalogue::from_json`].
///
/// A header argument is a pair of the argument's name in the tool and the header's name on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Put before every tool name, for example `"tokportal_"`. Default: nothing.
    pub prefix: String,
    /// Optional boolean argument for operations with `x-dry-run: true`, for example
    /// `("dry_run", "X-TokPortal-Dry-Run")`. Default: none.
    pub dry_run_header: Option<(String, String)>,
    /// Optional string argument for operations whose idempotency is standard, for example
    /// `("idempotency_key", "Idempotency-Key")`. Default: none.
    pub idempotency_header: Option<(String, String)>,
    /// How much of the success schema becomes the output schema.
    pub output: Output,
    /// Largest file that an argument can carry, in bytes before base64. Default: 2 MiB.
    pub binary_max_bytes: usize,
    /// Longest tool description in characters; longer ones are cut with a warning. Default: 1024.
    pub description_max_chars: usize,
}

/// How much of the success schema becomes the output schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Output {
    /// Levels of objects and arrays below the root; deeper values keep only their type. 0 means no output schema.
    /// Default: 5.
    pub depth: usize,
    /// Largest output schema in bytes of JSON; the depth is lowered for an operation until it fits. Default: 8192.
    pub max_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            prefix: String::new(),
            dry_run_header: None,
            idempotency_header: None,
            output: Output::default(),
            binary_max_bytes: 2 * 1024 * 1024,
            description_max_chars: 1024,
        }
    }
}

impl Default for Output {
    fn default() -> Self {
        Self {
            depth: 5,
            max_bytes: 8192,
        }
    }
}
