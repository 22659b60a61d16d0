//! Attack families 4 to 7 over the wire: the confused deputy, another browser, remembered consent, forms of other sites.

use crate::browser::{Browser, Seen, with_form};
use crate::program::{Program, call};
use crate::store::live_keys;
use crate::support::{Running, json_of};
use futures::future::join_all;
use tokportal_emulator::people::PEOPLE;
use url::Url;

/// That a page refuses, and no code leaves.
fn assert_refused(answer: &Seen) {
    assert!(answer.status >= 400, "{} {}", answer.status, answer.text);
    assert!(answer.target().is_none());
    assert!(answer.text.contains("<h1"), "a page: {}", answer.text);
}

/// Family 5 (CVE-2026-27124).
#[tokio::test]
async fn the_form_of_one_browser_is_worth_nothing_in_another() {
    let app = Running::start().await;
    let (victim, attacker) = (
        Browser::of(&app, &PEOPLE[0]).await,
        Browser::of(&app, &PEOPLE[1]).await,
    );
    let stranger = Browser::new(&app);
    let program = Program::register(&app, "App").await;
    let before = live_keys(&app).await;
    let page = program.consent_page(&attacker).await;
    // The other browser has a cookie of its own attempt, too.
    program.consent_page(&victim).await;
    for browser in [&victim, &stranger] {
        assert_refused(&browser.decide(&page, "full", "authorize").await);
    }
    assert_eq!(live_keys(&app).await, before);
    assert_eq!(
        attacker.decide(&page, "read", "authorize").await.status,
        303
    );
    assert_eq!(live_keys(&app).await, before + 1);
}

/// Family 5: the sign-in of one browser does not go on in another, so nobody is connected to a stranger's account.
#[tokio::test]
async fn the_way_back_from_the_portal_leads_to_its_own_browser_only() {
    let app = Running::start().await;
    let attacker = Browser::of(&app, &PEOPLE[1]).await;
    let victim = Browser::of(&app, &PEOPLE[0]).await;
    let program = Program::register(&app, "App").await;
    let leaving = attacker.get(&program.authorization(&[])).await;
    let back = attacker
        .get(leaving.target().expect("the portal").as_str())
        .await;
    let callback = back.target().expect("the way back");
    assert_eq!(callback.path(), "/connect/callback");
    assert_refused(&victim.get(callback.as_str()).await);
    assert_refused(&Browser::new(&app).get(callback.as_str()).await);
    assert_eq!(attacker.get(callback.as_str()).await.status, 200);
}

#[tokio::test]
async fn two_tabs_both_work() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let (one, two) = (
        Program::register(&app, "One").await,
        Program::register(&app, "Two").await,
    );
    let (first, second) = (
        one.consent_page(&browser).await,
        two.consent_page(&browser).await,
    );
    for (program, page, other) in [(&two, &second, &one), (&one, &first, &two)] {
        let code = browser.decide(page, "full", "authorize").await.code();
        assert_eq!(
            other.redeem(&code, &[]).await.status(),
            400,
            "the other tab's app"
        );
        assert_eq!(program.redeem(&code, &[]).await.status(), 200);
    }
}

/// Family 7: the form sent again, by a second press or by whoever saw it.
#[tokio::test]
async fn a_consent_form_counts_once() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let program = Program::register(&app, "App").await;
    let before = live_keys(&app).await;
    let page = program.consent_page(&browser).await;
    let presses = (0..8).map(|_| browser.decide(&page, "read", "authorize"));
    let answers = join_all(presses).await;
    let codes: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 303)
        .collect();
    let [sent] = codes.as_slice() else {
        panic!("{} codes", codes.len())
    };
    assert_eq!(live_keys(&app).await, before + 1);
    let (_, answer) = json_of(program.redeem(&sent.code(), &[]).await).await;
    let token = answer["access_token"].as_str().expect("a token");
    assert_refused(&browser.decide(&page, "full", "authorize").await);
    assert_eq!(live_keys(&app).await, before + 1);
    let works = call(&app, token, "tokportal_get_credit_balance").await;
    assert_eq!(
        works.status(),
        200,
        "a form that is sent again takes nothing away"
    );
}

/// Family 7: a page of another site sends the form in the person's own browser.
#[tokio::test]
async fn csrf_origin_is_refused_and_uses_nothing_up() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let program = Program::register(&app, "App").await;
    let before = live_keys(&app).await;
    let page = program.consent_page(&browser).await;
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
        let request = with_form(
            app.client.post(address.clone()).header(name, value),
            &fields,
        );
        let answer = browser.send(address.clone(), request).await;
        assert_eq!(answer.status, 403, "{name}: {value}");
        assert_refused(&answer);
    }
    // By GET there is nothing at all.
    let by_get = browser
        .get(&format!(
            "/connect/consent?request={}&level=full&decision=authorize",
            fields["request"]
        ))
        .await;
    assert_eq!(by_get.status, 405);
    assert_eq!(live_keys(&app).await, before);
    assert_eq!(browser.decide(&page, "read", "authorize").await.status, 303);
}

/// Families 4 and 6 (GHSA-c2jp-c369-7pvx, GHSA-6x8h-498w-gv8c): nothing is remembered, for no client.
#[tokio::test]
async fn every_attempt_is_asked_about_again() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    let trusted = Program::register(&app, "Trusted").await;
    trusted.connect(&browser, "full").await;
    let before = live_keys(&app).await;
    let other = Program::register(&app, "Trusted").await;
    for program in [&trusted, &other] {
        for prompt in ["none", "consent", ""] {
            let page = browser
                .open(&program.authorization(&[("prompt", prompt)]))
                .await;
            assert_eq!(page.status, 200);
            assert_eq!(page.form("/connect/consent")["level"], "read");
        }
    }
    assert_eq!(live_keys(&app).await, before, "looking mints nothing");
}
