//! Attack family 7: cross-site and repeated consent forms.

use crate::support::browser::{Browser, assert_refused, with_form};
use crate::support::client::{OAuthClient, call};
use crate::support::store::live_keys;
use crate::support::{Running, json_of};
use futures::future::join_all;
use tokportal_emulator::people::PEOPLE;
use url::Url;

/// The form is sent eight times at once, and once more after the code was redeemed.
#[tokio::test]
async fn consent_form_sent_again_mints_no_second_key() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let before = live_keys(&app).await;
    let page = client.consent_page(&browser).await;
    let presses = (0..8).map(|_| browser.decide(&page, "read", "authorize"));
    let answers = join_all(presses).await;
    let codes: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .collect();
    let [sent] = codes.as_slice() else {
        panic!("{} codes", codes.len())
    };
    assert_eq!(live_keys(&app).await, before + 1);
    let (_, answer) = json_of(client.redeem(&sent.code(), &[]).await).await;
    let token = answer["access_token"].as_str().expect("a token");
    assert_refused(&browser.decide(&page, "full", "authorize").await);
    assert_eq!(live_keys(&app).await, before + 1);
    let works = call(&app, token, "tokportal_get_credit_balance").await;
    assert_eq!(
        works.status(),
        200,
        "the key of the first submission still works"
    );
}

/// A page of another site submits the form in the person's own browser.
#[tokio::test]
async fn cross_site_consent_form_is_refused_and_not_used_up() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let client = OAuthClient::register(&app, "App").await;
    let before = live_keys(&app).await;
    let page = client.consent_page(&browser).await;
    let mut fields = page.form("/connect/consent");
    fields.insert("decision".to_owned(), "authorize".to_owned());
    let address = Url::parse(&app.url)
        .and_then(|url| url.join("/connect/consent"))
        .expect("an address");
    let foreign = [
        "https://evil.example",
        "http://localhost:1",
        &app.url.replace("localhost", "127.0.0.1"),
    ];
    for (name, value) in foreign.iter().map(|origin| ("origin", *origin)).chain([
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "none"),
    ]) {
        let request = with_form(app.http.post(address.clone()).header(name, value), &fields);
        let answer = browser.send(address.clone(), request).await;
        assert_eq!(answer.status, 403, "{name}: {value}");
        assert_refused(&answer);
    }
    // A GET request shows the page, and is not a decision.
    let by_get = browser
        .get(&format!(
            "/connect/consent?request={}&level=full&decision=authorize",
            fields["request"]
        ))
        .await;
    assert_eq!((by_get.status, by_get.target()), (200, None));
    assert_eq!(live_keys(&app).await, before);
    assert_eq!(browser.decide(&page, "read", "authorize").await.status, 200);
}

/// Case A18: both buttons are pressed before the browser has an answer.
#[tokio::test]
async fn authorize_and_cancel_at_once_are_one_decision() {
    for app in Running::on_both_stores().await {
        let browser = Browser::of(&app, &PEOPLE[0]).await;
        let client = OAuthClient::register(&app, "App").await;
        for order in [["authorize", "cancel"], ["cancel", "authorize"]] {
            let before = live_keys(&app).await;
            let page = client.consent_page(&browser).await;
            let presses = (0..8).map(|press| browser.decide(&page, "read", order[press % 2]));
            let answers = join_all(presses).await;
            let (decided, told): (Vec<_>, Vec<_>) =
                answers.iter().partition(|answer| answer.status == 200);
            let [decided] = decided.as_slice() else {
                panic!("{} decisions", decided.len())
            };
            let is_cancelled = decided.parameter("error").is_some();
            let says = if is_cancelled {
                "You cancelled this request"
            } else {
                "Already connected"
            };
            for answer in told {
                assert_eq!(answer.status, 409);
                assert!(answer.text.contains(says), "{}", answer.text);
            }
            let minted = live_keys(&app).await - before;
            assert_eq!(minted, i64::from(!is_cancelled));
        }
    }
}
