use super::*;
use crate::testing::{FakeHost, connector, json_answer, public_key};
use crate::upstream::portal::metadata::tests::portal;
use pollster::block_on;
use serde_json::json;

/// Answers for every provider: its metadata, and a key whose id is its host.
fn provider(request: &Request<Bytes>) -> Result<http::Response<Bytes>, HttpError> {
    let host = request.uri().host().expect("a host");
    if request.uri().path() == "/jwks" {
        let mut key = public_key(1);
        key["kid"] = host.into();
        return json_answer(200, &json!({ "keys": [key] }).to_string());
    }
    let issuer = format!("https://{host}");
    let metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
    });
    json_answer(200, &metadata.to_string())
}

#[test]
fn keys_of_one_provider_never_count_for_another() {
    forget();
    let app = connector(FakeHost::answering(provider), &[]);
    let context = app.context();
    let [old, new] = ["https://old.example", "https://new.example"]
        .map(|issuer| portal(&[("portal_issuer", issuer)]));
    // A request that began before the operator named another provider goes on beside one that began later.
    let old = block_on(metadata(&context, &old)).expect("metadata");
    let new = block_on(metadata(&context, &new)).expect("metadata");
    for (metadata, host) in [
        (&old, "old.example"),
        (&new, "new.example"),
        (&old, "old.example"),
    ] {
        let keys = block_on(keys(&context, metadata)).expect("keys");
        assert_eq!(keys[0].id(), Some(host));
    }
}
