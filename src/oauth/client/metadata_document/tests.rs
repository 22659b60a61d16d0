//! Attack family 11: documents that are too large, slow, redirected, mismatched, private, or of another type.

use super::*;
use crate::host::HttpError;
use crate::testing::{FakeHost, connector};
use crate::web::client_address::Network;
use bytes::Bytes;
use http::{HeaderMap, Request, Response};

const ID: &str = "https://app.example.com/client.json";
const KEY: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

type Answer = Result<Response<Bytes>, HttpError>;

fn find_with(
    id: &str,
    answer: impl Fn(&Request<Bytes>) -> Answer + 'static,
) -> (Result<Client, DocumentError>, FakeHost) {
    let app = connector(FakeHost::answering(answer), &[]);
    let client = pollster::block_on(find(&app.context(), id));
    (client, app.host)
}

fn answer(status: u16, media_type: &str, body: &str) -> Answer {
    let response = Response::builder()
        .status(status)
        .header("content-type", media_type);
    Ok(response.body(Bytes::from(body.to_owned())).expect("valid"))
}

fn document(change: &str) -> String {
    format!(
        r#"{{"client_id":"{ID}","client_name":"App","redirect_uris":["https://app.example.com/cb"]{change}}}"#
    )
}

fn keys(method: &str, keys: &str) -> String {
    document(&format!(
        r#","token_endpoint_auth_method":"{method}"{keys}"#
    ))
}

