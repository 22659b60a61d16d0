//! Documents that are malformed, huge or malicious.

use openapi_tools::{Arena, Catalogue, Options, emit};
use serde_json::{Map, Value, json};

use crate::support::{arena, assert_acceptable, problems, with_body, with_response};

#[test]
fn texts_that_are_not_documents_are_problems() {
    let of = |text: &str| {
        Catalogue::from_json(text, &Options::default(), arena())
            .unwrap_err()
            .to_string()
    };
    assert!(of("{").starts_with("(document): not JSON: "));
    assert_eq!(
        of("[]"),
        "(document): this is not an OpenAPI document: the member \"openapi\" is missing"
    );
    assert_eq!(
        of(r#"{"swagger": "2.0"}"#),
        "/swagger: Swagger 2.0 is not supported; convert the document to OpenAPI 3"
    );
    assert_eq!(
        of(r#"{"openapi": "3.2.0"}"#),
        "/openapi: version \"3.2.0\" is not supported; 3.0 and 3.1 are"
    );
    assert_eq!(
        of(r#"{"openapi": 3.1}"#),
        "/openapi: the version must be a string such as \"3.1.0\""
    );
    assert_eq!(
        of(r#"{"openapi": "3.1.0", "paths": []}"#),
        "/paths: must be an object"
    );
    assert!(of(&"[".repeat(100_000)).contains("recursion limit"));
}

#[test]
fn deep_nesting_is_a_problem_without_overflow() {
    let mut schema = json!({ "type": "string" });
    for _ in 0..200 {
        schema = json!({ "type": "array", "items": schema });
    }
    let found = problems(&with_body(
        "3.1.0",
        json!({ "type": "object", "properties": { "v": schema } }),
        json!({}),
    ));
    assert_eq!(found.len(), 1);
    assert!(
        found[0].ends_with("schemas are nested more than 64 deep"),
        "{found:?}"
    );
}

/// Schemas `S0` to `Sn`, each made by `link` from the name of the next.
fn chain(count: usize, link: impl Fn(Value) -> Value) -> Value {
    let mut schemas: Map<String, Value> = (0..count)
        .map(|index| {
            (
                format!("S{index}"),
                link(json!({ "$ref": format!("#/components/schemas/S{}", index + 1) })),
            )
        })
        .collect();
    schemas.insert(format!("S{count}"), json!({ "type": "string" }));
    json!({ "schemas": schemas })
}

#[test]
fn long_chains_of_schemas_do_not_overflow() {
    let start =
        json!({ "type": "object", "properties": { "v": { "$ref": "#/components/schemas/S0" } } });
    let by_member = chain(
        5000,
        |next| json!({ "type": "object", "properties": { "next": next } }),
    );
    let (catalogue, found) = Catalogue::read(
        &with_body("3.1.0", start.clone(), by_member.clone()),
        &Options::default(),
        arena(),
    );
    assert_eq!(found, []);
    assert_acceptable(&catalogue.tools[0]);
    let (catalogue, _) = Catalogue::read(
        &with_response("3.1.0", start.clone(), by_member),
        &Options::default(),
        arena(),
    );
    assert_eq!(catalogue.tools.len(), 1);
    let by_all_of = chain(
        5000,
        |next| json!({ "type": "object", "allOf": [next, { "properties": { "a": { "type": "string" } } }] }),
    );
    let (_, found) = Catalogue::read(
        &with_body("3.1.0", start.clone(), by_all_of),
        &Options::default(),
        arena(),
    );
    assert!(!found.is_empty());
    let by_any_of = chain(
        5000,
        |next| json!({ "anyOf": [next, { "type": "integer" }] }),
    );
    let _ = Catalogue::read(
        &with_body("3.1.0", start.clone(), by_any_of.clone()),
        &Options::default(),
        arena(),
    );
    let _ = Catalogue::read(
        &with_response("3.1.0", start, by_any_of),
        &Options::default(),
        arena(),
    );
}

#[test]
fn doubling_references_do_not_explode() {
    let components = chain(
        40,
        |next| json!({ "type": "object", "properties": { "a": next, "b": next }, "required": ["a"] }),
    );
    let start =
        json!({ "type": "object", "properties": { "v": { "$ref": "#/components/schemas/S0" } } });
    let (catalogue, found) = Catalogue::read(
        &with_body("3.1.0", start.clone(), components.clone()),
        &Options::default(),
        arena(),
    );
    assert_eq!(found, []);
    assert!(catalogue.tools[0].input_schema.unwrap().len() < 10_000);
    let (catalogue, _) = Catalogue::read(
        &with_response("3.1.0", start, components),
        &Options {
            output: openapi_tools::Output {
                max_bytes: 8192,
                ..Default::default()
            },
            ..Options::default()
        },
        arena(),
    );
    assert!(
        catalogue.tools[0]
            .output_schema
            .is_some_and(|schema| schema.len() <= 8192)
    );
}

#[test]
fn mutual_references_in_all_of_do_not_explode() {
    let schema = |name: &str| json!({ "type": "object", "properties": { "one": { "$ref": "#/components/schemas/A" }, "two": { "$ref": "#/components/schemas/B" }, name: { "type": "string" } } });
    let components = json!({ "schemas": { "A": schema("a"), "B": schema("b"), "C": { "allOf": [{ "$ref": "#/components/schemas/A" }, { "$ref": "#/components/schemas/B" },
        { "properties": { "one": { "$ref": "#/components/schemas/C" }, "two": { "properties": { "one": { "$ref": "#/components/schemas/C" } } } } }] } } });
    let start =
        json!({ "type": "object", "properties": { "v": { "$ref": "#/components/schemas/C" } } });
    let (catalogue, found) = Catalogue::read(
        &with_body("3.1.0", start, components),
        &Options::default(),
        arena(),
    );
    assert_eq!(found, []);
    assert_acceptable(&catalogue.tools[0]);
}

/// A xorshift generator, so that the mutations are the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).unwrap_or_default()
    }
}

fn pointers(value: &Value, pointer: String, out: &mut Vec<String>) {
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(name, value)| pointers(value, format!("{pointer}/{}", escaped(name)), out)),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .for_each(|(index, value)| pointers(value, format!("{pointer}/{index}"), out)),
        _ => {}
    }
    out.push(pointer);
}

