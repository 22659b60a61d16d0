use super::*;
use crate::testing::{FakeHost, connector, demo_key, json_answer};
use crate::upstream::limits::BACKGROUND;
use pollster::block_on;

#[test]
fn revoke_accepts_a_key_that_no_longer_exists() {
    let key = ApiKey::parse(&demo_key()).expect("a key");
    for (status, revoked) in [
        (204, true),
        (200, true),
        (401, true),
        (404, true),
        (500, false),
        (429, false),
    ] {
        let host = FakeHost::answering(move |_| json_answer(status, ""));
        let keys_url = ("portal_keys_url", "https://portal.example/api/keys");
        let app = connector(host, &[keys_url]);
        let result = block_on(revoke(&app.context(), &key, &BACKGROUND));
        assert_eq!(result.is_ok(), revoked, "{status}");
        let sent = app.host.sent.borrow();
        assert_eq!(
            (sent[0].method(), sent[0].uri().path()),
            (&Method::DELETE, "/api/keys/current")
        );
        assert_eq!(sent[0].headers()["x-api-key"], demo_key());
    }
    let without_portal = connector(FakeHost::silent(), &[]);
    let result = block_on(revoke(&without_portal.context(), &key, &BACKGROUND));
    assert_eq!(result, Ok(()));
}
