use super::*;
use serde_json::json;

#[test]
fn claim_of_an_unexpected_type_counts_as_absent() {
    for document in [
        json!({"name": 7, "email": ["a"], "credits": true}),
        json!({"name": {"en": "Ada"}, "email": null, "credits": "many"}),
        json!({"updated_at": "2026-11-29T07:00:00Z", "email_verified": "true", "address": "Paris"}),
        json!({"credits": 1e300}),
        json!(null),
    ] {
        assert_eq!(Claims::read(&document), Claims::default(), "{document}");
    }
}

#[test]
fn credits_are_read_as_number_and_as_text() {
    for (value, credits) in [
        (json!(1250), Some(1250)),
        (json!(1250.75), Some(1250)),
        (json!("1250"), Some(1250)),
        (json!(" 1250.0 "), Some(1250)),
        (json!(-3), Some(-3)),
        (json!("NaN"), None),
        (json!("inf"), None),
    ] {
        assert_eq!(Claims::read(&json!({ "credits": value })).credits, credits);
    }
}

#[test]
fn claims_of_userinfo_fill_what_the_id_token_lacks() {
    let read = |document| Claims::read(&document);
    let own = read(json!({"name": "Ada"}));
    assert!(!own.are_anonymous());
    let both = own.or(read(
        json!({"name": "Eve", "email": "ada@example.com", "credits": 1}),
    ));
    assert_eq!(
        both,
        read(json!({"name": "Ada", "email": "ada@example.com", "credits": 1}))
    );
}

#[test]
fn name_is_one_line_of_limited_length() {
    let claims = Claims::read(&json!({"name": format!("A\u{202e}\n{}", "b".repeat(1_000))}));
    assert!(claims.name.starts_with("A b") && claims.name.chars().count() <= NAME_LIMIT);
}
