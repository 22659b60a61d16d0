//! A new approval replaces the older keys of the same app.

use super::world::{Browser, CALLBACK, World, hidden_request, location, parameter, text};
use crate::web::reply::Reply;
use http::StatusCode;

/// The value of the checkbox, if the page has it.
fn offer(page: &Reply) -> Option<String> {
    let html = text(page);
    let (_, rest) = html.split_once("name=\"replace\" value=\"")?;
    Some(rest.split('"').next().expect("a value").to_owned())
}

fn is_preselected(page: &Reply) -> bool {
    text(page).contains("aria-describedby=\"replace-text\" checked>")
}

/// A page for a new approval of an app, and its browser.
fn page(world: &World, app: &str) -> (Browser, Reply) {
    let client_id = world.register(app, &[CALLBACK]);
    let mut browser = Browser::default();
    let page = world.consent_page(&mut browser, &client_id);
    (browser, page)
}

fn decide(
    world: &World,
    browser: &mut Browser,
    page: &Reply,
    level: &str,
    replace: Option<&str>,
) -> Reply {
    let request = hidden_request(page);
    let mut fields = vec![
        ("request", request.as_str()),
        ("level", level),
        ("decision", "authorize"),
    ];
    fields.extend(replace.map(|offer| ("replace", offer)));
    browser.post(world, "/connect/consent", &fields)
}

/// Connects an app as the page suggests it, or without replacing anything.
fn connect(world: &World, app: &str, level: &str, replaces: bool) {
    let (mut browser, page) = page(world, app);
    let offer = offer(&page).filter(|_| replaces);
    let reply = decide(world, &mut browser, &page, level, offer.as_deref());
    assert!(parameter(&location(&reply), "code").is_some());
}

/// Names and scopes of the keys that exist, in the order in which they were minted.
fn keys(world: &World) -> Vec<String> {
    let keys = world.portal.keys.borrow();
    let names = world.portal.names.borrow();
    let minted = keys.iter().map(|(key, scope)| {
        let number = usize::from_str_radix(&key[key.len() - 8..], 16).expect("a number");
        format!("{} {scope}", names[number - 1])
    });
    minted.collect()
}

fn events(world: &World, event: &str) -> usize {
    let log = world.app.host.log.borrow();
    let name = format!("\"event\":\"{event}\"");
    log.iter().filter(|line| line.contains(&name)).count()
}

#[test]
fn fifty_approvals_of_one_app_leave_one_key() {
    let world = World::new();
    connect(&world, "Other", "read", true);
    for _ in 0..50 {
        connect(&world, "App", "read", true);
    }
    let expected = ["Other (MCP connector) read", "App (MCP connector) read"];
    assert_eq!(keys(&world), expected);
    assert_eq!(events(&world, "revocation_failed"), 0);
}

#[test]
fn page_describes_the_older_keys_of_the_app_alone() {
    let world = World::new();
    connect(&world, "Other", "full", true);
    let (_, page) = page(&world, "App");
    assert_eq!(offer(&page), None);
    assert!(!text(&page).contains("Replace"));
    for _ in 0..5 {
        connect(&world, "App", "full", false);
    }
    connect(&world, "App", "read", false);
    let (_, page) = self::page(&world, "App");
    let html = text(&page);
    assert!(
        html.contains("Replace the 6 older keys of this app"),
        "{html}"
    );
    assert!(html.contains("…0002, Full access, never used"), "{html}");
    assert!(
        html.contains("and 3 more") && !html.contains("…0001"),
        "{html}"
    );
    assert!(is_preselected(&page));
}

#[test]
fn key_of_the_other_level_is_kept() {
    for (older, newer, left) in [
        ("read", "read", vec!["App (MCP connector) read"]),
        ("full", "full", vec!["App (MCP connector) *"]),
        (
            "read",
            "full",
            vec!["App (MCP connector) read", "App (MCP connector) *"],
        ),
        (
            "full",
            "read",
            vec!["App (MCP connector) *", "App (MCP connector) read"],
        ),
    ] {
        let world = World::new();
        connect(&world, "App", older, true);
        connect(&world, "App", newer, true);
        assert_eq!(keys(&world), left);
    }
}

