//! The catalogue as owned values: the same shapes as [`crate::table`], made at build time or at run time.

use std::collections::BTreeSet;

use crate::problem::Problem;
use crate::table::{Annotations, BodyEncoding, Idempotency, Kind, Location, Scope, Style};

/// The tools of one document, in the document's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// One tool for each operation.
    pub tools: Vec<Tool>,
    pub(crate) warnings: Vec<Problem>,
}

impl Catalogue {
    /// What was changed or left out, in document order.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// The names of the toolsets, in alphabetical order.
    #[must_use]
    pub fn toolsets(&self) -> Vec<&str> {
        let names: BTreeSet<&str> = self.tools.iter().map(|tool| &*tool.toolset).collect();
        names.into_iter().collect()
    }

    /// The tool with this name.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.name == name)
    }
}

/// See [`crate::table::Tool`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Tool name.
    pub name: String,
    /// Human-readable name.
    pub title: String,
    /// What the model reads.
    pub description: String,
    /// First tag, or `"default"`.
    pub toolset: String,
    /// JSON text of the input schema.
    pub input_schema: String,
    /// JSON text of the output schema.
    pub output_schema: Option<String>,
    /// The four behaviour hints.
    pub annotations: Annotations,
    /// The `x-` facts.
    pub facts: Facts,
    /// The request.
    pub operation: Operation,
    /// The parts of the `tools/list` entry.
    pub listing: Listing,
}

/// See [`crate::table::Listing`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Members that 2025-03-26 knows.
    pub base: String,
    /// Members added by 2025-06-18, with a leading comma.
    pub since_2025_06_18: String,
}

/// See [`crate::table::Facts`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What a key must be allowed to do.
    pub scope: Scope,
    /// Whether a key for safe repetition is taken.
    pub idempotency: Idempotency,
    /// The operation can be simulated.
    pub dry_run: bool,
    /// A call can cost credits.
    pub spends_credits: bool,
    /// What it costs, in words.
    pub credits_detail: Option<String>,
    /// The answer holds a secret.
    pub secret: bool,
    /// Which members of the answer are secret.
    pub secret_members: Vec<String>,
    /// The effect cannot be undone.
    pub irreversible: bool,
    /// Error codes of the operation.
    pub error_codes: Vec<String>,
}

/// See [`crate::table::Operation`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// `operationId`.
    pub id: String,
    /// Upper-case HTTP method.
    pub method: String,
    /// The path template.
    pub path: Vec<PathPart>,
    /// Every argument.
    pub arguments: Vec<Argument>,
    /// The request body.
    pub body: Option<Body>,
    /// Media types of the success answer, preferred first.
    pub accepts: Vec<String>,
}

/// See [`crate::table::PathPart`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathPart {
    /// Text to copy.
    Literal(String),
    /// The value of the argument with this tool-side name.
    Argument(String),
}

/// See [`crate::table::Argument`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// Name in the tool's input schema.
    pub name: String,
    /// Name on the wire.
    pub wire_name: String,
    /// Where it goes.
    pub location: Location,
    /// What shape the value has.
    pub kind: Kind,
    /// How arrays and objects are written; [`Style::Json`] for members of JSON bodies.
    pub style: Style,
    /// OpenAPI `explode`.
    pub explode: bool,
    /// OpenAPI `allowReserved`.
    pub allow_reserved: bool,
}

/// See [`crate::table::Body`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Media type to send.
    pub media_type: String,
    /// How the members are written.
    pub encoding: BodyEncoding,
    /// Whether a request without any body argument sends an (empty) body.
    pub required: bool,
}
