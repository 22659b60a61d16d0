//! The portal's pages as a browser without script sees them.

use serde_json::json;

use super::browser::{Browser, attribute, text};
use super::world::World;

fn signed_in(world: &World) -> Browser<'_> {
    let mut browser = Browser::new(world);
    browser.sign_in("demo@tokportal.example", "demo-password");
    browser
}

#[test]
fn every_page_has_its_headers_and_escapes() {
    let world = World::new();
    let mut browser = signed_in(&world);
    let page = browser.get("/portal/sign-in?email=%22%3E%3Cscript%3E");
    assert!(!text(&page).contains("<script>"));
    for path in [
        "/",
        "/portal/sign-in",
        "/portal/developer/api-keys",
        "/portal/nothing",
    ] {
        let page = browser.get(path);
        let header = |name: &str| {
            page.headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        let policy = header("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert_eq!(header("x-frame-options").as_deref(), Some("DENY"));
        assert_eq!(header("x-content-type-options").as_deref(), Some("nosniff"));
        assert_eq!(header("cache-control").as_deref(), Some("no-store"));
        assert!(text(&page).starts_with("<!doctype html>"), "{path}");
    }
    let style = browser.get("/portal/assets/portal.css");
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
}

#[test]
fn a_wrong_password_is_said_at_the_top_and_at_the_field() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let page = browser.get("/portal/sign-in");
    let answer = browser.submit(
        &page,
        &[("email", "demo@tokportal.example"), ("password", "wrong")],
    );
    let html = text(&answer);
    assert_eq!(answer.status(), 400);
    assert!(
        html.contains("role=\"alert\"") && html.contains("id=\"password-error\""),
        "{html}"
    );
    assert!(html.contains("value=\"demo@tokportal.example\"") && !html.contains("value=\"wrong\""));
    assert!(
        browser
            .get("/portal/developer/api-keys")
            .headers()
            .contains_key("location")
    );
}

#[test]
fn signing_in_goes_to_pages_of_the_portal_only() {
    let world = World::new();
    for elsewhere in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/portal\\..\\x",
        "/authorize",
    ] {
        let mut browser = Browser::new(&world);
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("return_to", elsewhere)
            .finish();
        let page = browser.get(&format!("/portal/sign-in?{query}"));
        let answer = browser.submit(
            &page,
            &[
                ("email", "demo@tokportal.example"),
                ("password", "demo-password"),
            ],
        );
        assert_eq!(
            answer.headers()["location"],
            "/portal/developer/api-keys",
            "{elsewhere}"
        );
    }
}

#[test]
fn forms_of_other_sites_and_browsers_are_refused() {
    let world = World::new();
    let mut victim = signed_in(&world);
    let page = victim.get("/portal/developer/api-keys/new");
    victim.origin = Some("https://evil.example".into());
    assert_eq!(victim.submit(&page, &[("name", "A")]).status(), 400);
    victim.origin = Some("null".into());
    assert_eq!(victim.submit(&page, &[("name", "A")]).status(), 400);
    victim.origin = None;
    assert_eq!(
        victim
            .submit(&page, &[("name", "A"), ("form_token", "x")])
            .status(),
        400
    );
    let mut other = signed_in(&world);
    let foreign = other.get("/portal/developer/api-keys/new");
    assert_eq!(victim.submit(&foreign, &[("name", "A")]).status(), 400);
    let mut blocked = Browser::new(&world);
    let sign_in = blocked.get("/portal/sign-in");
    blocked.cookies.clear();
    let answer = blocked.submit(
        &sign_in,
        &[
            ("email", "demo@tokportal.example"),
            ("password", "demo-password"),
        ],
    );
    assert!(text(&answer).contains("Allow cookies"), "{}", text(&answer));
}

#[test]
fn signing_in_changes_the_session_and_signing_out_ends_it() {
    let world = World::new();
    let mut browser = signed_in(&world);
    let before = browser.cookies.clone();
    browser.sign_in("demo@tokportal.example", "demo-password");
    assert_ne!(browser.cookies, before);
    let mut old = Browser {
        world: &world,
        cookies: before,
        origin: None,
    };
    assert_eq!(old.get("/portal/developer/api-keys").status(), 303);
    let page = text(&browser.get("/portal/developer/api-keys"));
    let token = attribute(&page[page.find("form_token").unwrap()..], "value").unwrap();
    let cookies = browser.cookies.clone();
    let out = browser.post("/portal/sign-out", &[("form_token".into(), token)]);
    assert_eq!(out.status(), 303);
    let mut copy = Browser {
        world: &world,
        cookies,
        origin: None,
    };
    assert_eq!(copy.get("/portal/developer/api-keys").status(), 303);
}

#[test]
fn a_key_is_created_shown_once_used_logged_and_revoked() {
    let world = World::new();
    let mut browser = signed_in(&world);
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
    let mut browser = signed_in(&world);
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
    let mut alex = signed_in(&world);
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

#[test]
fn the_landing_page_names_the_connector_and_the_demo_person() {
    let world = World::new();
    let html = text(&Browser::new(&world).get("/"));
    for part in [
        "http://localhost:3000/api/ext/mcp",
        "demo@tokportal.example",
        "demo-password",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert_eq!(
        world.control("/reset", json!({}))["people"][0]["credits"],
        1250
    );
}
