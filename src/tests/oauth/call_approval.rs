//! Approval by link: a paid call of a client that shows no forms, the page of the person, and the call again.

use super::api_key;
use super::portal::PORTAL_TOKEN;
use super::world::{
    Browser, CALLBACK, ORIGIN, World, hidden_request, json_of, location, parameter, text,
    token_request,
};
use crate::access::approval::LIFETIME;
use crate::testing::connector;
use crate::web::reply::Reply;
use bytes::Bytes;
use futures::future::join_all;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

const ADDRESS: &str = "/api/ext/mcp?confirm=always";
const PRICE: u64 = 36;

/// A world with a connected client, and its token.
fn world() -> (World, String) {
    connected(World::new())
}

fn connected(world: World) -> (World, String) {
    world.portal.price.set(PRICE);
    let resource = format!("{ORIGIN}{ADDRESS}");
    let client_id = world.register("Planner", &[CALLBACK]);
    let mut browser = Browser::default();
    let page = world.consent_page_for(&mut browser, &client_id, &resource);
    let reply = browser.decide(&world, &page, "full", "authorize");
    let code = parameter(&location(&reply), "code").expect("a code");
    let token = redeem(&world, &client_id, &code);
    (world, token)
}

/// The token for a code of this address.
fn redeem(world: &World, client_id: &str, code: &str) -> String {
    let resource = format!("{ORIGIN}{ADDRESS}");
    let mut fields = token_request(client_id, code);
    fields.retain(|(name, _)| *name != "resource");
    fields.push(("resource", &resource));
    let answer = json_of(&world.post("/token", &fields));
    let token = answer["access_token"].as_str();
    token
        .unwrap_or_else(|| panic!("no token: {answer}"))
        .to_owned()
}

fn order(videos: u64) -> Value {
    json!({"name": "tokportal_create_bundle", "arguments": {
        "bundle_type": "account_and_videos", "platform": "tiktok", "country": "USA", "videos_quantity": videos,
        "title": "Spring \"launch\"",
    }})
}

/// Calls the tool, and returns the result.
fn call(world: &World, token: &str, params: &Value) -> Value {
    let reply = world.mcp_at(ADDRESS, token, "tools/call", params.clone());
    json_of(&reply)["result"].clone()
}

/// The error code of a result; empty for a success.
fn code(result: &Value) -> &str {
    let code = &result["structuredContent"]["error"]["code"];
    code.as_str().unwrap_or_default()
}

/// The link in a result that asks for an approval, as path and query.
fn link(result: &Value) -> String {
    assert_eq!(code(result), "APPROVAL_REQUIRED", "{result}");
    assert_eq!(result["isError"], true);
    let url = &result["structuredContent"]["error"]["details"]["approval_url"];
    let url = url.as_str().expect("a link");
    url.strip_prefix(ORIGIN).expect("our own").to_owned()
}

/// How many orders were made, without dry runs.
fn orders(world: &World) -> usize {
    let sent = world.app.host.sent.borrow();
    let is_order = |request: &&Request<_>| {
        request.method() == Method::POST
            && request.uri().path().starts_with("/api/ext/")
            && !request.headers().contains_key("x-tokportal-dry-run")
    };
    sent.iter().filter(is_order).count()
}

/// Opens a link in a browser whose person is signed in at the portal.
fn open(world: &World, browser: &mut Browser, link: &str) -> Reply {
    let to_portal = location(&browser.get(world, link));
    let callback = world.portal.sign_in(&to_portal);
    browser.open(world, &callback)
}

fn decide(world: &World, browser: &mut Browser, page: &Reply, decision: &str) -> Reply {
    let fields = [("request", &*hidden_request(page)), ("decision", decision)];
    browser.post(world, "/approve/question", &fields)
}

/// Approves the question behind a link.
fn approve(world: &World, link: &str) {
    let mut browser = Browser::default();
    let page = open(world, &mut browser, link);
    let reply = decide(world, &mut browser, &page, "approve");
    assert_eq!(reply.status(), StatusCode::OK);
    assert!(text(&reply).contains("Approved"), "{}", text(&reply));
}

