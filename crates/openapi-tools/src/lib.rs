//! OpenAPI document to tool catalogue.
//!
//! One operation becomes one tool of the Model Context Protocol: flat typed arguments, a closed input schema, an
//! object-rooted output schema, the four behaviour hints, and a table that says where each argument goes in the HTTP
//! request. OpenAPI 3.0 and 3.1 are read. What a document says that a tool cannot say is a problem or a warning that
//! names its place by JSON pointer.
//!
//! # In a build script
//!
//! ```
//! # #[cfg(feature = "generate")] {
//! use openapi_tools::{Catalogue, Options, emit};
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
//! let catalogue = Catalogue::from_json(document, &options)?;
//! for warning in catalogue.warnings() {
//!     println!("cargo::warning={warning}");
//! }
//! assert_eq!(catalogue.tools[0].name, "shop_get_order");
//! // In build.rs this goes to a file in OUT_DIR:
//! let source = emit::rust(&catalogue);
//! assert!(source.contains("pub static TOOLS: [::openapi_tools::table::Tool<'static>; 1]"));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The crate that includes the source depends on `openapi-tools` with `default-features = false` (types only) and on
//! `phf`. The source defines `TOOLS` and `BY_NAME: phf::Map<&'static str, u16>`, the row of each tool name.
//!
//! # Out of scope
//!
//! Security schemes (the caller holds the credentials), servers, links, examples, titles, XML names and `x-` extensions
//! other than those in [`table::Facts`] are not read. Webhooks and callbacks are no tools; they are warned about.

#[cfg(feature = "generate")]
pub mod emit;
#[cfg(feature = "generate")]
mod generate;
#[cfg(feature = "generate")]
mod model;
#[cfg(feature = "generate")]
mod options;
#[cfg(feature = "generate")]
mod problem;
#[cfg(feature = "generate")]
mod schema;
pub mod table;

#[cfg(feature = "generate")]
pub use model::{Argument, Body, Catalogue, Facts, Listing, Operation, PathPart, Tool};
#[cfg(feature = "generate")]
pub use options::{Options, Output};
#[cfg(feature = "generate")]
pub use problem::{Problem, Problems};
