//! Targets of the fuzzer that need what is private to clients.

use super::identity::Client;
use super::metadata_document;
use super::redirect_uri::{self, Kind};
use super::registered::{self, MAX_REDIRECT_URIS, MAX_REDIRECT_URIS_LENGTH};
use crate::config::Config;
use crate::pages::Destination;
use crate::sealing::seal::Sealer;
use crate::secret::Secret;
use crate::text::NAME_LIMIT;
use crate::web::json;
use fluent_uri::UriRef;
use serde_json::Value;
use std::net::IpAddr;
use url::{Url, form_urlencoded};

const ID: &str = "https://client.example/client.json";

/// The redirect URIs of a client that is built in; none for another one.
pub(crate) fn built_in(id: &str) -> &'static [&'static str] {
    super::built_in::find(id).map_or(&[], |client| client.redirect_uris)
}

/// A metadata document; `{id}` stands for its URL.
pub(crate) fn document(data: &[u8], config: &Config) {
    let text = String::from_utf8_lossy(data).replace("{id}", ID);
    let Ok(document) = json::parse(text.as_bytes()) else {
        return;
    };
    if let Ok(client) = metadata_document::client(&document, ID, "client.example", config) {
        assert_eq!(document["client_id"], ID);
        assert!(
            document["client_secret"].is_null(),
            "a public document with a secret"
        );
        assert_eq!(client.verified_domain.as_deref(), Some("client.example"));
        let wants_keys = document["token_endpoint_auth_method"] == "private_key_jwt";
        assert_eq!(client.proves_identity(), wants_keys);
        check_client(&client, &document["redirect_uris"]);
    }
}

/// Asserts that the answer to a registration describes the client of its id, and that no other id is one.
pub(crate) fn check_registered(answer: &Value, asked: &Value, config: &Config) {
    let sealer = Sealer::new(config.sealing_secret.as_ref().unwrap_or(&Secret::new("")));
    let id = answer["client_id"].as_str().unwrap_or_default();
    let client =
        registered::open(&sealer, id).unwrap_or_else(|| panic!("an id without a client: {answer}"));
    assert_eq!(
        answer["client_name"].as_str().unwrap_or_default(),
        client.name
    );
    assert_eq!(
        answer["redirect_uris"],
        Value::from(client.redirect_uris.clone())
    );
    let secret = answer["client_secret"].as_str();
    assert_eq!(
        secret.is_some(),
        answer["token_endpoint_auth_method"] != "none"
    );
    assert!(secret.is_none_or(|secret| registered::is_secret(&sealer, id, secret)));
    assert!(
        client
            .redirect_uris
            .iter()
            .all(|uri| redirect_uri::is_usable(uri, config)),
        "{answer}"
    );
    check_client(&client, &asked["redirect_uris"]);
    let other = Sealer::new(&Secret::new("another root secret, of 32 characters"));
    assert!(registered::open(&other, id).is_none());
    for at in (0..id.len()).step_by(1 + id.len() / 8) {
        let changed = if id[at..].starts_with('A') { "B" } else { "A" };
        let altered = [&id[..at], changed, &id[at + 1..]].concat();
        assert!(registered::open(&sealer, &altered).is_none(), "{altered}");
    }
}