#[test]
fn call_runs_once_after_the_owner_of_the_key_approved_it() {
    let (world, token) = world();
    let asked = call(&world, &token, &order(2));
    let details = &asked["structuredContent"]["error"]["details"];
    assert_eq!(details["price"], PRICE);
    let link = link(&asked);
    assert!(link.len() < 50, "{link}");
    assert_eq!(orders(&world), 0);

    let mut browser = Browser::default();
    let page = open(&world, &mut browser, &format!("{link}."));
    let html = text(&page);
    for shown in [
        "Approve 36\u{a0}credits",
        "Ada &#60;Demo&#62;",
        "Planner (MCP connector)",
        "&#34;Spring \\&#34;launch\\&#34;&#34;",
    ] {
        assert!(html.contains(shown), "{shown}: {html}");
    }
    assert!(!html.contains(PORTAL_TOKEN) && !html.contains(&token));
    assert_eq!(code(&call(&world, &token, &order(2))), "APPROVAL_REQUIRED");

    decide(&world, &mut browser, &page, "approve");
    assert_eq!(orders(&world), 0, "the page itself runs nothing");
    assert_eq!(code(&call(&world, &token, &order(2))), "");
    assert_eq!(orders(&world), 1);
    assert_eq!(code(&call(&world, &token, &order(2))), "APPROVAL_REQUIRED");
    assert_eq!(orders(&world), 1);
}

#[test]
fn question_that_is_open_keeps_its_link() {
    let (world, token) = world();
    let first = link(&call(&world, &token, &order(2)));
    world.advance_clock(LIFETIME - 1);
    assert_eq!(link(&call(&world, &token, &order(2))), first);
    approve(&world, &first);
    assert_eq!(code(&call(&world, &token, &order(2))), "");
    assert_eq!(orders(&world), 1);
}

#[test]
fn approval_counts_for_one_key_and_one_call() {
    let (world, token) = world();
    approve(&world, &link(&call(&world, &token, &order(2))));
    let other = call(&world, &token, &order(3));
    assert_eq!(code(&other), "APPROVAL_REQUIRED");
    let client_id = world.register("Another app", &[CALLBACK]);
    let mut browser = Browser::default();
    let resource = format!("{ORIGIN}{ADDRESS}");
    let page = world.consent_page_for(&mut browser, &client_id, &resource);
    let reply = browser.decide(&world, &page, "full", "authorize");
    let other_code = parameter(&location(&reply), "code").expect("a code");
    let other_key = redeem(&world, &client_id, &other_code);
    assert_eq!(
        code(&call(&world, &other_key, &order(2))),
        "APPROVAL_REQUIRED"
    );
    assert_eq!(orders(&world), 0);
}

#[test]
fn higher_price_is_asked_about_again() {
    let (world, token) = world();
    let first = link(&call(&world, &token, &order(2)));
    approve(&world, &first);
    world.portal.price.set(PRICE + 1);
    let again = call(&world, &token, &order(2));
    assert_eq!(
        again["structuredContent"]["error"]["details"]["price"],
        PRICE + 1
    );
    assert_eq!(orders(&world), 0);
    let mut browser = Browser::default();
    let page = open(&world, &mut browser, &link(&again));
    assert!(text(&page).contains("The request has changed since you were asked."));
    decide(&world, &mut browser, &page, "approve");
    world.portal.price.set(PRICE);
    assert_eq!(
        code(&call(&world, &token, &order(2))),
        "",
        "a lower price is covered"
    );
    assert_eq!(orders(&world), 1);
}

#[test]
fn form_of_an_older_price_approves_nothing() {
    let (world, token) = world();
    let link = link(&call(&world, &token, &order(2)));
    let mut browser = Browser::default();
    let page = open(&world, &mut browser, &link);
    world.portal.price.set(90);
    call(&world, &token, &order(2));
    let again = decide(&world, &mut browser, &page, "approve");
    let html = text(&again);
    assert!(html.contains("has changed") && html.contains("Approve 90\u{a0}credits"));
    assert_eq!(code(&call(&world, &token, &order(2))), "APPROVAL_REQUIRED");
    decide(&world, &mut browser, &again, "approve");
    assert_eq!(code(&call(&world, &token, &order(2))), "");
}

#[test]
fn refusal_is_told_once_and_then_asked_about_again() {
    let (world, token) = world();
    let first = link(&call(&world, &token, &order(2)));
    let mut browser = Browser::default();
    let page = open(&world, &mut browser, &first);
    let reply = decide(&world, &mut browser, &page, "decline");
    assert!(text(&reply).contains("Nothing was done and nothing was charged."));
    let late = decide(&world, &mut browser, &page, "approve");
    assert!(
        text(&late).contains("You did not approve this"),
        "the first answer counts"
    );
    assert_eq!(
        code(&call(&world, &token, &order(2))),
        "CONFIRMATION_DECLINED"
    );
    assert_eq!(code(&call(&world, &token, &order(2))), "APPROVAL_REQUIRED");
    assert_eq!(orders(&world), 0);
}

