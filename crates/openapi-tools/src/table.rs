//! The types of a catalogue: `emit` writes them as constant tables at build time, and a server reads them at run time.
//!
//! Every type borrows its texts and lists. Tables that were emitted are `'static` data without any cost at start-up;
//! tables that were generated at run time borrow from an arena. Nothing here allocates, parses or depends on another
//! crate.
#![cfg_attr(
    not(test),
    warn(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        clippy::disallowed_methods,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable
    )
)]

mod input;

pub use input::{
    Format, If, Input, Literal, Members, Others, Pattern, Property, Rule, Schema, Type,
};

/// One operation of the document as a tool.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tool<'a> {
    /// The prefix of the catalogue and the operationId in snake_case, or `x-tool-name` in its place: 1 to 64 characters
    /// of `[a-zA-Z0-9_-]`.
    pub name: &'a str,
    /// The name that the operationId gives, if `x-tool-name` gave another one. It calls the tool, too.
    pub catalogue_name: Option<&'a str>,
    /// The operation's `summary`: the name that people read.
    pub title: &'a str,
    /// The operation's `description`: the text that the model reads.
    pub description: &'a str,
    /// First tag of the operation, or `"default"`.
    pub toolset: &'a str,
    /// Position of the toolset among the catalogue's toolsets in alphabetical order.
    pub toolset_index: u16,
    /// What arguments are checked against: an object without members that it does not name. The list of tools shows a
    /// plainer schema ([`Listing::base`]).
    pub input: Input<'a>,
    /// JSON text of the schema from which `input` was made, with local `$defs` only; its root is closed although the
    /// text does not say so. Emitted tables have `None`, because a server needs the rules alone.
    pub input_schema: Option<&'a str>,
    /// JSON text of the output schema, always of an object: JSON as it is (`{"items"}` or `{"value"}` around what is no
    /// object), `{"media_type", "text"}` for another media type, `{"http_status"}` for no content, `{"error"}` for a
    /// failed call. `None` if the operation declares no success, or if output schemas are disabled.
    pub output_schema: Option<&'a str>,
    /// The behaviour hints of MCP.
    pub annotations: Annotations,
    /// Facts from the `x-` extensions of the operation.
    pub facts: Facts<'a>,
    /// How the arguments become an HTTP request.
    pub operation: Operation<'a>,
    /// How a person is asked to confirm a call (`x-confirm`).
    pub confirmation: Option<Confirmation<'a>>,
    /// The tool's entry in `tools/list`, ready to copy.
    pub listing: Listing<'a>,
}

/// The words of a confirmation, from `x-confirm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmation<'a> {
    /// Templates of the question, preferred first. `{name}` is an argument of the tool, `{subject}` the label of the
    /// subject. The first template whose names all have a value is used.
    pub questions: &'a [&'a str],
    /// What a call cannot undo, in whole sentences.
    pub warning: Option<&'a str>,
    /// The object that the call acts on, if the API can be asked about it.
    pub subject: Option<Subject<'a>>,
    /// What people read in place of a value: `("tiktok", "TikTok")`. From `x-confirm-words` of the document.
    pub words: &'a [(&'a str, &'a str)],
}

/// The object that a call acts on, from `x-subjects` of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject<'a> {
    /// Name of the tool that reads it; it has the scope [`Scope::Read`].
    pub read: &'a str,
    /// The argument of that tool that names the object.
    pub by: &'a str,
    /// The argument of the call that has its value.
    pub argument: &'a str,
    /// Templates of its label, preferred first. `{data.username}` is a member of the answer. Without a label, people
    /// read the value of the argument.
    pub labels: &'a [&'a str],
}

/// The entry of a tool in `tools/list`, split by the protocol revision that introduced the members.
///
/// An entry is `{`, the parts that the negotiated revision defines, and `}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing<'a> {
    /// The members of 2025-03-26: `"name":…,"description":…,"inputSchema":…,"annotations":…`. The input schema has only
    /// keywords that every host takes; descriptions say what the others limit.
    pub base: &'a str,
    /// The members that 2025-06-18 added, with a leading comma: `,"title":…` and `,"outputSchema":…` if there is one.
    pub since_2025_06_18: &'a str,
}

/// MCP `ToolAnnotations`. All four hints are explicit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Annotations {
    /// The tool changes nothing.
    pub read_only: bool,
    /// The tool may overwrite, spend, publish or delete: `x-destructive`, or by the method without it.
    pub destructive: bool,
    /// A repeated call with the same arguments has no further effect.
    pub idempotent: bool,
    /// The tool interacts with systems outside the server.
    pub open_world: bool,
}

