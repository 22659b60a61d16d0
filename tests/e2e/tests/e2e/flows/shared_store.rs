//! Two hosts behind one origin, whose connectors have one store in Redis.

use crate::support::browser::Browser;
use crate::support::client::{OAuthClient, ask, assert_challenged, call, call_status};
use crate::support::portal::revoke;
use crate::support::redis::Redis;
use crate::support::{Running, json_of};
use futures::future::join_all;
use serde_json::json;
use std::time::Duration;
use tokportal_emulator::people::PEOPLE;

const CODES: usize = 8;
const TAKERS: usize = 64;

/// The first host runs the emulator, too.
struct Pair {
    redis: Redis,
    first: Running,
    second: Running,
}

impl Pair {
    async fn start() -> Self {
        let redis = Redis::start();
        let first = Running::start_on(&redis).await;
        let second = Running::start_as_well(&first, &redis).await;
        Self {
            redis,
            first,
            second,
        }
    }

    fn hosts(&self) -> [&Running; 2] {
        [&self.first, &self.second]
    }
}

/// The same client, whose requests a proxy sends to another host.
fn at<'a>(host: &'a Running, client: &OAuthClient<'_>) -> OAuthClient<'a> {
    OAuthClient {
        app: host,
        id: client.id.clone(),
    }
}

#[tokio::test]
async fn code_of_one_host_is_redeemed_on_the_other() {
    let pair = Pair::start().await;
    let browser = Browser::of(&pair.first, &PEOPLE[0]).await;
    let registered = OAuthClient::register(&pair.second, "App").await;
    let client = at(&pair.first, &registered);
    let code = client.code(&browser, "full").await;
    let token = at(&pair.second, &client).token(&code).await;
    for host in pair.hosts() {
        assert_eq!(call_status(host, &token).await, 200);
    }
    let (status, answer) = json_of(client.redeem(&code, &[]).await).await;
    assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")));
    // The second redemption revoked the key of the first one, on both hosts.
    for host in pair.hosts() {
        let answer = call(host, &token, "tokportal_get_credit_balance").await;
        assert_challenged(&answer, host);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_64_redemptions_on_both_hosts_succeeds() {
    let pair = Pair::start().await;
    let browser = Browser::of(&pair.first, &PEOPLE[0]).await;
    let client = OAuthClient::register(&pair.first, "Racer").await;
    let clients = pair.hosts().map(|host| at(host, &client));
    for _ in 0..CODES {
        let code = client.code(&browser, "read").await;
        let takers = (0..TAKERS).map(|taker| {
            let (client, code) = (&clients[taker % 2], &code);
            async move { json_of(client.redeem(code, &[]).await).await }
        });
        let mut winners = 0;
        for (status, answer) in join_all(takers).await {
            if status == 200 {
                winners += 1;
            } else {
                assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")));
            }
        }
        assert_eq!(winners, 1);
    }
}

#[tokio::test]
async fn revoked_key_is_401_on_both_hosts_after_the_cache_time() {
    let pair = Pair::start().await;
    let browser = Browser::of(&pair.first, &PEOPLE[0]).await;
    let client = OAuthClient::register(&pair.first, "App").await;
    let token = client.connect(&browser, "read").await;
    for host in pair.hosts() {
        let list = ask(host, &token, "tools/list", json!({})).await;
        assert_eq!(list.status(), 200);
    }
    revoke(&browser, "App (MCP connector)").await;
    for host in pair.hosts() {
        host.clock.advance(Duration::from_secs(6));
    }
    for host in pair.hosts() {
        let list = ask(host, &token, "tools/list", json!({})).await;
        assert_challenged(&list, host);
    }
}

#[tokio::test]
async fn redis_outage_is_an_error_on_both_hosts_and_loses_nothing() {
    let mut pair = Pair::start().await;
    let browser = Browser::of(&pair.first, &PEOPLE[0]).await;
    let client = OAuthClient::register(&pair.first, "App").await;
    let token = client.connect(&browser, "full").await;
    let code = client.code(&browser, "read").await;
    let consent = client.consent_page(&browser).await;

    pair.redis.kill();
    for host in pair.hosts() {
        let refused = at(host, &client).redeem(&code, &[]).await;
        assert!(refused.headers().contains_key("x-request-id"));
        let (status, answer) = json_of(refused).await;
        assert_eq!(
            (status, &answer["error"]),
            (503, &json!("temporarily_unavailable")),
            "{answer}"
        );
    }
    let page = browser.decide(&consent, "full", "authorize").await;
    assert_eq!(page.status, 503, "{}", page.text);
    assert!(page.headers.contains_key("retry-after"));
    let id = page.headers["x-request-id"].to_str().expect("ASCII");
    assert!(page.text.contains(id), "{}", page.text);
    // A key needs no store.
    for host in pair.hosts() {
        assert_eq!(call_status(host, &token).await, 200);
    }

    pair.redis.restart();
    let second = at(&pair.second, &client).token(&code).await;
    for host in pair.hosts() {
        for token in [&token, &second] {
            assert_eq!(call_status(host, token).await, 200);
        }
    }
    client.connect(&browser, "full").await;
}