fn mutate(document: &mut Value, random: &mut Random) {
    let mut all = Vec::new();
    pointers(document, String::new(), &mut all);
    let here = all[random.below(all.len())].clone();
    let there = all[random.below(all.len())].clone();
    let other = document.pointer(&there).cloned().unwrap_or_default();
    let keywords = [
        "allOf",
        "anyOf",
        "oneOf",
        "items",
        "properties",
        "additionalProperties",
        "not",
        "$ref",
        "required",
        "enum",
        "type",
        "nullable",
        "discriminator",
    ];
    let keyword = keywords[random.below(keywords.len())];
    let literals = [
        json!(null),
        json!(true),
        json!(false),
        json!(-1),
        json!(1e300),
        json!(""),
        json!("#"),
        json!([]),
        json!({}),
        json!([[]]),
        json!({ "": {} }),
        json!("é\u{0}\""),
    ];
    let literal = literals[random.below(literals.len())].clone();
    let Some(target) = document.pointer_mut(&here) else {
        return;
    };
    match random.below(7) {
        0 => *target = literal,
        1 => *target = other,
        2 => *target = json!({ "$ref": format!("#{there}") }),
        3 => *target = json!({ keyword: [target.take(), { "$ref": format!("#{there}") }] }),
        4 => *target = json!({ keyword: target.take() }),
        5 => {
            if let Value::Object(map) = target {
                map.insert(keyword.to_owned(), other);
            }
        }
        _ => {
            if let Value::Object(map) = target
                && let Some(name) = map.keys().nth(random.below(map.len())).cloned()
            {
                map.shift_remove(&name);
            }
        }
    }
}

/// `OPENAPI_TOOLS_ROUNDS` sets the number of rounds for a longer search.
#[test]
fn mutated_documents_never_panic() {
    let shop: Value = serde_json::from_str(include_str!("../fixtures/shop.json")).unwrap();
    let rounds: u64 = std::env::var("OPENAPI_TOOLS_ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(600);
    let options = Options {
        prefix: "p_".to_owned(),
        dry_run_header: Some(("dry_run".to_owned(), "X-Dry-Run".to_owned())),
        idempotency_header: Some(("idempotency_key".to_owned(), "Idempotency-Key".to_owned())),
        ..Options::default()
    };
    let mut tools = 0;
    for round in 1..=rounds {
        let mut random = Random(round.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut document = shop.clone();
        for _ in 0..=random.below(8) {
            mutate(&mut document, &mut random);
        }
        let arena = Arena::default();
        let (catalogue, _) = Catalogue::read(&document, &options, &arena);
        let check = || {
            catalogue.tools.iter().for_each(assert_acceptable);
            emit::rust(&catalogue)
        };
        if let Err(error) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(check)) {
            eprintln!("round {round}: {document}");
            std::panic::resume_unwind(error);
        }
        tools += catalogue.tools.len();
    }
    assert!(tools > 0, "no mutated document had a tool left");
}

#[test]
fn two_runs_emit_the_same_source() {
    let shop: Value = serde_json::from_str(include_str!("../fixtures/shop.json")).unwrap();
    let once = emit::rust(&Catalogue::from_value(&shop, &Options::default(), arena()).unwrap());
    assert_eq!(
        once,
        emit::rust(&Catalogue::from_value(&shop, &Options::default(), arena()).unwrap())
    );
}
