use super::*;
use serde_json::json;

fn answer(status: u16, body: Value) -> Answer {
    Answer {
        status: StatusCode::from_u16(status).expect("a status"),
        body,
        is_damaged: false,
    }
}

#[test]
fn cause_has_status_code_and_message() {
    let body = json!({"error": {"code": "INVALID_CLIENT", "message": "Unknown\n client."}});
    assert_eq!(
        answer(401, body).cause(),
        "the portal answered 401 Unauthorized, INVALID_CLIENT: Unknown client."
    );
    for body in [
        json!(null),
        json!([]),
        json!({"error": "x"}),
        json!({"error": {"code": 7}}),
    ] {
        assert_eq!(
            answer(404, body).cause(),
            "the portal answered 404 Not Found"
        );
    }
}

#[test]
fn cause_repeats_neither_key_nor_token_and_is_short() {
    let key = format!("sk_{}", "ab".repeat(32));
    let token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJwZXJzb24tMSJ9.c2lnbmF0dXJl";
    for planted in [key.as_str(), token] {
        let message = format!("No: \"{planted}\" is {planted}.");
        let cause = answer(401, json!({"error": {"code": planted, "message": message}})).cause();
        assert!(!cause.contains(&planted[5..20]), "{cause}");
    }
    let long = json!({"error": {"code": "X", "message": "word ".repeat(1_000)}});
    assert!(answer(500, long).cause().chars().count() < 300);
}

#[test]
fn outages_are_temporary_and_refusals_are_not() {
    for (status, temporary) in [
        (429, true),
        (500, true),
        (502, true),
        (503, true),
        (501, false),
        (400, false),
        (401, false),
        (405, false),
    ] {
        assert_eq!(
            answer(status, json!(null)).is_temporary(),
            temporary,
            "{status}"
        );
    }
}
