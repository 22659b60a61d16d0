//! The emulator and `static/openapi.json`: operations, error codes, fields of requests, and the shape of every answer.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use boon::{Compiler, Draft, SchemaIndex, Schemas};
use serde_json::Value;

use super::world::{Reply, World};
use crate::api;
use crate::contract::{OPERATIONS, Operation, of_operation};
use crate::error::Code;

/// Codes of the pipeline, which any operation can answer and none lists.
const OF_EVERY_OPERATION: &str = "AUTH_MISSING_KEY AUTH_INVALID_KEY AUTH_REVOKED_KEY AUTH_EXPIRED_KEY \
    AUTH_INSUFFICIENT_SCOPE RATE_LIMIT_EXCEEDED INVALID_JSON UNSUPPORTED_MEDIA_TYPE PAYLOAD_TOO_LARGE \
    VALIDATION_ERROR UNKNOWN_FIELD NOT_FOUND METHOD_NOT_ALLOWED IDEMPOTENCY_KEY_INVALID \
    IDEMPOTENCY_KEY_CONFLICT DRY_RUN_ID_IN_LIVE_REQUEST STATE_BUSY INTERNAL_ERROR";

/// Fields that no code names: options of a post, which are stored and shown as they came, and options of a refresh, which
/// always collects everything.
const WITHOUT_EFFECT: &str = "ai_content_disclaimer carousel_title disclose_as_ads editing_instructions \
    instagram_add_to_story instagram_audio_name instagram_collaborators instagram_location youtube_category \
    youtube_sound_url youtube_tags youtube_title youtube_visibility bootstrapPosts forcePosts includePosts";

/// The API document, and the validators of its answers.
pub(super) struct Document {
    document: Value,
    validators: RefCell<Validators>,
}

/// Compiled schemas, and their indexes by JSON pointer.
#[derive(Default)]
struct Validators {
    compiler: Option<Compiler>,
    schemas: Schemas,
    indexes: BTreeMap<String, SchemaIndex>,
}

impl Document {
    pub(super) fn read() -> Self {
        let document =
            serde_json::from_str(include_str!("../../../../static/openapi.json")).unwrap();
        Self {
            document,
            validators: RefCell::default(),
        }
    }

    fn operation(&self, operation: &Operation) -> &Value {
        &self.document["paths"][operation.path][operation.method.to_lowercase()]
    }

    /// Asserts that an answer has a documented status, and the shape or the error code documented for it.
    pub(super) fn assert_documents(&self, operation: &Operation, reply: &Reply) {
        if reply.header("content-type") != Some("application/json") {
            return;
        }
        let (status, answer) = (reply.status(), reply.json());
        let listed = self.operation(operation);
        if let Some(code) = answer["error"]["code"].as_str() {
            let mut codes = listed["x-error-codes"].as_array().into_iter().flatten();
            let is_listed = OF_EVERY_OPERATION.split(' ').any(|own| own == code)
                || codes.any(|listed| listed == code);
            assert!(is_listed, "{} does not list {code}", operation.id);
        }
        let path = operation.path.replace('/', "~1");
        let method = operation.method.to_lowercase();
        let response = format!("/paths/{path}/{method}/responses/{status}");
        let found = self.document.pointer(&response);
        let found = found
            .unwrap_or_else(|| panic!("{}: {status} is not documented: {answer}", operation.id));
        let response = match found["$ref"].as_str() {
            Some(reference) => reference.trim_start_matches('#').to_owned(),
            None => response,
        };
        let schema = format!("{response}/content/application~1json/schema");
        let mut validators = self.validators.borrow_mut();
        let index = validators.index(&self.document, &schema);
        if let Err(error) = validators.schemas.validate(&answer, index) {
            panic!("{}: {answer}\n{error}", operation.id);
        }
    }
}

