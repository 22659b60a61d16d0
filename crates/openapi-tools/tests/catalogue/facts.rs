//! Extensions and hints, and the arguments that depend on them.

use openapi_tools::table::{
    Annotations, AnswerFacts, Details, Given, Idempotency, Location, Rows, Scope,
};
use openapi_tools::{Arena, Catalogue, Options};
use serde_json::{Value, json};

use crate::support::{argument, document, posting, problems, property, tool, tool_of};

fn hints(method: &str, extra: Value) -> Annotations {
    let mut operation =
        json!({ "operationId": "op", "responses": { "204": { "description": "" } } });
    operation
        .as_object_mut()
        .unwrap()
        .extend(extra.as_object().unwrap().clone());
    tool(&document(
        "3.1.0",
        json!({ "/x": { method: operation } }),
        json!({}),
    ))
    .annotations
}

#[test]
fn hints_follow_from_the_method() {
    let of = |method| {
        let hints = hints(method, json!({}));
        assert!(hints.open_world);
        (hints.read_only, hints.destructive, hints.idempotent)
    };
    for method in ["get", "head", "options"] {
        assert_eq!(of(method), (true, false, true), "{method}");
    }
    assert_eq!(of("put"), (false, true, true));
    assert_eq!(of("delete"), (false, true, true));
    assert_eq!(of("post"), (false, true, false));
    assert_eq!(of("patch"), (false, true, false));
}

#[test]
fn hints_follow_from_extensions() {
    assert!(!hints("post", json!({ "x-destructive": false })).destructive);
    assert!(!hints("delete", json!({ "x-destructive": false })).destructive);
    assert!(
        hints(
            "post",
            json!({ "x-destructive": false, "x-irreversible": true })
        )
        .destructive
    );
    let reveal = hints("get", json!({ "x-destructive": true }));
    assert!(reveal.destructive && !reveal.read_only);
}

#[test]
fn facts_are_read() {
    let operation = json!({ "x-scope": "read", "x-idempotency": "refused", "x-dry-run": true, "x-credits": { "spends": true, "amount": 2, "detail": "2 each" }, "x-secret": true,
        "x-irreversible": true, "x-error-codes": ["A", "B"], "tags": ["money", "other"], "deprecated": true, "summary": "Pay", "description": "Pays." });
    let tool = tool(&posting("3.1.0", operation, json!({})));
    let facts = &tool.facts;
    assert_eq!(
        (facts.scope, facts.idempotency),
        (Scope::Read, Idempotency::Refused)
    );
    assert!(facts.dry_run && facts.spends_credits && facts.secret && facts.irreversible);
    assert_eq!(facts.credits_detail, Some("2 each"));
    assert_eq!(facts.error_codes, ["A", "B"]);
    assert_eq!(
        (tool.toolset, tool.title, tool.description),
        ("money", "Pay", "Deprecated. Pays.")
    );
}

#[test]
fn extensions_of_the_wrong_type_are_problems() {
    let place = "/paths/~1things~1{id}/post";
    for (extension, value, message) in [
        (
            "x-scope",
            json!("admin"),
            "/x-scope: must be one of read, write",
        ),
        (
            "x-idempotency",
            json!(true),
            "/x-idempotency: must be one of not-applicable, standard, refused",
        ),
        (
            "x-dry-run",
            json!("yes"),
            "/x-dry-run: must be true or false",
        ),
        ("x-secret", json!(1), "/x-secret: must be true or false"),
        (
            "x-irreversible",
            json!(null),
            "/x-irreversible: must be true or false",
        ),
        (
            "x-destructive",
            json!([]),
            "/x-destructive: must be true or false",
        ),
        (
            "x-credits",
            json!(3),
            "/x-credits: must be an object with the member \"spends\"",
        ),
        (
            "x-credits",
            json!({}),
            "/x-credits: must have the member \"spends\"",
        ),
        (
            "x-credits",
            json!({ "spends": 1 }),
            "/x-credits/spends: must be true or false",
        ),
        (
            "x-credits",
            json!({ "spends": true, "detail": 2 }),
            "/x-credits/detail: must be a string",
        ),
        (
            "x-error-codes",
            json!("A"),
            "/x-error-codes: must be a list of strings",
        ),
        (
            "x-error-codes",
            json!(["A", 1]),
            "/x-error-codes/1: must be a string",
        ),
        (
            "x-answer",
            json!({ "empty": 1 }),
            "/x-answer/empty: must be a string that is not blank",
        ),
        (
            "x-answer",
            json!({ "echo": 1 }),
            "/x-answer/echo: must be true or false",
        ),
        (
            "x-answer",
            json!({ "rows": {} }),
            "/x-answer/rows: must have \"list\"",
        ),
        (
            "x-answer",
            json!({ "given": [] }),
            "/x-answer/given: must be an object",
        ),
        (
            "x-answer",
            json!({ "given": {} }),
            "/x-answer/given: must have \"text\"",
        ),
        (
            "x-answer",
            json!({ "details": [] }),
            "/x-answer/details: must be an object",
        ),
        (
            "x-search-words",
            json!("a"),
            "/x-search-words: must be a list of strings",
        ),
    ] {
        assert_eq!(
            problems(&posting("3.1.0", json!({ extension: value }), json!({}))),
            [format!("{place}{message}")]
        );
    }
}

