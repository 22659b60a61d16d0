//! The catalogue as constant tables: what `emit` writes at build time and what a server reads at run time.
//!
//! Every type borrows, so that the tables of a build are `'static` data that cost nothing at start-up, and the same
//! code works on a catalogue made at run time. Nothing here allocates, parses or depends on another crate.

/// One operation of the document as a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tool<'a> {
    /// Tool name: the prefix of the catalogue and the operationId in snake_case, 1 to 64 characters of `[a-zA-Z0-9_-]`.
    pub name: &'a str,
    /// Human-readable name (the operation's `summary`).
    pub title: &'a str,
    /// What the model reads (the operation's `description`).
    pub description: &'a str,
    /// First tag of the operation, or `"default"`.
    pub toolset: &'a str,
    /// Position of the toolset among the catalogue's toolsets in alphabetical order.
    pub toolset_index: u16,
    /// JSON text of the input schema: a closed object schema with local `$defs` only.
    pub input_schema: &'a str,
    /// JSON text of the output schema (always object-rooted), if the operation answers with JSON.
    pub output_schema: Option<&'a str>,
    /// The four behaviour hints of MCP.
    pub annotations: Annotations,
    /// What the document says beyond OpenAPI's own vocabulary.
    pub facts: Facts<'a>,
    /// How the arguments become an HTTP request.
    pub operation: Operation<'a>,
    /// The members of the tool's entry in `tools/list`, ready to copy.
    pub listing: Listing<'a>,
}

/// The entry of a tool in `tools/list`, cut where protocol revisions added members. No part has the outer braces.
///
/// An entry is `{` + the parts the revision knows + `}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing<'a> {
    /// `"name":…,"description":…,"inputSchema":…,"annotations":…`: all that 2025-03-26 knows.
    pub base: &'a str,
    /// `,"title":…` and, where there is one, `,"outputSchema":…`: added by 2025-06-18. Starts with a comma.
    pub since_2025_06_18: &'a str,
}

/// MCP `ToolAnnotations`, all four explicit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Annotations {
    /// The tool changes nothing.
    pub read_only: bool,
    /// The tool may overwrite, spend, publish or delete.
    pub destructive: bool,
    /// Repeating the call with the same arguments changes nothing more.
    pub idempotent: bool,
    /// The tool reaches beyond the server.
    pub open_world: bool,
}

/// Facts from the `x-` extensions of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts<'a> {
    /// `x-scope`, or by the method where absent.
    pub scope: Scope,
    /// `x-idempotency`, or by the method where absent.
    pub idempotency: Idempotency,
    /// `x-dry-run`: the operation can be simulated.
    pub dry_run: bool,
    /// `x-credits.spends`: a call can cost credits.
    pub spends_credits: bool,
    /// `x-credits.detail`: what a call costs, in words.
    pub credits_detail: Option<&'a str>,
    /// `x-secret`: the answer holds a secret.
    pub secret: bool,
    /// The members of the success answers with `x-secret`, as paths such as `data.password` and `data[].links`.
    pub secret_members: &'a [&'a str],
    /// `x-irreversible`: the effect cannot be undone.
    pub irreversible: bool,
    /// `x-error-codes`.
    pub error_codes: &'a [&'a str],
}

/// What a key must be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Reading.
    Read,
    /// Changing.
    Write,
}

/// Whether an operation takes an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// A read: a key means nothing.
    NotApplicable,
    /// A key is optional.
    Standard,
    /// A key is refused, because the answer is never stored.
    Refused,
}

/// How the arguments of a tool become one HTTP request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation<'a> {
    /// `operationId` of the document.
    pub id: &'a str,
    /// Upper-case HTTP method.
    pub method: &'a str,
    /// The path template, in order.
    pub path: &'a [PathPart<'a>],
    /// Every argument of the tool.
    pub arguments: &'a [Argument<'a>],
    /// The request body, if the operation has one.
    pub body: Option<Body<'a>>,
    /// Media types of the success answer, preferred first; empty where it has no body.
    pub accepts: &'a [&'a str],
}

/// A piece of a path template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathPart<'a> {
    /// Text to copy; may hold slashes.
    Literal(&'a str),
    /// The value of the argument with this tool-side name.
    Argument(&'a str),
}

/// One argument of a tool and its place in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument<'a> {
    /// Name in the tool's input schema.
    pub name: &'a str,
    /// Name on the wire.
    pub wire_name: &'a str,
    /// Where it goes.
    pub location: Location,
    /// What shape the value has.
    pub kind: Kind,
    /// How arrays and objects are written outside JSON (OpenAPI 3.1, 4.8.12.2).
    pub style: Style,
    /// OpenAPI `explode`.
    pub explode: bool,
    /// OpenAPI `allowReserved` (query only).
    pub allow_reserved: bool,
}

/// The place of an argument in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// A part of the path.
    Path,
    /// The query string.
    Query,
    /// A request header.
    Header,
    /// A member of the body object, form field or multipart part.
    Body,
    /// The file name of the multipart part `wire_name`.
    BodyFileName,
    /// The body itself, for bodies that are not objects.
    WholeBody,
}

/// The shape of an argument's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// String, number or boolean.
    Scalar,
    /// JSON array.
    Array,
    /// JSON object.
    Object,
    /// Any JSON value: written as what it turns out to be.
    Any,
    /// Bytes, given as base64 text.
    Binary,
}

/// OpenAPI parameter styles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `simple`: comma-separated (path and header).
    Simple,
    /// `label`: dot-prefixed (path).
    Label,
    /// `matrix`: semicolon-prefixed (path).
    Matrix,
    /// `form`: ampersand-separated (query).
    Form,
    /// `spaceDelimited` (query arrays).
    SpaceDelimited,
    /// `pipeDelimited` (query arrays).
    PipeDelimited,
    /// `deepObject` (query objects).
    DeepObject,
    /// JSON text: the parameter has `content: application/json`.
    Json,
}

/// The request body of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Body<'a> {
    /// Media type to send; multipart gets its boundary at run time.
    pub media_type: &'a str,
    /// How the members are written.
    pub encoding: BodyEncoding,
    /// Whether a request without any body argument sends an (empty) body.
    pub required: bool,
}

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyEncoding {
    /// A JSON text.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
    /// The bytes or text of the one [`Location::WholeBody`] argument.
    Raw,
}
