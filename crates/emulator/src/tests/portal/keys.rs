//! Keys, by the API of the connector and by hand.

use serde_json::{Value, json};

use super::sign_in::tokens;
use super::{Browser, KEYS, ask, attribute};
use crate::portal::OPERATIONS;
use crate::tests::world::{Reply, World};

/// What the connector sends to mint a key with these tokens.
fn request(tokens: &Value) -> Value {
    json!({ "name": "Claude", "scopes": ["read"], "environment": "production",
            "expires_at": "2026-11-22T12:15:00Z", "id_token": tokens["id_token"] })
}

fn mint(world: &World, tokens: &Value, idempotency_key: &str, body: &Value) -> Reply {
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let headers = [
        ("authorization", &*bearer),
        ("idempotency-key", idempotency_key),
    ];
    ask(world, "POST /portal/api/keys", &headers, &body.to_string())
}

#[test]
fn minted_key_ends_by_itself_unless_it_is_made_lasting() {
    let world = World::new();
    let tokens = tokens(&world, json!({}));
    for end in ["AUTH_REVOKED_KEY", "AUTH_EXPIRED_KEY", "none"] {
        let made = mint(&world, &tokens, end, &request(&tokens)).data();
        let key = made["key"].as_str().unwrap();
        let (header, lasting) = ([("x-api-key", key)], r#"{"expires_at":null}"#);
        let path = "/portal/api/keys/current";
        let call = |method: &str| ask(&world, &format!("{method} {path}"), &header, lasting);
        let mut expected = made.clone();
        expected.as_object_mut().unwrap().remove("key");
        assert_eq!(call("GET").data(), expected);
        assert_eq!(world.me_with("x-api-key", key).status(), 200);
        match end {
            "AUTH_REVOKED_KEY" => assert_eq!(call("DELETE").status(), 204),
            "none" => assert_eq!(call("PATCH").data()["expires_at"], Value::Null),
            _ => world.hours(1),
        }
        if end == "none" {
            world.hours(1);
            assert_eq!(world.me_with("x-api-key", key).status(), 200);
            continue;
        }
        call("GET").assert_refused(401, "AUTH_INVALID_KEY");
        call("PATCH").assert_refused(401, "AUTH_INVALID_KEY");
        world.me_with("x-api-key", key).assert_refused(401, end);
    }
}

#[test]
fn owner_lists_and_deletes_the_live_keys() {
    let world = World::new();
    let tokens = tokens(&world, json!({}));
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let call = |request: &str| ask(&world, request, &[("authorization", &bearer)], "");
    let minted = mint(&world, &tokens, "1", &request(&tokens)).data();
    let agent = "tokportal-mcp-connector/0.1.0 (Claude Code 2.1.0)";
    for (name, value) in [("x-tokportal-client", "other/1"), ("user-agent", agent)] {
        let key = ("x-api-key", minted["key"].as_str().unwrap());
        world.call_with("GET", "/me", None, &[key, (name, value)]);
    }
    let list = || {
        let listed = call("GET /portal/api/keys").data();
        listed.as_array().unwrap().clone()
    };
    let is_minted = |row: &&Value| row["id"] == minted["id"];
    let row = list().iter().find(is_minted).unwrap().clone();
    let names = ["name", "last_used_at"].map(|name| row[name].clone());
    assert_eq!(names, ["Claude", "2026-11-22T12:00:00.000Z"]);
    let page = Browser::of(&world, "demo").get(KEYS).text();
    assert!(page.contains("Claude Code 2.1.0"));
    let sams = world.database("SELECT id FROM portal_key WHERE workspace = 'person-sam'");
    let ids = [row["id"].as_str().unwrap(), &sams[0].text(0)];
    let delete = |id: &str| call(&format!("DELETE /portal/api/keys/{id}")).status();
    assert_eq!(ids.map(delete), [204, 404]);
    assert_eq!(ids.map(delete), [404, 404]);
    assert_eq!(list().len(), 2);
    assert_eq!(ask(&world, "GET /portal/api/keys", &[], "").status(), 401);
}

#[test]
fn key_minted_while_the_clock_is_ahead_lives_as_long() {
    let world = World::new();
    world.hours(48);
    let tokens = tokens(&world, json!({}));
    let made = mint(&world, &tokens, "1", &request(&tokens)).data();
    assert_eq!(made["expires_at"], "2026-11-24T12:15:00.000Z");
}

#[test]
fn keys_api_has_the_operations_of_its_document() {
    let document: Value =
        serde_json::from_str(include_str!("../../../../../docs/portal.openapi.json")).unwrap();
    let mut documented = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods = item
            .as_object()
            .unwrap()
            .keys()
            .map(|key| key.to_uppercase());
        let methods = methods.filter(|key| !["SUMMARY", "PARAMETERS"].contains(&&**key));
        documented.extend(methods.map(|method| (method, format!("/api{path}"))));
    }
    let own = OPERATIONS
        .iter()
        .filter(|(.., path)| path.starts_with("/api"));
    let mut own: Vec<_> = own
        .map(|(_, method, path)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    documented.sort();
    own.sort();
    assert_eq!(own, documented);
    let world = World::new();
    for (request, allow) in [
        ("PUT /portal/api/keys", "POST, GET"),
        ("POST /portal/api/keys/current", "GET, PATCH, DELETE"),
        ("GET /portal/api/keys/1", "DELETE"),
    ] {
        let reply = ask(&world, request, &[], "");
        assert_eq!((reply.status(), reply.header("allow")), (405, Some(allow)));
    }
}

#[test]
fn workspace_remembers_its_latest_200_revoked_keys() {
    let world = World::new();
    world.get("/me");
    world.database("UPDATE portal_key SET revoked_at = 0 WHERE name = 'Demo key'");
    world.get("/me").assert_refused(401, "AUTH_REVOKED_KEY");
    world.database(
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT \
         INTO portal_key (id, workspace, name, scopes, environment, created_at, revoked_at, hash, ending) \
         SELECT i, 'person-alex', 'A', '*', 'test', i, i, i, i FROM n",
    );
    world.get("/me").assert_refused(401, "AUTH_INVALID_KEY");
    assert_eq!(world.database("SELECT * FROM key_request").len(), 0);
}

#[test]
fn key_made_by_hand_expires_and_logs_its_requests() {
    let world = World::new();
    let mut browser = Browser::of(&world, "demo");
    let form = browser.get(&format!("{KEYS}/new")).text();
    let fill = "name=+&level=full&environment=test&life=30";
    let again = browser.submit(&form, KEYS, fill).text();
    assert!(again.contains("<option selected>test"));
    let fill = format!("{fill}&name=Nightly");
    let created = browser.submit(&form, KEYS, &fill).text();
    let key = [("x-api-key", &*attribute(&created, "id=\"key\" value"))];
    let lasting = r#"{"expires_at":null}"#;
    let lasting = ask(&world, "PATCH /portal/api/keys/current", &key, lasting);
    lasting.assert_refused(403, "KEY_EXPIRY_FIXED");
    world.call_with("GET", "/credits/balance", None, &key);
    world.call_with("GET", "/bundles/nothing", None, &key);
    let list = browser.get(KEYS).text();
    let (_, row) = list.split_once("Nightly").unwrap();
    assert!(row.contains("Expires 22 Dec 2026, 12:00"));
    let log = browser.get(&attribute(row, "href")).text();
    let (later, earlier) = log.split_once("bad\">404").unwrap();
    assert!(later.contains("getBundle") && earlier.contains("getCreditBalance"));
}

#[test]
fn keys_of_another_person_are_not_found() {
    let world = World::new();
    let mut sam = Browser::of(&world, "second");
    let rows = world.database("SELECT id FROM portal_key WHERE name = 'Demo key (read-only)'");
    let address = format!("{KEYS}/{}", rows[0].text(0));
    assert_eq!(sam.get(&address).status(), 404);
    let token = attribute(&sam.get(KEYS).text(), "name=\"form_token\" value");
    let revoke = format!("POST {address}/revoke");
    sam.send(&revoke, &format!("form_token={token}"));
    let revoked = world.database("SELECT 1 FROM portal_key WHERE revoked_at IS NOT NULL");
    assert!(revoked.is_empty());
}