/// Asserts that a client has a name for people, and only redirect URIs that it asked for.
fn check_client(client: &Client, asked: &Value) {
    assert!(
        client.name.chars().count() <= NAME_LIMIT,
        "{:?}",
        client.name
    );
    let is_plain = |c: char| {
        !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(client.name.chars().all(is_plain), "{:?}", client.name);
    assert_eq!(client.name.trim(), client.name);
    let uris = &client.redirect_uris;
    assert!((1..=MAX_REDIRECT_URIS).contains(&uris.len()), "{uris:?}");
    let is_registered = client.verified_domain.is_none();
    let length: usize = uris.iter().map(String::len).sum();
    assert!(
        !is_registered || length <= MAX_REDIRECT_URIS_LENGTH,
        "{uris:?}"
    );
    let asked = asked.as_array().map(Vec::as_slice).unwrap_or_default();
    for uri in uris {
        assert!(
            asked.iter().any(|asked| asked == uri.as_str()),
            "{uri} was not asked for"
        );
        check_uri(uri);
    }
}

/// Redirect URIs, one a line: of a registration and of a request.
pub(crate) fn redirect_uri(data: &[u8], config: &Config) {
    let text = String::from_utf8_lossy(data);
    let uris: Vec<&str> = text.lines().take(3).collect();
    for uri in &uris {
        let usable = redirect_uri::is_usable(uri, config);
        match redirect_uri::kind(uri) {
            Some(Kind::PrivateUse) => {
                let scheme = uri.split(':').next().unwrap_or_default();
                let known = ["vscode", "cursor", "raycast", "warp", "com."];
                let is_listed = config
                    .custom_redirect_schemes
                    .iter()
                    .any(|listed| listed == scheme);
                assert!(
                    !usable || is_listed || scheme.len() > 3 || known.contains(&scheme),
                    "{uri}"
                );
                check_uri(uri);
            }
            Some(_) => {
                assert!(usable, "{uri}");
                check_uri(uri);
            }
            None => assert!(!usable, "{uri}"),
        }
        assert!(redirect_uri::matches(uri, uri));
    }
    if let [registered, requested, ..] = uris.as_slice() {
        check_match(registered, requested);
    }
}

/// Asserts that a redirect URI leads where every reader sees it lead, and where the page says.
fn check_uri(uri: &str) {
    let kind = redirect_uri::kind(uri);
    let url = Url::parse(uri).unwrap_or_else(|error| panic!("{error}: {uri}"));
    let strict = UriRef::parse(uri);
    assert_eq!(
        (url.username(), url.password(), url.fragment()),
        ("", None, None),
        "{uri}"
    );
    match (kind, redirect_uri::destination(uri)) {
        (Some(Kind::Web), Destination::Web { host }) => {
            assert_eq!(url.scheme(), "https");
            // The browser goes to the host that the page shows.
            let (name, port) = (url.host_str().unwrap_or_default(), url.port());
            let seen = port.map_or(name.to_owned(), |port| format!("{name}:{port}"));
            let shown = host.to_ascii_lowercase();
            let shown = shown
                .strip_suffix(":443")
                .or(shown.strip_suffix(':'))
                .unwrap_or(&shown);
            assert_eq!(shown, seen, "{uri}");
            let breaks = |c: char| c.is_whitespace() || matches!(c, ';' | ',' | '*' | '\'' | '"');
            assert!(!host.contains(breaks), "{uri} in a CSP");
        }
        (Some(Kind::Loopback), Destination::ThisComputer { port }) => {
            assert_eq!(url.scheme(), "http");
            let name = url.host_str().unwrap_or_default();
            let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
            assert!(
                name == "localhost" || address.is_ok_and(|address| address.is_loopback()),
                "{uri}"
            );
            assert_eq!(
                url.port_or_known_default(),
                Some(port.unwrap_or(80)),
                "{uri}"
            );
        }
        (Some(Kind::PrivateUse), Destination::App { scheme }) => {
            assert_eq!(url.scheme(), scheme);
            let dangerous = [
                "http",
                "https",
                "javascript",
                "data",
                "file",
                "blob",
                "vbscript",
                "about",
            ];
            assert!(!dangerous.contains(&scheme), "{uri}");
        }
        other => panic!("{uri} leads to {other:?}"),
    }
    if let Ok(strict) = strict {
        assert_eq!(
            strict.scheme().map(|scheme| scheme.as_str()),
            Some(url.scheme()),
            "{uri}"
        );
    }
    check_parameters(uri, &url);
}

/// Asserts that added parameters leave the rest of a URI as it is, and arrive.
fn check_parameters(uri: &str, url: &Url) {
    let added = [
        ("code", "a&b=c d#e"),
        ("state", "\u{e9}\r\n"),
        ("iss", "https://mcp.example.com"),
    ];
    let text = redirect_uri::with_parameters(uri, &added);
    assert!(text.starts_with(uri) && text.is_ascii(), "{text}");
    let after = Url::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let place = |url: &Url| {
        (
            url.scheme().to_owned(),
            url.authority().to_owned(),
            url.path().to_owned(),
        )
    };
    assert_eq!(place(&after), place(url));
    assert_eq!(after.fragment(), None);
    let pairs = |url: &Url| -> Vec<(String, String)> {
        form_urlencoded::parse(url.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect()
    };
    let mut wanted = pairs(url);
    wanted.extend(added.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(pairs(&after), wanted);
}

/// Asserts that two URIs that match are equal, except for the port of a loopback address.
fn check_match(registered: &str, requested: &str) {
    let matches = redirect_uri::matches(registered, requested);
    assert_eq!(matches, redirect_uri::matches(requested, registered));
    if matches && registered != requested {
        let [a, b] = [registered, requested].map(|uri| Url::parse(uri).ok());
        let (Some(a), Some(b)) = (a, b) else {
            // A URI that is no URL is never registered.
            return;
        };
        assert_eq!(
            (a.scheme(), a.host(), a.path(), a.query()),
            (b.scheme(), b.host(), b.path(), b.query())
        );
        assert_eq!(a.scheme(), "http");
    }
}