#[test]
fn document_of_any_public_host_describes_a_client() {
    let (client, host) = find_with(ID, |_| {
        answer(
            200,
            "application/json; charset=utf-8",
            &document(r#","token_endpoint_auth_method":"none","x":1"#),
        )
    });
    let client = client.expect("valid");
    assert_eq!(client.verified_domain.as_deref(), Some("app.example.com"));
    assert_eq!(
        (client.name.as_str(), &client.authentication),
        ("App", &ClientAuthentication::None)
    );
    let sent = host.sent.borrow();
    assert_eq!((sent.len(), sent[0].uri().to_string().as_str()), (1, ID));
}

#[test]
fn document_with_keys_describes_a_client_that_proves_its_identity() {
    for source in [
        format!(r#","jwks":{{"keys":[{KEY}]}}"#),
        r#","jwks_uri":"https://keys.example.com/set.json""#.to_owned(),
    ] {
        let body = keys("private_key_jwt", &source);
        let (client, host) = find_with(ID, move |_| answer(200, "application/json", &body));
        assert!(client.expect("valid").proves_identity(), "{source}");
        document_cache::shorten(ID, host.now.get(), Duration::ZERO);
    }
    let body = keys("none", &format!(r#","jwks":{{"keys":[{KEY}]}}"#));
    let (client, _) = find_with(ID, move |_| answer(200, "application/json", &body));
    assert!(!client.expect("valid").proves_identity());
}

#[test]
fn built_in_client_is_found_without_a_request() {
    for built_in in &built_in::BUILT_IN {
        let hosts = [("client_metadata_hosts", "app.example.com")];
        let app = connector(FakeHost::silent(), &hosts);
        let client = pollster::block_on(find(&app.context(), built_in.id)).expect("built in");
        let host = url::Url::parse(built_in.id).expect("a URL");
        assert_eq!(client.verified_domain.as_deref(), host.host_str());
        assert!(
            client
                .redirect_uris
                .iter()
                .all(|uri| redirect_uri::kind(uri).is_some())
        );
    }
}

#[test]
fn private_unlisted_or_malformed_id_is_never_fetched() {
    let private = [
        "http://app.example.com/client.json",
        "https://app.example.com",
        "https://app.example.com/",
        "https://app.example.com/client.json#x",
        "https://app.example.com/client.json?x=1",
        "https://app.example.com:8443/client.json",
        "https://app.example.com:443/client.json",
        "https://user@app.example.com/client.json",
        "https://user:pw@app.example.com/client.json",
        "https://app.example.com@evil.example/client.json",
        "https://app.example.com\\@evil.example/client.json",
        "https://APP.example.com/client.json",
        "https://app.example.com/a/../client.json",
        "https://app.example.com./client.json",
        " https://app.example.com/client.json",
        "https://127.0.0.1/client.json",
        "https://127.1/client.json",
        "https://0x7f000001/client.json",
        "https://0177.0.0.1/client.json",
        "https://2130706433/client.json",
        "https://[::1]/client.json",
        "https://[::ffff:127.0.0.1]/client.json",
        "https://169.254.169.254/client.json",
        "https://localhost/client.json",
        "https://app.localhost/client.json",
        "https://printer.local/client.json",
        "https://db.lan/client.json",
        "https://wiki.corp/client.json",
        "https://emulator.spin.internal/client.json",
        "https://metadata.google.internal/client.json",
        "https://app.test/client.json",
        "https://app.onion/client.json",
        "https://router.home.arpa/client.json",
        "https://self/client.json",
        "https://self.alt/client.json",
        "ftp://app.example.com/client.json",
        "",
        "client",
    ];
    let app = connector(FakeHost::silent(), &[]);
    for id in private {
        let found = pollster::block_on(find(&app.context(), id));
        assert_eq!(found, Err(DocumentError::Unknown), "{id}");
    }
    let hosts = [("client_metadata_hosts", "app.example.com")];
    let app = connector(FakeHost::silent(), &hosts);
    for id in [
        "https://other.example.com/client.json",
        "https://sub.app.example.com/client.json",
    ] {
        let found = pollster::block_on(find(&app.context(), id));
        assert_eq!(found, Err(DocumentError::Unknown), "{id}");
    }
}

#[test]
fn invalid_document_is_refused() {
    let many = format!(
        r#"{{"client_id":"{ID}","redirect_uris":[{}]}}"#,
        [r#""https://app.example.com/cb""#; MAX_REDIRECT_URIS + 1].join(",")
    );
    let private = KEY.replace('}', r#","d":"AAAA"}"#);
    for body in [
        many.as_str(),
        "[]",
        &document(r#","client_secret":"x""#),
        &keys("client_secret_post", ""),
        &keys("client_secret_jwt", ""),
        &keys("tls_client_auth", ""),
        &keys("private_key_jwt", ""),
        &keys("private_key_jwt", r#","jwks":{"keys":[]}"#),
        &keys(
            "private_key_jwt",
            &format!(r#","jwks":{{"keys":[{private}]}}"#),
        ),
        &keys(
            "private_key_jwt",
            r#","jwks_uri":"https://127.0.0.1/keys.json""#,
        ),
        &keys(
            "private_key_jwt",
            r#","jwks_uri":"http://app.example.com/keys.json""#,
        ),
        &keys(
            "private_key_jwt",
            &format!(r#","jwks":{{"keys":[{KEY}]}},"jwks_uri":"https://app.example.com/k.json""#),
        ),
        &keys(
            "private_key_jwt",
            &format!(r#","jwks":{{"keys":[{KEY}]}},"token_endpoint_auth_signing_alg":"HS256""#),
        ),
        &document(r#","token_endpoint_auth_method":7"#),
        r#"{"client_id":"https://app.example.com/other.json","redirect_uris":["https://app.example.com/cb"]}"#,
        r#"{"redirect_uris":["https://app.example.com/cb"]}"#,
        &format!(r#"{{"client_id":"{ID}"}}"#),
        &format!(r#"{{"client_id":"{ID}","redirect_uris":["javascript:alert(1)"]}}"#),
    ] {
        let text = body.to_owned();
        let (client, host) = find_with(ID, move |_| answer(200, "application/json", &text));
        assert_eq!(client, Err(DocumentError::Invalid), "{body:.80}");
        document_cache::shorten(ID, host.now.get(), Duration::ZERO);
        let log = host.log.borrow().concat();
        assert!(log.contains(r#""host":"app.example.com""#), "{log}");
    }
}

#[test]
fn answer_that_is_not_a_document_is_refused() {
    let huge = document(&format!(r#","x":"{}""#, "a".repeat(6_000)));
    let deep = document(&format!(
        r#","x":{}{}"#,
        "[".repeat(2_000),
        "]".repeat(2_000)
    ));
    for (status, media_type, body) in [
        (200, "application/json", huge.as_str()),
        (200, "application/json", &deep),
        (200, "text/html", &document("")),
        (200, "text/json", &document("")),
        (200, "", &document("")),
        (302, "application/json", &document("")),
        (404, "application/json", &document("")),
        (201, "application/json", &document("")),
        (200, "application/json", "not json"),
        (
            200,
            "application/json",
            &document(&format!(r#","client_id":"{ID}""#)),
        ),
    ] {
        let (media_type, body_text) = (media_type.to_owned(), body.to_owned());
        let (client, host) = find_with(ID, move |_| answer(status, &media_type, &body_text));
        assert_eq!(
            client,
            Err(DocumentError::Unavailable),
            "{status} {body:.80}"
        );
        document_cache::shorten(ID, host.now.get(), Duration::ZERO);
    }
    let (client, host) = find_with(ID, |_| Err(HttpError::Timeout));
    assert_eq!(client, Err(DocumentError::Unavailable));
    document_cache::shorten(ID, host.now.get(), Duration::ZERO);
    let (client, _) = find_with(ID, |_| Err(HttpError::Forbidden));
    assert_eq!(client, Err(DocumentError::Forbidden));
}

/// How often a document is fetched that is looked up at these times, in seconds after the first one.
fn fetches(cache_control: Option<&'static str>, body: &str, times: &[u64]) -> usize {
    let body = body.to_owned();
    let host = FakeHost::answering(move |_| {
        let mut response = answer(200, "application/json", &body)?;
        if let Some(value) = cache_control {
            let value = value.parse().expect("a header");
            response.headers_mut().insert("cache-control", value);
        }
        Ok(response)
    });
    let app = connector(host, &[]);
    let start = app.host.now.get();
    for seconds in times {
        app.host.now.set(start + Duration::from_secs(*seconds));
        let _ = pollster::block_on(find(&app.context(), ID));
    }
    document_cache::shorten(ID, start, Duration::ZERO);
    app.host.sent.borrow().len()
}

#[test]
fn document_is_kept_as_long_as_it_says_and_an_hour_at_most() {
    let valid = document("");
    for (cache_control, times, expected) in [
        (None, [0, 299, 301], 2),
        (Some("max-age=60"), [0, 59, 61], 2),
        (Some("public, Max-Age=60"), [0, 59, 61], 2),
        (Some("max-age=604800"), [0, 3_599, 3_601], 2),
        (Some("max-age=0"), [0, 0, 1], 3),
        (Some("max-age=x"), [0, 0, 1], 3),
        (Some("no-store"), [0, 0, 1], 3),
        (Some("max-age=600, no-store"), [0, 0, 1], 3),
        (Some("no-cache"), [0, 0, 1], 3),
    ] {
        let count = fetches(cache_control, &valid, &times);
        assert_eq!(count, expected, "{cache_control:?}");
    }
}

#[test]
fn failure_is_kept_for_half_a_minute_whatever_the_answer_says() {
    for body in ["{}", "not json"] {
        assert_eq!(
            fetches(Some("max-age=3600"), body, &[0, 29, 31]),
            2,
            "{body}"
        );
    }
}

#[test]
fn documents_are_limited_for_each_caller_and_each_host() {
    let host = FakeHost::answering(|_| answer(404, "text/html", ""));
    let app = connector(host, &[]);
    let ask = |caller: u8, i: u32| {
        let context = app.context();
        let mut headers = HeaderMap::new();
        let address = format!("192.0.2.{caller}");
        headers.insert("spin-client-addr", address.parse().expect("a header"));
        context.caller.set(Network::of_caller(&headers, None, true));
        let id = format!("https://app.example.com/{caller}/{i}.json");
        pollster::block_on(find(&context, &id)).expect_err("no document")
    };
    // One caller alone does not use up what the host gets, so others still reach its documents.
    for i in 0..300 {
        let error = ask(1, i);
        let is_limited = matches!(error, DocumentError::TooManyRequests(1..=60));
        assert_eq!(is_limited, i >= 240, "{i}: {error:?}");
    }
    for caller in 2..8 {
        for i in 0..240 {
            ask(caller, i);
        }
    }
    assert_eq!(app.host.sent.borrow().len(), 1_200);
    let store = app.host.store.borrow();
    let rows = store.keys().filter(|name| name.starts_with("rate-"));
    assert_eq!(
        rows.count(),
        16,
        "a window and its counter for 7 callers and the host"
    );
}

/// Some serializers write null for members that a document does not have.
#[test]
fn null_members_of_a_document_count_as_left_out() {
    let nulls = r#","client_secret":null,"jwks":null,"jwks_uri":null,"token_endpoint_auth_method":null,"token_endpoint_auth_signing_alg":null"#;
    let value = crate::web::json::parse(document(nulls).as_bytes()).expect("JSON");
    let app = connector(FakeHost::answering(|_| answer(404, "text/html", "")), &[]);
    let client = client(&value, ID, "app.example.com", &app.config).expect("a client");
    assert_eq!(client.authentication, ClientAuthentication::None);
}
