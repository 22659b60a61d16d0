//! Attack family 8 over the wire: one code, many takers.

use crate::browser::Browser;
use crate::program::{Program, assert_challenged, call};
use crate::support::{Running, json_of};
use futures::future::join_all;
use tokportal_emulator::people::PEOPLE;

const CODES: usize = 20;
const TAKERS: usize = 64;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_parallel_redemptions_one_is_answered_and_a_replay_revokes_the_key() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let program = Program::register(&app, "Racer").await;
    for _ in 0..CODES {
        let code = program.code(&browser, "read").await;
        let takers = (0..TAKERS).map(|_| async { json_of(program.redeem(&code, &[]).await).await });
        let mut tokens = Vec::new();
        for (status, answer) in join_all(takers).await {
            if status == 200 {
                tokens.push(answer["access_token"].as_str().expect("a token").to_owned());
            } else {
                assert_eq!((status, &answer["error"]), (400, &"invalid_grant".into()));
            }
        }
        let [token] = tokens.as_slice() else {
            panic!("{} tokens for one code", tokens.len())
        };
        let (status, answer) = json_of(program.redeem(&code, &[]).await).await;
        assert_eq!((status, &answer["error"]), (400, &"invalid_grant".into()));
        assert_challenged(
            &call(&app, token, "tokportal_get_credit_balance").await,
            &app,
        );
    }
}

#[tokio::test]
async fn a_code_that_was_redeemed_once_keeps_its_key() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let program = Program::register(&app, "App").await;
    let token = program.connect(&browser, "read").await;
    app.clock.advance(std::time::Duration::from_secs(24 * 3600));
    for _ in 0..3 {
        program.redeem("unknown", &[]).await;
    }
    assert_eq!(
        call(&app, &token, "tokportal_get_credit_balance")
            .await
            .status(),
        200
    );
}

/// Families 1, 2 and 9: whoever is not entitled to a code neither gets it nor takes it from the one who is.
#[tokio::test]
async fn wrong_verifier_client_redirect_or_resource_consume_nothing() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let (program, other) = (
        Program::register(&app, "App").await,
        Program::register(&app, "Other").await,
    );
    let code = program.code(&browser, "read").await;
    let long = "v".repeat(129);
    for (field, value, error) in [
        ("client_id", other.id.as_str(), "invalid_grant"),
        ("client_id", "nobody", "invalid_client"),
        (
            "redirect_uri",
            "https://app.example/callback/",
            "invalid_grant",
        ),
        (
            "redirect_uri",
            "https://app.example/Callback",
            "invalid_grant",
        ),
        (
            "redirect_uri",
            "https://app.example:443/callback",
            "invalid_grant",
        ),
        (
            "redirect_uri",
            "https://user@app.example/callback",
            "invalid_grant",
        ),
        (
            "redirect_uri",
            "https://app.example/callback#",
            "invalid_grant",
        ),
        (
            "code_verifier",
            "another-verifier-of-more-than-43-characters-012345",
            "invalid_grant",
        ),
        ("code_verifier", "short", "invalid_grant"),
        ("code_verifier", &long, "invalid_grant"),
        (
            "resource",
            "https://other.example/api/ext/mcp",
            "invalid_target",
        ),
        ("grant_type", "client_credentials", "unsupported_grant_type"),
    ] {
        let (status, answer) = json_of(program.redeem(&code, &[(field, value)]).await).await;
        assert!(status == 400 || status == 401, "{status}");
        assert_eq!(answer["error"], error, "{field}={value}: {answer}");
    }
    let (status, answer) = json_of(program.redeem(&code, &[]).await).await;
    assert_eq!(status, 200, "{answer}");
    let token = answer["access_token"].as_str().expect("a token");
    assert_eq!(
        call(&app, token, "tokportal_get_credit_balance")
            .await
            .status(),
        200
    );
}

#[tokio::test]
async fn a_code_lives_ten_minutes() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let program = Program::register(&app, "App").await;
    let code = program.code(&browser, "read").await;
    app.clock.advance(std::time::Duration::from_secs(601));
    let (status, answer) = json_of(program.redeem(&code, &[]).await).await;
    assert_eq!((status, &answer["error"]), (400, &"invalid_grant".into()));
}