#[test]
fn what_is_said_about_answers_is_read() {
    let sum = json!({ "type": "object", "x-amounts": true, "additionalProperties": { "type": "integer" } });
    let schema = json!({ "type": "object", "properties": { "data": { "type": "object", "properties": { "sum": sum } } } });
    let operation = json!({
        "x-search-words": ["buy", "order one"],
        "x-answer": {
            "empty": "Nothing.",
            "simulated": "More follows.",
            "given": { "arguments": ["from"], "text": "Chosen." },
            "rows": { "list": "data.rows", "error": "error" },
            "echo": true,
            "details": {
                "argument": "event", "description": "One.", "list": "data.events", "key": "type",
                "brief": "text", "members": ["schema"],
            },
        },
        "responses": { "200": { "description": "", "content": { "application/json": { "schema": schema } } } },
    });
    let tool = tool(&posting("3.1.0", operation, json!({})));
    assert_eq!(tool.facts.search_words, ["buy", "order one"]);
    let expected = AnswerFacts {
        empty: Some("Nothing."),
        simulated: Some("More follows."),
        given: Some(Given {
            arguments: &["from"],
            text: "Chosen.",
        }),
        rows: Some(Rows {
            list: "data.rows",
            error: Some("error"),
            succeeded: None,
        }),
        echo: true,
        details: Some(Details {
            argument: "event",
            list: "data.events",
            key: "type",
            brief: "text",
            members: &["schema"],
        }),
        amounts: &["data.sum"],
    };
    assert_eq!(tool.facts.answer, expected);
    assert_eq!(argument(&tool, "event").location, Location::Local);
    assert_eq!(property(&tool, "event")["description"], "One.");
}

#[test]
fn words_of_the_document_stand_for_others() {
    let mut document = posting("3.1.0", json!({}), json!({}));
    document["x-search-words"] = json!({ "order": ["buy", "kaufen"] });
    let arena = Arena::default();
    let catalogue =
        Catalogue::from_value(&document, &Options::default(), &arena).expect("a catalogue");
    assert_eq!(
        catalogue.search_words,
        [("order", ["buy", "kaufen"].as_slice())]
    );
    document["x-search-words"] = json!({ "order": "buy" });
    assert_eq!(
        problems(&document),
        ["/x-search-words/order: must be a list of strings"]
    );
    document["x-search-words"] = json!([]);
    assert_eq!(problems(&document), ["/x-search-words: must be an object"]);
}

#[test]
fn header_arguments_follow_the_facts() {
    let options = Options {
        dry_run_header: Some(("dry_run".to_owned(), "X-Dry-Run".to_owned())),
        idempotency_header: Some(("idempotency_key".to_owned(), "Idempotency-Key".to_owned())),
        ..Options::default()
    };
    let names = |operation: Value| -> Vec<&str> {
        let (tool, _) = tool_of(&posting("3.1.0", operation, json!({})), &options);
        tool.operation
            .arguments
            .iter()
            .map(|argument| argument.name)
            .collect()
    };
    assert_eq!(
        names(json!({ "x-dry-run": true })),
        ["id", "dry_run", "idempotency_key"]
    );
    assert_eq!(names(json!({ "x-idempotency": "refused" })), ["id"]);
    let own = json!({ "parameters": [{ "name": "idempotency-key", "in": "header", "schema": { "type": "string" } }] });
    assert_eq!(names(own), ["id", "idempotency-key"]);
    let (tool, _) = tool_of(
        &posting("3.1.0", json!({ "x-dry-run": true }), json!({})),
        &options,
    );
    let dry_run = argument(&tool, "dry_run");
    assert_eq!(
        (dry_run.wire_name, dry_run.location),
        ("X-Dry-Run", Location::Header)
    );
    assert_eq!(property(&tool, "dry_run")["type"], "boolean");
}

#[test]
fn ignored_members_are_reported() {
    let mut document = posting(
        "3.1.0",
        json!({ "servers": [], "callbacks": {}, "wrong": 1 }),
        json!({}),
    );
    document["webhooks"] = json!({ "made": {} });
    document["paths"]["/things/{id}"]["servers"] = json!([]);
    document["paths"]["/things/{id}"]["query"] = json!({});
    let found = crate::support::warnings(&document);
    let pointers: Vec<&str> = found
        .iter()
        .filter_map(|text| text.split(": ").next())
        .collect();
    let path = "/paths/~1things~1{id}";
    let mut expected = vec![
        "/webhooks".to_owned(),
        format!("{path}/post/servers"),
        format!("{path}/post/callbacks"),
        format!("{path}/post/wrong"),
        format!("{path}/servers"),
        format!("{path}/query"),
    ];
    let mut pointers: Vec<String> = pointers.into_iter().map(str::to_owned).collect();
    pointers.sort();
    expected.sort();
    assert_eq!(pointers, expected);
}

#[test]
fn long_descriptions_end_with_a_sentence() {
    let text = format!(
        "{} {}",
        "First sentence is this one.".repeat(3),
        "word ".repeat(30)
    );
    let options = Options {
        description_max_chars: 100,
        ..Options::default()
    };
    let (tool, found) = tool_of(
        &posting("3.1.0", json!({ "description": text }), json!({})),
        &options,
    );
    assert_eq!(tool.description, "First sentence is this one.".repeat(3));
    assert_eq!(found[0].pointer, "/paths/~1things~1{id}/post/description");
    let (tool, _) = tool_of(
        &posting(
            "3.1.0",
            json!({ "description": "é".repeat(300) }),
            json!({}),
        ),
        &options,
    );
    assert_eq!(tool.description.chars().count(), 100);
}
