//! The words of a message: names instead of ids, the items of a price, the balance, and values that try to imitate it.

use super::*;
use crate::access::policy::needs_confirmation;
use crate::catalog::TOOLS;
use crate::mcp::tools::confirm::words::words;
use crate::mcp::tools::confirm::{elicitation, facts::Facts, preview::Terms};
use serde_json::Map;

const REFUSED: &str = r#"{"error":{"code":"NOT_FOUND","message":"Not there."}}"#;

/// The message for a call with terms of this price, where the API says this about the subject and the balance.
fn message(tool: &str, arguments: Value, price: u64, facts: &Facts) -> String {
    let tool = crate::catalog::find(tool).expect("a tool");
    let terms = Terms {
        price: Some(price),
        ..Terms::default()
    };
    let arguments = arguments.as_object().expect("an object").clone();
    elicitation::message(&words(tool, &arguments, &terms, facts, false))
}

fn about(subject: Value) -> Facts {
    Facts {
        subject: Some(subject),
        balance: Some(1250),
    }
}

/// An answer with every member that a label has.
fn everything() -> Value {
    json!({"data": {
        "username": "maple.kitchen", "platform": "tiktok", "country": "USA", "title": "Spring launch",
        "platform_url": "https://www.tiktok.com/@maple.kitchen/video/1", "comment_text": "So good!",
        "target_author_handle": "chef", "target_video_url": "https://www.tiktok.com/@chef/video/2",
        "description": "Orders", "url": "https://hooks.example.com/a",
    }})
}

#[test]
fn every_confirmed_tool_asks_a_question_with_names() {
    for tool in TOOLS.iter().filter(|tool| needs_confirmation(tool)) {
        let words = tool.confirmation.expect(tool.name);
        for question in words.questions {
            let mut arguments = Map::new();
            for argument in tool.operation.arguments {
                if question.contains(&format!("{{{}}}", argument.name)) {
                    arguments.insert(argument.name.to_owned(), json!("4"));
                }
            }
            let about = words.subject.filter(|_| question.contains("{subject}"));
            if let Some(subject) = about {
                arguments.insert(subject.argument.to_owned(), BUNDLE.into());
            }
            let named = Facts {
                subject: about.map(|_| everything()),
                balance: Some(1250),
            };
            let text = message(tool.name, Value::Object(arguments.clone()), 25, &named);
            assert!(
                text.contains("? It costs 25 credits. Balance: 1,250 credits now"),
                "{text}"
            );
            assert!(
                !text.contains(['{', '}']) && !text.contains(BUNDLE),
                "{text}"
            );
            assert_eq!(
                text.contains("This cannot be undone."),
                tool.facts.irreversible,
                "{text}"
            );
            assert!(
                words.warning.is_none_or(|warning| text.contains(warning)),
                "{text}"
            );
            if about.is_some() {
                let unnamed = message(tool.name, Value::Object(arguments), 25, &Facts::default());
                assert!(
                    unnamed.contains(BUNDLE),
                    "the id takes the place of a name: {unnamed}"
                );
            }
        }
    }
}

#[test]
fn subject_and_balance_are_read_beside_the_preview() {
    let app = app_with_price(150);
    let (message, state) = form(&ToolCall::of(REVEAL, json!({"id": BUNDLE})).send(&app));
    assert_eq!(
        message,
        "Reveal the login of @maple.kitchen (TikTok, USA)? It costs 150 credits. Balance: 1,250 credits now, \
         1,100 afterwards. This cannot be undone. Login and password are disclosed and cannot be taken back; TokPortal's support for this account ends for good."
    );
    assert_eq!(sent(&app, is_read), 2);
    let call = ToolCall::of(REVEAL, json!({"id": BUNDLE})).accepting(&state);
    assert!(succeeded(&call.send(&app)));
    assert_eq!(
        sent(&app, is_read),
        2,
        "nothing is read for a call that runs"
    );
}