#[test]
fn question_and_answer_end_after_ten_minutes() {
    let (world, token) = world();
    let first = link(&call(&world, &token, &order(2)));
    world.advance_clock(LIFETIME);
    let reply = Browser::default().get(&world, &first);
    assert_eq!(reply.status(), StatusCode::NOT_FOUND);
    assert!(text(&reply).contains("no longer open"));

    let second = link(&call(&world, &token, &order(2)));
    approve(&world, &second);
    world.advance_clock(LIFETIME - 1);
    assert_eq!(code(&call(&world, &token, &order(2))), "");
    approve(&world, &link(&call(&world, &token, &order(2))));
    world.advance_clock(LIFETIME);
    assert_eq!(code(&call(&world, &token, &order(2))), "APPROVAL_REQUIRED");
    assert_eq!(orders(&world), 1);
}

#[test]
fn other_person_sees_nothing_of_the_call() {
    let (world, token) = world();
    let link = link(&call(&world, &token, &order(2)));
    world.portal.forget_person();
    let mut browser = Browser::default();
    let reply = open(&world, &mut browser, &link);
    let html = text(&reply);
    assert_eq!(reply.status(), StatusCode::FORBIDDEN);
    assert!(html.contains("This is not your request"));
    for hidden in ["36", "Order", "Spring", "Planner", "name=\"request\""] {
        assert!(!html.contains(hidden), "{hidden}: {html}");
    }
    assert!(html.contains("&#38;switch=1"), "a way to sign in again");
    let to_portal = location(&browser.get(&world, &format!("{link}&switch=1")));
    assert_eq!(
        parameter(&to_portal, "prompt").as_deref(),
        Some("login"),
        "{to_portal}"
    );
}

#[test]
fn page_works_only_in_the_browser_that_signed_in() {
    let (world, token) = world();
    let link = link(&call(&world, &token, &order(2)));
    let mut owner = Browser::default();
    let to_portal = location(&owner.get(&world, &link));
    let callback = world.portal.sign_in(&to_portal);
    let stolen = Browser::default().get(&world, &callback);
    assert!(text(&stolen).contains("cookie"), "{}", text(&stolen));
    let to_page = location(&owner.get(&world, &callback));
    assert!(text(&Browser::default().get(&world, &to_page)).contains("cookie"));

    let page = owner.get(&world, &to_page);
    let reply = decide(&world, &mut Browser::default(), &page, "approve");
    assert_eq!(reply.status(), StatusCode::BAD_REQUEST);
    let fields = format!("request={}&decision=approve", hidden_request(&page));
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let request = Request::post("/approve/question")
            .header(header::COOKIE, owner.cookies.join("; "))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(name, value)
            .body(Bytes::from(fields.clone()))
            .expect("a request");
        assert_eq!(world.send(request).status(), StatusCode::FORBIDDEN);
    }
    let page_url = &to_page;
    let query = format!("{page_url}&decision=approve");
    assert_eq!(owner.get(&world, &query).status(), StatusCode::OK);
    assert_eq!(code(&call(&world, &token, &order(2))), "APPROVAL_REQUIRED");
}

#[test]
fn callback_that_is_loaded_again_starts_again() {
    let (world, token) = world();
    let link = link(&call(&world, &token, &order(2)));
    let mut browser = Browser::default();
    let to_portal = location(&browser.get(&world, &link));
    let callback = world.portal.sign_in(&to_portal);
    browser.get(&world, &callback);
    let again = location(&browser.get(&world, &callback));
    assert_eq!(again, link);
}

#[test]
fn two_calls_share_no_approval() {
    for has_counters in [true, false] {
        let world = World::new();
        world.app.host.has_counters.set(has_counters);
        let (world, token) = connected(world);
        approve(&world, &link(&call(&world, &token, &order(2))));
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": order(2)});
        let request = || {
            Request::post(ADDRESS)
                .header("authorization", format!("Bearer {token}"))
                .header("content-type", "application/json")
                .header("mcp-protocol-version", "2025-06-18")
                .body(Bytes::from(body.to_string()))
                .expect("a request")
        };
        let both = [(); 2].map(|()| world.app.handle(request()));
        let replies = pollster::block_on(join_all(both));
        assert_eq!(orders(&world), 1, "{replies:?}");
    }
}

#[test]
fn portal_that_does_not_say_whose_key_it_is_lets_nothing_through() {
    let (world, token) = world();
    let link = link(&call(&world, &token, &order(2)));
    world.portal.list_failure.set(403);
    let reply = open(&world, &mut Browser::default(), &link);
    assert_eq!(reply.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(text(&reply).contains("does not say whose key this is"));
    assert_eq!(orders(&world), 0);
}

#[test]
fn without_a_portal_the_person_enters_the_key_of_the_call() {
    let world = api_key::world();
    world.portal.price.set(PRICE);
    let key = api_key::pasted_key();
    let link = link(&call(&world, &key, &order(2)));
    let mut browser = Browser::default();
    let page = browser.get(&world, &link);
    let html = text(&page);
    assert!(html.contains("Is this your key?") && !html.contains("Spring"));
    let enter = |browser: &mut Browser, key: &str| {
        let fields = [("request", &*hidden_request(&page)), ("api_key", key)];
        browser.post(&world, "/approve", &fields)
    };
    let wrong = enter(&mut browser, &format!("sk_{}", "ab".repeat(32)));
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&wrong).contains("with another API key"));
    let to_page = location(&enter(&mut browser, &format!(" {key}\n")));
    assert!(!to_page.contains("sk_"));
    let page = browser.get(&world, &to_page);
    assert!(text(&page).contains("Approve 36\u{a0}credits"));
    decide(&world, &mut browser, &page, "approve");
    assert_eq!(code(&call(&world, &key, &order(2))), "");
    assert_eq!(orders(&world), 1);
}

