//! The caller's choices for a catalogue.

/// Choices for [`crate::Catalogue::from_json`].
///
/// A header argument is a pair of the argument's name in the tool and the header's name on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Start of every tool name, for example `"tokportal_"`. Default: nothing.
    pub prefix: String,
    /// Header for an optional boolean argument on operations with `x-dry-run: true`, for example
    /// `("dry_run", "X-TokPortal-Dry-Run")`. Default: none.
    pub dry_run_header: Option<(String, String)>,
    /// Header for an optional string argument on operations whose idempotency is standard, for example
    /// `("idempotency_key", "Idempotency-Key")`. Default: none.
    pub idempotency_header: Option<(String, String)>,
    /// The output schemas.
    pub output: Output,
    /// Largest file in an argument, in bytes before base64. Default: 2 MiB.
    pub binary_max_bytes: usize,
    /// Longest tool description in characters; longer ones are cut with a warning. Default: 1024.
    pub description_max_chars: usize,
}

/// What the output schemas say about the success responses of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Output {
    /// Largest output schema in bytes of JSON. The depth is reduced for each
    /// operation until its schema fits, with a warning. 0 disables output schemas. Default: 65536.
    pub max_bytes: usize,
    /// Whether a value that an enumeration does not list satisfies the schema, too: the enumeration becomes an alternative
    /// beside its type. It is for an API that adds values without a new version. Default: false.
    pub open_enums: bool,
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
            max_bytes: 65_536,
            open_enums: false,
        }
    }
}
