//! The portal's pages as a browser without script sees them.

use serde_json::json;

use super::browser::{Browser, attribute, text};
use super::world::World;

#[test]
fn every_page_has_its_headers_and_escapes() {
    let world = World::new();
    let mut browser = Browser::signed_in(&world);
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
    let mut victim = Browser::signed_in(&world);
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
    let mut other = Browser::signed_in(&world);
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
    let mut browser = Browser::signed_in(&world);
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