#[test]
fn key_of_the_call_approves_nothing_where_a_portal_signs_people_in() {
    let (world, token) = world();
    let link = link(&call(&world, &token, &order(2)));
    let mut app = Browser::default();
    let to_portal = location(&app.get(&world, &link));
    let state = parameter(&to_portal, "state").expect("a state");
    let sealed = state.strip_prefix("approve.").expect("our own");
    let fields = [("request", sealed), ("api_key", &*token)];
    let reply = app.post(&world, "/approve", &fields);
    assert_eq!(reply.status(), StatusCode::NOT_FOUND);
    assert_eq!(code(&call(&world, &token, &order(2))), "APPROVAL_REQUIRED");
}

#[test]
fn state_of_a_sign_in_is_no_form_for_a_key() {
    let (portal, token) = world();
    let link_of_portal = link(&call(&portal, &token, &order(2)));
    let mut browser = Browser::default();
    let to_portal = location(&browser.get(&portal, &link_of_portal));
    let state = parameter(&to_portal, "state").expect("a state");
    let sealed = state.strip_prefix("approve.").expect("our own").to_owned();
    // The same store and secret, and another way to sign in.
    let variables = [
        ("public_url", ORIGIN),
        ("api_base_url", "https://api.example"),
    ];
    let app = connector(portal.app.host, &variables);
    let world = World { app, ..portal };
    let fields = [("request", &*sealed), ("api_key", &*token)];
    let reply = browser.post(&world, "/approve", &fields);
    assert_eq!(reply.status(), StatusCode::NOT_FOUND);
}

#[test]
fn question_of_a_new_period_takes_the_place_of_an_older_one() {
    let (world, token) = world();
    // The end of a period of ten minutes.
    let now = world.app.host.now.get().as_secs();
    world.advance_clock(599 - now % 600);
    let first = link(&call(&world, &token, &order(2)));
    let mut browser = Browser::default();
    let page = open(&world, &mut browser, &first);
    world.advance_clock(10);
    world.portal.price.set(90);
    let second = link(&call(&world, &token, &order(2)));
    assert_ne!(first, second);
    let again = decide(&world, &mut browser, &page, "approve");
    let html = text(&again);
    assert!(html.contains("has changed") && html.contains("Approve 90\u{a0}credits"));
    decide(&world, &mut browser, &again, "approve");
    assert_eq!(code(&call(&world, &token, &order(2))), "");
    assert_eq!(orders(&world), 1);
}

#[test]
fn address_and_variable_decide_which_calls_are_asked_about() {
    for (value, path, asks) in [
        ("always", "/api/ext/mcp", true),
        ("where-supported", "/api/ext/mcp", false),
        ("never", "/api/ext/mcp", false),
        ("where-supported", ADDRESS, true),
        ("never", ADDRESS, true),
    ] {
        let variables = [
            api_key::API_KEY_MODE.as_slice(),
            &[("confirm_paid_calls", value)],
        ];
        let world = World::with(&variables.concat());
        let key = api_key::pasted_key();
        world
            .portal
            .keys
            .borrow_mut()
            .insert(key.clone(), "*".to_owned());
        world.portal.price.set(PRICE);
        let reply = world.mcp_at(path, &key, "tools/call", order(2));
        let result = json_of(&reply)["result"].clone();
        let expected = if asks { "APPROVAL_REQUIRED" } else { "" };
        assert_eq!(code(&result), expected, "{value} {path}: {result}");
        assert_eq!(orders(&world), usize::from(!asks));
    }
}

#[test]
fn links_that_lead_nowhere_are_explained() {
    let (world, _) = world();
    for path in [
        "/approve",
        "/approve?call=",
        "/approve?call=..%2F..%2Fcode",
        "/approve?call=AAAAAAAAAAAAAAAAAAAAAA",
        "/approve/question",
        "/approve/question?request=x",
    ] {
        let reply = Browser::default().get(&world, path);
        assert_eq!(reply.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(text(&reply).contains("no longer open"), "{path}");
    }
}
