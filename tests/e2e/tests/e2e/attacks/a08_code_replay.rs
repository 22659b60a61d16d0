//! Attack family 8: an authorization code that is redeemed more than once.

use crate::support::browser::Browser;
use crate::support::client::{OAuthClient, assert_challenged, call, call_status};
use crate::support::portal::{faults_left, plan_fault};
use crate::support::{Running, json_of};
use futures::future::join_all;
use serde_json::json;
use tokportal_emulator::people::PEOPLE;

const CODES: usize = 20;
const TAKERS: usize = 64;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_64_redemptions_succeeds_and_a_replay_revokes() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "Racer").await;
    for _ in 0..CODES {
        let code = client.code(&browser, "read").await;
        let takers = (0..TAKERS).map(|_| async { json_of(client.redeem(&code, &[]).await).await });
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
        let (status, answer) = json_of(client.redeem(&code, &[]).await).await;
        assert_eq!((status, &answer["error"]), (400, &"invalid_grant".into()));
        assert_challenged(
            &call(&app, token, "tokportal_get_credit_balance").await,
            &app,
        );
    }
}

fn events(app: &Running, event: &str) -> usize {
    let name = format!("\"event\":\"{event}\"");
    let lines = app.log.lines();
    lines.iter().filter(|line| line.contains(&name)).count()
}

/// Case A22. The planned faults are harmless: they count the calls.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_replays_lead_to_one_revocation() {
    for app in Running::on_both_stores().await {
        let browser = Browser::of(&app, &PEOPLE[0]).await;
        let client = OAuthClient::register(&app, "Racer").await;
        let code = client.code(&browser, "full").await;
        let token = client.token(&code).await;
        let counted =
            json!({"operation": "portal.revoke", "kind": "delay", "delay_ms": 1, "times": 100});
        plan_fault(&app, counted).await;
        let replays = (0..TAKERS).map(|_| async { client.redeem(&code, &[]).await.status() });
        for status in join_all(replays).await {
            assert_eq!(status, 400);
        }
        assert_eq!(client.redeem(&code, &[]).await.status(), 400);
        assert_eq!(
            faults_left(&app, "portal.revoke").await,
            99,
            "calls of DELETE"
        );
        assert_eq!(events(&app, "code_replayed"), 1);
        assert_eq!(call_status(&app, &token).await, 401);
    }
}

#[tokio::test]
async fn failed_revocation_is_tried_again_by_the_next_replay() {
    for app in Running::on_both_stores().await {
        let browser = Browser::of(&app, &PEOPLE[0]).await;
        let client = OAuthClient::register(&app, "App").await;
        let code = client.code(&browser, "full").await;
        let token = client.token(&code).await;
        let outage = json!({"operation": "portal.revoke", "kind": "503", "times": 2});
        plan_fault(&app, outage).await;
        assert_eq!(client.redeem(&code, &[]).await.status(), 400);
        assert_eq!(events(&app, "revocation_failed"), 1);
        assert_eq!(call_status(&app, &token).await, 200);
        assert_eq!(client.redeem(&code, &[]).await.status(), 400);
        assert_eq!(call_status(&app, &token).await, 401);
        assert_eq!(events(&app, "revocation_failed"), 1);
    }
}
