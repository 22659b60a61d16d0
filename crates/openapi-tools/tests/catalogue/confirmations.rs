//! `x-confirm`, `x-subjects`, `x-confirm-words` and `x-credit-balance`.

use serde_json::{Value, json};

use crate::support::{arena, document, problems};
use openapi_tools::{Catalogue, Options};

/// A document in which an operation with this `x-confirm` acts on an order, and another one reads orders.
fn confirming(confirm: Value) -> Value {
    let id =
        json!([{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }]);
    let responses = json!({ "204": { "description": "" } });
    let paths = json!({ "/orders/{id}": {
        "parameters": id,
        "get": { "operationId": "getOrder", "responses": responses, "x-credit-balance": "data.total" },
        "delete": { "operationId": "cancelOrder", "responses": responses, "x-confirm": confirm },
    }});
    let mut document = document("3.1.0", paths, json!({}));
    document["x-subjects"] =
        json!({ "order": { "read": "getOrder", "by": "id", "labels": ["{data.name}"] } });
    document
}

#[test]
fn words_and_subject_are_read() {
    let words = json!({ "questions": ["Cancel {subject}?"], "warning": "It is final.", "subject": "order" });
    let mut document = confirming(words);
    document["x-confirm-words"] = json!({ "eu": "Europe" });
    let catalogue = Catalogue::from_value(&document, &Options::default(), arena()).unwrap();
    let read = catalogue.tool("get_order").unwrap();
    assert_eq!(
        (read.facts.credit_balance, read.confirmation),
        (Some("data.total"), None)
    );
    let confirmation = catalogue
        .tool("cancel_order")
        .unwrap()
        .confirmation
        .unwrap();
    assert_eq!(confirmation.questions, ["Cancel {subject}?"]);
    assert_eq!(confirmation.warning, Some("It is final."));
    assert_eq!(confirmation.words, [("eu", "Europe")]);
    let subject = confirmation.subject.unwrap();
    assert_eq!(
        (subject.read, subject.by, subject.argument),
        ("get_order", "id", "id")
    );
    assert_eq!(subject.labels, ["{data.name}"]);
}

#[test]
fn mistakes_in_the_words_are_problems() {
    let place = "/paths/~1orders~1{id}/delete/x-confirm";
    for (confirm, problem) in [
        (json!([]), format!("{place}: x-confirm must be an object")),
        (
            json!({}),
            format!("{place}/questions: must be a list of strings with at least one"),
        ),
        (
            json!({ "questions": ["Cancel {it}?"] }),
            format!("{place}/questions/0: {{it}} is neither an argument nor the subject"),
        ),
        (
            json!({ "questions": ["Cancel {id?"] }),
            format!("{place}/questions/0: every brace must enclose a name"),
        ),
        (
            json!({ "questions": ["Cancel?"], "warning": 1 }),
            format!("{place}/warning: must be a string that is not blank"),
        ),
        (
            json!({ "questions": ["Cancel?"], "subject": "guest" }),
            format!("{place}/subject: the document has no object \"guest\" in x-subjects"),
        ),
        (
            json!({ "questions": ["Cancel?"], "subject": { "order": "number" } }),
            format!("{place}/subject: \"number\" is not an argument"),
        ),
        (
            json!({ "questions": ["Cancel?"], "subject": 1 }),
            format!(
                "{place}/subject: must be the name of a subject, or an object with it and the argument that names it"
            ),
        ),
    ] {
        assert_eq!(problems(&confirming(confirm)), [problem]);
    }
}

#[test]
fn subject_that_no_operation_reads_is_a_problem() {
    let words = json!({ "questions": ["Cancel {subject}?"], "subject": "order" });
    for (member, value) in [
        ("read", "cancelOrder"),
        ("read", "getNothing"),
        ("by", "number"),
    ] {
        let mut document = confirming(words.clone());
        document["x-subjects"]["order"][member] = value.into();
        let found = problems(&document);
        assert!(
            found.len() == 1 && found[0].starts_with("/x-subjects: no operation"),
            "{found:?}"
        );
    }
}