/// Facts from the `x-` extensions of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts<'a> {
    /// `x-scope`, or by the method without it.
    pub scope: Scope,
    /// `x-idempotency`, or by the method without it.
    pub idempotency: Idempotency,
    /// `x-dry-run`: the operation can be simulated.
    pub dry_run: bool,
    /// `x-credits.spends`: a call can cost credits.
    pub spends_credits: bool,
    /// `x-credits.detail`: the price of a call in words.
    pub credits_detail: Option<&'a str>,
    /// `x-secret`: the response contains a secret.
    pub secret: bool,
    /// The members of success responses with `x-secret`, as paths such as `data.password` and `data[].links`.
    pub secret_members: &'a [&'a str],
    /// `x-irreversible`: the effect cannot be undone.
    pub irreversible: bool,
    /// `x-error-codes`.
    pub error_codes: &'a [&'a str],
    /// `x-credit-balance`: the member of the answer that is the balance in credits, as a path such as `data.total`.
    pub credit_balance: Option<&'a str>,
    /// `x-search-words`: what people call the operation beside the words of its texts.
    pub search_words: &'a [&'a str],
    /// `x-answer`: what is said about an answer.
    pub answer: AnswerFacts<'a>,
}

/// What is said about an answer, from `x-answer` and from `x-amounts` in the schemas of responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AnswerFacts<'a> {
    /// `empty`: what it means that the list of the answer has no items.
    pub empty: Option<&'a str>,
    /// `simulated`: what a dry run does not show of the real call, beside the warning of the confirmation.
    pub simulated: Option<&'a str>,
    /// `given`: what some arguments do to the answer.
    pub given: Option<Given<'a>>,
    /// `rows`: the list of the answer whose items failed on their own.
    pub rows: Option<Rows<'a>>,
    /// `echo`: the answer does not show what the call changed.
    pub echo: bool,
    /// `details`: the members that an answer has only on demand.
    pub details: Option<Details<'a>>,
    /// Objects with a number for each item of a sum (`x-amounts`), as paths such as `data.cost_breakdown`.
    pub amounts: &'a [&'a str],
}

/// What arguments do to an answer that the answer itself does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given<'a> {
    /// The arguments; one of them is enough.
    pub arguments: &'a [&'a str],
    /// What is said.
    pub text: &'a str,
}

/// Items of an answer that succeeded or failed on their own, so that a successful call can contain failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows<'a> {
    /// The list, as a path such as `data.results`.
    pub list: &'a str,
    /// The member of an item that is its error; without it, every item of the list is an error.
    pub error: Option<&'a str>,
    /// The number of items that succeeded, as a path; without it, they are the other items of the list.
    pub succeeded: Option<&'a str>,
}

/// Members that are left out of the items of a list unless an argument names the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Details<'a> {
    /// The argument. It is not sent.
    pub argument: &'a str,
    /// The list, as a path such as `data.events`.
    pub list: &'a str,
    /// The member of an item that the argument names.
    pub key: &'a str,
    /// The member that says in words what an item is.
    pub brief: &'a str,
    /// The members that are left out of the other items.
    pub members: &'a [&'a str],
}

/// The permission that a call needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Permission to read.
    Read,
    /// Permission to change.
    Write,
}

/// Whether an operation takes an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// The operation is a read, for which a key has no meaning.
    NotApplicable,
    /// A key is optional.
    Standard,
    /// A key is refused, because the API never stores the response for a replay.
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
    /// Media types of the success response, preferred first; empty if it has no body.
    pub accepts: &'a [&'a str],
    /// Whether a success response may have no body.
    pub may_be_empty: bool,
}

/// A piece of a path template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathPart<'a> {
    /// Text to copy; may contain slashes.
    Literal(&'a str),
    /// The value of the argument with this name in the tool.
    Argument(&'a str),
}

/// One argument of a tool and its place in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument<'a> {
    /// Name in the tool's input schema.
    pub name: &'a str,
    /// Name on the wire.
    pub wire_name: &'a str,
    /// Its place in the request.
    pub location: Location,
    /// The shape of its value.
    pub kind: Kind,
    /// How arrays and objects are serialized (OpenAPI 3.1, section 4.8.12.2); members of JSON bodies have
    /// [`Style::Json`].
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
    /// A member of a JSON object, a form field or a part of a multipart body.
    Body,
    /// The file name of the part `wire_name`.
    BodyFileName,
    /// The whole body, if it is not an object.
    WholeBody,
    /// Not in the request: it decides what is told of the answer ([`Details`]).
    Local,
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
    /// Any JSON value; the value itself decides how it is written.
    Any,
    /// Bytes as base64 text.
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
    /// JSON text: a member of a JSON body, or a value whose media type is JSON.
    Json,
}

/// The request body of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Body<'a> {
    /// Media type to send; the caller adds the boundary of a multipart body.
    pub media_type: &'a str,
    /// How the body is written.
    pub encoding: BodyEncoding,
    /// Whether a request without body arguments sends an empty body.
    pub required: bool,
}

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyEncoding {
    /// JSON text.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
    /// The text or bytes of the one [`Location::WholeBody`] argument.
    Raw,
}