impl Validators {
    fn index(&mut self, document: &Value, pointer: &str) -> SchemaIndex {
        const LOCATION: &str = "contract:///openapi.json";
        if let Some(index) = self.indexes.get(pointer) {
            return *index;
        }
        let compiler = self.compiler.get_or_insert_with(|| {
            let mut compiler = Compiler::new();
            compiler.set_default_draft(Draft::V2020_12);
            compiler.enable_format_assertions();
            compiler.add_resource(LOCATION, document.clone()).unwrap();
            compiler
        });
        let location = format!("{LOCATION}#{pointer}");
        let index = compiler.compile(&location, &mut self.schemas).unwrap();
        self.indexes.insert(pointer.to_owned(), index);
        index
    }
}

#[test]
fn every_operation_has_a_handler_and_rules() {
    let mut handlers = BTreeSet::new();
    let unknown = api::handler("none") as usize;
    let lacks_handler = |one: &&Operation| api::handler(one.id) as usize == unknown;
    let without: Vec<_> = OPERATIONS.iter().filter(lacks_handler).collect();
    let without: Vec<_> = without.into_iter().map(|one| one.id).collect();
    assert!(
        without.is_empty(),
        "without a handler; the README of the emulator says how to add one: {without:?}"
    );
    for operation in &OPERATIONS {
        handlers.insert(api::handler(operation.id) as usize);
        of_operation(operation).compile();
        let scope = operation.scope.unwrap_or("read");
        assert_eq!(operation.is_write(), scope == "write", "{}", operation.id);
    }
    assert!(handlers.len() > 75, "{}", handlers.len());
}

#[test]
fn every_error_code_is_documented_and_answered() {
    let document = Document::read();
    let mut documented: BTreeSet<&str> = OF_EVERY_OPERATION.split(' ').collect();
    for operation in &OPERATIONS {
        let codes = document.operation(operation)["x-error-codes"].as_array();
        documented.extend(codes.into_iter().flatten().filter_map(Value::as_str));
    }
    let known: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(documented, known);
    let source = source();
    let is_unused = |code: &&Code| !source.contains(&format!("Code::{code:?}"));
    let unused: Vec<_> = Code::ALL.iter().filter(is_unused).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn every_field_of_a_request_is_read() {
    fn collect(rules: &Value, found: &mut BTreeSet<String>) {
        for (keyword, value) in rules.as_object().into_iter().flatten() {
            if keyword == "properties" {
                found.extend(value.as_object().unwrap().keys().cloned());
            }
            collect(value, found);
        }
        for item in rules.as_array().into_iter().flatten() {
            collect(item, found);
        }
    }
    let mut fields = BTreeSet::new();
    for operation in &OPERATIONS {
        let rules: Value = serde_json::from_str(operation.rules()).unwrap();
        let query = rules["query"].as_array().unwrap();
        let names = query.iter().map(|field| field["name"].as_str().unwrap());
        fields.extend(names.map(str::to_owned));
        collect(&rules["body"], &mut fields);
    }
    assert!(fields.len() > 100, "{}", fields.len());
    let source = source();
    let is_read = |field: &&String| {
        let snake_case = field.chars().map(|c| match c {
            'A'..='Z' => format!("_{}", c.to_ascii_lowercase()),
            c => c.to_string(),
        });
        source.contains(field.as_str()) || source.contains(&snake_case.collect::<String>())
    };
    let unread = fields.iter().filter(|field| !is_read(field));
    let counts = |field: &&String| !WITHOUT_EFFECT.split(' ').any(|name| name == *field);
    let unread: Vec<_> = unread.filter(counts).collect();
    assert!(unread.is_empty(), "{unread:?}");
}

#[test]
fn paths_and_methods_that_do_not_exist_are_told_apart() {
    let world = World::new();
    for path in ["/me/too", "/bundles/"] {
        world.get(path).assert_refused(404, "NOT_FOUND");
    }
    let other = world.call("DELETE", "/me", None);
    other.assert_refused(405, "METHOD_NOT_ALLOWED");
    assert_eq!(other.header("allow"), Some("GET, PATCH"));
}

/// The code of the emulator without its tests.
fn source() -> String {
    fn add(folder: &Path, text: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("tests") {
                add(&path, text);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                *text += &std::fs::read_to_string(&path).unwrap();
            }
        }
    }
    let mut text = String::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    add(&root.join("src"), &mut text);
    text
}
