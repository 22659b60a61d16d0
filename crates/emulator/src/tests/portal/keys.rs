//! Keys, by the API of the connector and by hand.

use serde_json::{Value, json};

use super::sign_in::bearer;
use super::{Browser, KEYS, ask, attribute};
use crate::tests::world::{Reply, World};

fn mint(world: &World, bearer: &str, member: &str, value: Value) -> Reply {
    let mut body = json!({ "name": "Claude", "scopes": ["read"], "environment": "production" });
    body[member] = value;
    let (request, body) = ("POST /portal/api/keys", body.to_string());
    ask(world, request, &[("authorization", bearer)], &body)
}

#[test]
fn minted_key_works_until_it_is_revoked_or_expires() {
    let world = World::new();
    let bearer = bearer(&world);
    let expiry = json!("2026-11-22T13:00:00.000Z");
    for end in ["AUTH_REVOKED_KEY", "AUTH_EXPIRED_KEY"] {
        let made = mint(&world, &bearer, "expires_at", expiry.clone()).data();
        let key = made["key"].as_str().unwrap();
        let header = [("x-api-key", key)];
        let introspect = || ask(&world, "GET /portal/api/keys/current", &header, "");
        let (id, ending) = (&made["id"], &key[63..]);
        let expected = json!({
            "id": id, "name": "Claude", "scopes": ["read"], "environment": "production",
            "last_four": ending, "expires_at": expiry, "created_at": "2026-11-22T12:00:00.000Z",
            "last_used_at": null, "last_client": null,
        });
        assert_eq!(introspect().data(), expected);
        assert_eq!(world.me_with("x-api-key", key).status(), 200);
        if end == "AUTH_REVOKED_KEY" {
            let revoked = ask(&world, "DELETE /portal/api/keys/current", &header, "");
            assert_eq!(revoked.status(), 204);
        } else {
            world.hours(1);
        }
        introspect().assert_refused(401, "AUTH_INVALID_KEY");
        world.me_with("x-api-key", key).assert_refused(401, end);
    }
}

#[test]
fn owner_lists_and_deletes_the_live_keys() {
    let world = World::new();
    let bearer = bearer(&world);
    let call = |request: &str| ask(&world, request, &[("authorization", &bearer)], "");
    let minted = mint(&world, &bearer, "name", json!("Claude")).data();
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
    let names = ["name", "last_client", "last_used_at"].map(|name| row[name].clone());
    let now = "2026-11-22T12:00:00.000Z";
    assert_eq!(names, ["Claude", "Claude Code 2.1.0", now]);
    let sams = world.database("SELECT id FROM portal_key WHERE workspace = 'person-sam'");
    let ids = [row["id"].as_str().unwrap(), &sams[0].text(0)];
    let delete = |id: &str| call(&format!("DELETE /portal/api/keys/{id}")).status();
    assert_eq!(ids.map(delete), [204, 404]);
    assert_eq!(ids.map(delete), [404, 404]);
    assert_eq!(list().len(), 2);
    assert_eq!(ask(&world, "GET /portal/api/keys", &[], "").status(), 401);
}

#[test]
fn minting_needs_a_token_a_valid_body_and_room() {
    let world = World::new();
    let bearer = bearer(&world);
    let status = |bearer| mint(&world, bearer, "name", json!("A")).status();
    assert_eq!(status("Bearer unknown"), 401);
    for (member, wrong) in [
        ("name", json!(" ")),
        ("name", json!("x".repeat(101))),
        ("scopes", json!(["admin"])),
        ("environment", json!("moon")),
        ("expires_at", json!("2026-11-22T12:00:00Z")),
        ("color", json!("red")),
    ] {
        mint(&world, &bearer, member, wrong).assert_refused(400, "VALIDATION_ERROR");
    }
    // Two demo keys exist.
    assert!((0..48).all(|_| status(&bearer) == 201));
    mint(&world, &bearer, "name", json!("A")).assert_refused(409, "KEY_LIMIT_REACHED");
    world.pass(900_000);
    assert_eq!(status(&bearer), 401);
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
