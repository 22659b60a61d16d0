//! Attack family 8: an authorization code that is redeemed more than once.

use crate::support::browser::Browser;
use crate::support::client::{OAuthClient, assert_challenged, call};
use crate::support::{Running, json_of};
use futures::future::join_all;
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
