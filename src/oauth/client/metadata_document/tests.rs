//! Attack family 11: documents that are too large, slow, redirected, mismatched, private, or of another type.

use super::*;
use crate::host::HttpError;
use crate::testing::{FakeHost, connector};
use http::Response;

const ID: &str = "https://app.example.com/client.json";

fn find_with(
    id: &str,
    answer: impl Fn(&Request<Bytes>) -> Result<Response<Bytes>, HttpError> + 'static,
) -> (Option<Client>, FakeHost) {
    let hosts = [("client_metadata_hosts", "app.example.com")];
    let app = connector(FakeHost::answering(answer), &hosts);
    let client = pollster::block_on(find(&app.context(), id));
    (client, app.host)
}

fn answer(status: u16, media_type: &str, body: &str) -> Result<Response<Bytes>, HttpError> {
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

#[test]
fn document_of_a_listed_host_describes_a_client() {
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
        (client.name.as_str(), client.authentication),
        ("App", ClientAuthentication::None)
    );
    let sent = host.sent.borrow();
    assert_eq!((sent.len(), sent[0].uri().to_string().as_str()), (1, ID));
}

#[test]
fn built_in_client_is_found_without_a_request() {
    for built_in in &BUILT_IN {
        let app = connector(FakeHost::silent(), &[]);
        let client = pollster::block_on(find(&app.context(), built_in.id)).expect("built in");
        let host = Url::parse(built_in.id).expect("a URL");
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
fn unlisted_host_or_malformed_id_is_never_fetched() {
    let app = connector(
        FakeHost::silent(),
        &[("client_metadata_hosts", "app.example.com")],
    );
    for id in [
        "https://other.example.com/client.json",
        "https://sub.app.example.com/client.json",
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
        "https://[::1]/client.json",
        "https://2130706433/client.json",
        "https://localhost/client.json",
        "https://emulator.spin.internal/client.json",
        "https://self/client.json",
        "",
        "client",
    ] {
        assert_eq!(pollster::block_on(find(&app.context(), id)), None, "{id}");
    }
}

#[test]
fn ip_address_or_internal_name_is_not_a_public_host() {
    for host in [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "[::1]",
        "localhost",
        "app.localhost",
        "emulator.spin.internal",
        "metadata.google.internal",
        "self",
        "a b.example",
        "app.example:443",
        "-a.example",
        "a..example",
        "",
        "printer.local",
        "1.2",
        "UPPER.example",
    ] {
        assert!(!is_public_host_name(host), "{host}");
    }
    for host in ["app.example.com", "xn--bcher-kva.example", "a.b"] {
        assert!(is_public_host_name(host), "{host}");
    }
}

#[test]
fn invalid_document_is_refused() {
    let huge = document(&format!(r#","x":"{}""#, "a".repeat(6_000)));
    let many = format!(
        r#"{{"client_id":"{ID}","redirect_uris":[{}]}}"#,
        [r#""https://app.example.com/cb""#; MAX_REDIRECT_URIS + 1].join(",")
    );
    for (status, media_type, body) in [
        (200, "application/json", huge.as_str()),
        (200, "application/json", &many),
        (200, "text/html", &document("")),
        (200, "", &document("")),
        (302, "application/json", &document("")),
        (404, "application/json", &document("")),
        (201, "application/json", &document("")),
        (200, "application/json", "[]"),
        (200, "application/json", "not json"),
        (
            200,
            "application/json",
            &document(r#","client_secret":"x""#),
        ),
        (
            200,
            "application/json",
            &document(r#","token_endpoint_auth_method":"client_secret_post""#),
        ),
        (
            200,
            "application/json",
            &document(&format!(r#","client_id":"{ID}""#)),
        ),
        (
            200,
            "application/json",
            r#"{"client_id":"https://app.example.com/other.json","redirect_uris":["https://app.example.com/cb"]}"#,
        ),
        (
            200,
            "application/json",
            r#"{"redirect_uris":["https://app.example.com/cb"]}"#,
        ),
        (
            200,
            "application/json",
            &format!(r#"{{"client_id":"{ID}"}}"#),
        ),
        (
            200,
            "application/json",
            &format!(r#"{{"client_id":"{ID}","redirect_uris":["javascript:alert(1)"]}}"#),
        ),
    ] {
        let (media_type, body_text) = (media_type.to_owned(), body.to_owned());
        let (client, _) = find_with(ID, move |_| answer(status, &media_type, &body_text));
        assert_eq!(client, None, "{status} {body:.80}");
    }
    for error in [HttpError::Timeout, HttpError::Forbidden] {
        assert_eq!(find_with(ID, move |_| Err(error.clone())).0, None);
    }
}