#[test]
fn keys_stay_without_the_tick_or_the_approval() {
    let world = World::new();
    connect(&world, "App", "read", true);
    connect(&world, "App", "read", false);
    assert_eq!(keys(&world).len(), 2);
    let (mut browser, page) = page(&world, "App");
    let (request, offer) = (hidden_request(&page), offer(&page).expect("an offer"));
    let fields = [
        ("request", &*request),
        ("level", "read"),
        ("replace", &offer),
        ("decision", "cancel"),
    ];
    browser.post(&world, "/connect/consent", &fields);
    assert_eq!(keys(&world).len(), 2);
}

#[test]
fn key_that_the_page_did_not_show_is_kept() {
    let world = World::new();
    connect(&world, "App", "read", true);
    let (mut browser, shown) = page(&world, "App");
    connect(&world, "App", "read", false);
    let offer = offer(&shown);
    decide(&world, &mut browser, &shown, "read", offer.as_deref());
    let kept = ["App (MCP connector) read"; 2];
    assert_eq!(keys(&world), kept);
}

#[test]
fn forged_or_foreign_offer_is_refused() {
    let world = World::new();
    connect(&world, "App", "read", true);
    let (_, foreign) = page(&world, "App");
    let foreign = offer(&foreign).expect("an offer");
    let (mut browser, page) = page(&world, "App");
    for wrong in [&*foreign, "k-00000001", &hidden_request(&page)] {
        let reply = decide(&world, &mut browser, &page, "read", Some(wrong));
        assert_eq!(reply.status(), StatusCode::BAD_REQUEST, "{wrong}");
    }
    assert_eq!(keys(&world).len(), 1);
    let own = offer(&page);
    let reply = decide(&world, &mut browser, &page, "read", own.as_deref());
    assert!(parameter(&location(&reply), "code").is_some());
    assert_eq!(keys(&world).len(), 1);
}

#[test]
fn portal_without_a_list_has_a_page_without_the_offer() {
    for status in [404, 405, 401, 500, 429] {
        let world = World::new();
        connect(&world, "App", "read", true);
        world.portal.list_failure.set(status);
        let (mut browser, page) = page(&world, "App");
        assert_eq!(page.status(), StatusCode::OK);
        assert_eq!((offer(&page), events(&world, "key_list_failed")), (None, 1));
        let reply = decide(&world, &mut browser, &page, "read", None);
        assert!(parameter(&location(&reply), "code").is_some());
        assert_eq!(keys(&world).len(), 2);
    }
}

#[test]
fn failed_deletion_does_not_fail_the_approval() {
    let world = World::new();
    for _ in 0..3 {
        connect(&world, "App", "read", false);
    }
    world.portal.delete_failure.set(500);
    connect(&world, "App", "read", true);
    assert_eq!(keys(&world).len(), 4);
    assert_eq!(
        events(&world, "revocation_failed"),
        1,
        "one event, not three"
    );
    let log = world.app.host.log.borrow().join("");
    assert!(log.contains("\"reason\":\"replaced\""), "{log}");
}

#[test]
fn replaced_key_makes_room_in_a_full_account() {
    let world = World::new();
    for _ in 0..3 {
        connect(&world, "App", "read", false);
    }
    world.portal.limit.set(3);
    let (mut browser, page) = page(&world, "App");
    let refused = decide(&world, &mut browser, &page, "read", None);
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let offer = offer(&page);
    let full = decide(&world, &mut browser, &page, "full", offer.as_deref());
    assert_eq!(full.status(), StatusCode::CONFLICT, "no key of this level");
    assert_eq!(keys(&world).len(), 3);
    let reply = decide(&world, &mut browser, &page, "read", offer.as_deref());
    assert!(parameter(&location(&reply), "code").is_some());
    assert_eq!(keys(&world).len(), 1);
}

#[test]
fn narrowed_addresses_are_meant_to_exist_side_by_side() {
    let world = World::new();
    connect(&world, "App", "full", true);
    connect(&world, "App", "read", true);
    let client_id = world.register("App", &[CALLBACK]);
    let endpoint = "https://mcp.example.com/api/ext/mcp";
    for (query, preselected, words) in [
        ("", true, "Replace the 2 older keys"),
        ("?toolsets=bundles", false, "Replace the 2 older keys"),
        ("?readonly=1", false, "Replace the older key of this app"),
    ] {
        let resource = format!("{endpoint}{query}");
        let page = world.consent_page_for(&mut Browser::default(), &client_id, &resource);
        assert_eq!(is_preselected(&page), preselected, "{query}");
        assert!(text(&page).contains(words), "{query}");
    }
}
