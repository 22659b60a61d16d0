//! Generates a catalogue of MCP tools from an OpenAPI document.
//!
//! Each operation becomes one tool of the Model Context Protocol: flat typed arguments, a closed input schema, an
//! output schema with an object at its root, the four behaviour hints, and a table that maps each argument to its place
//! in the HTTP request. OpenAPI 3.0 and 3.1 are read. Everything in a document that a tool cannot express is reported
//! as a problem or a warning that names its place by JSON pointer.
//!
//! # In a build script
//!
//! ```
//! # #[cfg(feature = "generate")] {
//! use openapi_tools::{Arena, Catalogue, Options, emit};
//!
//! let document = r#"{
//!   "openapi": "3.1.0",
//!   "info": {"title": "Shop", "version": "1"},
//!   "paths": {"/orders/{id}": {"get": {
//!     "operationId": "getOrder", "summary": "Get order", "description": "Returns one order.",
//!     "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
//!     "responses": {"200": {"description": "The order.", "content": {"application/json": {"schema":
//!       {"type": "object", "properties": {"total": {"type": "integer"}}}}}}}
//!   }}}
//! }"#;
//! let options = Options {
//!     prefix: "shop_".to_owned(),
//!     dry_run_header: Some(("dry_run".to_owned(), "X-Shop-Dry-Run".to_owned())),
//!     idempotency_header: Some(("idempotency_key".to_owned(), "Idempotency-Key".to_owned())),
//!     ..Options::default()
//! };
//! let arena = Arena::default();
//! let catalogue = Catalogue::from_json(document, &options, &arena)?;
//! for warning in catalogue.warnings() {
//!     println!("cargo::warning={warning}");
//! }
//! assert_eq!(catalogue.tools[0].name, "shop_get_order");
//! // A build script writes this text to a file in OUT_DIR.
//! let source = emit::rust(&catalogue);
//! assert!(source.contains("pub static TOOLS: [::openapi_tools::table::Tool<'static>; 1]"));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The crate that includes the source depends on `phf` and on `openapi-tools` with `default-features = false`, which
//! leaves the types in [`table`]. The source defines `TOOLS`, `TOOLSETS` and `BY_NAME`, a `phf::Map` from each tool
//! name to its row.
//!
//! # Modules
//!
//! [`table`] contains the types of the catalogue. `generate` walks through the document and calls `schema` for every
//! schema in it; both share the state in `context`. `rules` turns the input schema of a tool into the rules that are checked
//! at run time. [`emit`] writes the result as Rust source. [`hosts`] knows which keywords of an input schema a host
//! refuses. [`renew`] takes over a newer document of the same API.
//!
//! # Out of scope
//!
//! Security schemes (the caller holds the credentials), servers, links, examples, titles, XML names and `x-` extensions
//! other than those in [`table::Facts`] and [`table::Annotations`] are ignored. Webhooks and callbacks do not become
//! tools and are reported as warnings.

#[cfg(feature = "generate")]
mod arena;
#[cfg(feature = "generate")]
mod catalogue;
#[cfg(feature = "generate")]
mod context;
#[cfg(feature = "generate")]
pub mod emit;
#[cfg(feature = "generate")]
mod generate;
#[cfg(feature = "generate")]
pub mod hosts;
#[cfg(feature = "generate")]
mod options;
#[cfg(feature = "generate")]
mod problem;
#[cfg(feature = "generate")]
pub mod renew;
#[cfg(feature = "generate")]
mod rules;
#[cfg(feature = "generate")]
mod schema;
pub mod table;

#[cfg(feature = "generate")]
pub use arena::Arena;
#[cfg(feature = "generate")]
pub use catalogue::Catalogue;
#[cfg(feature = "generate")]
pub use options::{Options, Output};
#[cfg(feature = "generate")]
pub use problem::{Problem, Problems};
#[cfg(feature = "generate")]
pub use rules::input_rules;