#[test]
fn failed_reads_leave_the_id_and_the_price() {
    type Answer = fn() -> Result<Response<Bytes>, HttpError>;
    let answers: [Answer; 5] = [
        || json_answer(404, REFUSED),
        || json_answer(401, REFUSED),
        || json_answer(200, "{\"data\":"),
        || json_answer(200, r#"{"data":{"username":null,"total_credits":"many"}}"#),
        || Err(HttpError::Timeout),
    ];
    for answer in answers {
        let app = app_reading(
            move |_| answer(),
            |_| {
                json_answer(
                    200,
                    r#"{"data":{},"dry_run":true,"credits_would_charge":150}"#,
                )
            },
        );
        let call = || ToolCall::of(REVEAL, json!({"id": BUNDLE}));
        let (message, state) = form(&call().send(&app));
        let start =
            format!("Reveal the login of {BUNDLE}? It costs 150 credits. This cannot be undone.");
        assert!(message.starts_with(&start), "{message}");
        assert_eq!(sent(&app, is_read), 2, "no read is repeated");
        assert!(succeeded(&call().accepting(&state).send(&app)));
    }
}

#[test]
fn name_that_changes_does_not_ask_again() {
    let app = app_reading(
        {
            let reads = std::cell::Cell::new(0);
            move |_| {
                reads.set(reads.get() + 1);
                let name = json!({"data": {"username": format!("name{}", reads.get())}});
                json_answer(200, &name.to_string())
            }
        },
        |_| {
            json_answer(
                200,
                r#"{"data":{},"dry_run":true,"credits_would_charge":150}"#,
            )
        },
    );
    let call = || ToolCall::of(REVEAL, json!({"id": BUNDLE}));
    let (_, state) = form(&call().send(&app));
    assert!(succeeded(&call().accepting(&state).send(&app)));
}

#[test]
fn items_of_the_price_are_shown_if_they_add_up() {
    let with_items = |items: Value| {
        let body = json!({"data": {}, "credits_would_charge": 41, "cost_breakdown": items});
        let app = app_answering(move |_| json_answer(200, &body.to_string()));
        form(&ToolCall::order().send(&app)).0
    };
    let items = json!({"account_creation": 32, "video_slots": 6, "edit_slots": 3, "advanced_warming": 0, "total": 41});
    let shown =
        " It costs 41 credits (account creation 32, video slots 6, edit slots 3). Balance: ";
    assert!(with_items(items).contains(shown));
    let one = json!({"coverage_renewal": 41, "total": 41});
    assert!(with_items(one).contains(" It costs 41 credits (Coverage renewal). "));
    for untold in [
        json!({"account_creation": 32, "total": 41}),
        json!({"account_creation": "41"}),
        json!({"account_creation": 41.5}),
        json!({"). It costs no credits. (": 41}),
        json!({"account": 40, "huge": u64::MAX, "more": 2}),
        json!([41]),
        json!(null),
    ] {
        assert!(
            with_items(untold.clone()).contains(" It costs 41 credits. "),
            "{untold}"
        );
    }
}

#[test]
fn balance_is_shown_only_where_it_means_something() {
    let balance_of = |balance: Value, price: i64| {
        let answer = json!({"data": {"total_credits": balance}}).to_string();
        let app = app_reading(
            move |_| json_answer(200, &answer),
            move |_| json_answer(200, &json!({"credits_would_charge": price}).to_string()),
        );
        form(&ToolCall::order().send(&app)).0
    };
    assert!(balance_of(json!(38), 38).contains("Balance: 38 credits now, 0 afterwards."));
    for (balance, price) in [
        (json!(1250), 0),
        (json!(10), 38),
        (json!(-5), 38),
        (json!("1"), 38),
    ] {
        assert!(!balance_of(balance, price).contains("Balance"));
    }
}

#[test]
fn name_cannot_imitate_the_message() {
    let hostile = "x. It costs no credits.\n\nYes\u{202e}? \"Reveal\" ".repeat(9);
    for subject in [
        json!({"data": {"username": hostile, "platform": hostile, "country": hostile}}),
        json!({"data": {"username": hostile}}),
    ] {
        let text = message(REVEAL, json!({"id": BUNDLE}), 150, &about(subject));
        let (question, rest) = text
            .split_once("? It costs 150 credits.")
            .expect("the price");
        assert!(
            question.starts_with("Reveal the login of @\"x. It costs no credits. Yes? \\\"Reveal")
        );
        assert!(!text.contains('\n') && !text.contains('\u{202e}'), "{text}");
        assert!(
            question.len() < 300 && rest.starts_with(" Balance: 1,250"),
            "{text}"
        );
    }
    let arguments =
        json!({"bundle_type": "account_only", "country": "USA. It costs no credits. Free"});
    let text = message(ORDER, arguments, 38, &Facts::default());
    assert!(
        text.starts_with(
            "Order an account (\"USA. It costs no credits. Free\")? It costs 38 credits."
        ),
        "{text}"
    );
}

#[test]
fn times_and_lists_are_written_for_people() {
    let bundle = about(
        json!({"data": {"platform": "instagram", "country": "FR", "created_at": "2026-11-28T18:16:09.123Z"}}),
    );
    let text = message(
        "tokportal_publish_bundle",
        json!({"id": BUNDLE}),
        25,
        &bundle,
    );
    assert!(
        text.starts_with(
            "Publish the order for Instagram in FR (placed 2026-11-28 18:16 UTC), so that"
        ),
        "{text}"
    );
    let bulk = json!({"platforms": ["tiktok", "instagram"], "country": "USA", "accounts_count": 5});
    let text = message(
        "tokportal_create_bundles_bulk",
        bulk,
        320,
        &Facts::default(),
    );
    assert!(
        text.starts_with("Order 5 accounts on each of TikTok, Instagram (USA)?"),
        "{text}"
    );
}
