//! The portal's pages for keys as a browser without script sees them.

use super::browser::{Browser, attribute, text};
use super::world::World;

#[test]
fn a_key_is_created_shown_once_used_logged_and_revoked() {
    let world = World::new();
    let mut browser = Browser::signed_in(&world);
    let form = browser.get("/portal/developer/api-keys/new");
    let created = browser.submit(
        &form,
        &[
            ("name", "Nightly <b>report</b>"),
            ("level", "full"),
            ("environment", "staging"),
            ("life", "30"),
        ],
    );
    assert_eq!(created.status(), 201, "{}", text(&created));
    let html = text(&created);
    let key = format!(
        "sk_{}",
        &html[html.find("value=\"sk_").unwrap() + 10..][..64]
    );
    let again = browser.submit(
        &form,
        &[
            ("name", "Nightly"),
            ("environment", "staging"),
            ("life", "30"),
        ],
    );
    assert_eq!(again.status(), 409);

    let client = [
        ("x-api-key", key.as_str()),
        ("x-tokportal-client", "tokportal-python/0.1.0"),
    ];
    world
        .call_with("GET", "/credits/balance", None, &client)
        .data();
    world.call_with("GET", "/bundles/nothing", None, &client);
    let list = text(&browser.get("/portal/developer/api-keys"));
    assert!(
        !list.contains(&key) && !list.contains("<b>report"),
        "{list}"
    );
    assert!(list.contains("tokportal-python/0.1.0") && list.contains("1,250 credits"));
    let id = list
        .split("Nightly")
        .nth(1)
        .unwrap()
        .split("api-keys/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let log = text(&browser.get(&format!("/portal/developer/api-keys/{id}")));
    let (first, second) = (
        log.find("tokportal_get_bundle").unwrap(),
        log.find("tokportal_get_credit_balance").unwrap(),
    );
    assert!(
        first < second && log.contains("404") && log.matches("req_").count() == 2,
        "{log}"
    );

    let ask = browser.get(&format!("/portal/developer/api-keys/{id}/revoke"));
    assert!(text(&ask).contains("stops working"));
    let done = browser.submit(&ask, &[]);
    let list = text(&browser.get(done.headers()["location"].to_str().unwrap()));
    assert!(list.contains("is revoked"), "{list}");
    assert_eq!(
        world.call_with("GET", "/me", None, &client).refusal().1,
        "AUTH_REVOKED_KEY"
    );
}

#[test]
fn the_form_for_a_key_says_what_is_wrong_and_keeps_the_rest() {
    let world = World::new();
    let mut browser = Browser::signed_in(&world);
    let form = browser.get("/portal/developer/api-keys/new");
    let answer = browser.submit(
        &form,
        &[
            ("name", " "),
            ("level", "full"),
            ("environment", "test"),
            ("life", "90"),
        ],
    );
    let html = text(&answer);
    assert_eq!(answer.status(), 400);
    assert!(
        html.contains("id=\"name-error\"") && html.contains("value=\"90\" selected"),
        "{html}"
    );
    assert!(
        html.contains("value=\"full\" required aria-describedby=\"level-full-text\" checked"),
        "{html}"
    );
}

#[test]
fn nobody_sees_or_revokes_the_keys_of_others() {
    let world = World::new();
    let mut alex = Browser::signed_in(&world);
    let list = text(&alex.get("/portal/developer/api-keys"));
    let id = list
        .split("api-keys/key_")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let mut sam = Browser::new(&world);
    sam.sign_in("second@tokportal.example", "second-password");
    for path in ["", "/revoke"] {
        assert_eq!(
            sam.get(&format!("/portal/developer/api-keys/key_{id}{path}"))
                .status(),
            404
        );
    }
    let page = text(&sam.get("/portal/developer/api-keys"));
    let token = attribute(&page[page.find("form_token").unwrap()..], "value").unwrap();
    sam.post(
        &format!("/portal/developer/api-keys/key_{id}/revoke"),
        &[("form_token".into(), token)],
    );
    assert_eq!(world.call("GET", "/me", None).status(), 200);
}
