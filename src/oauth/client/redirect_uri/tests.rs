//! Attack families 1 and 3: URIs that resemble a registered one, and schemes that run script.

use super::*;
use proptest::prelude::*;

fn config(schemes: &str) -> Config {
    let value = |name: &str| (name == "custom_redirect_schemes").then(|| schemes.to_owned());
    Config::from_variables(value).expect("valid")
}

#[test]
fn uri_that_resembles_the_registered_one_does_not_match() {
    let registered = "https://claude.ai/api/mcp/auth_callback";
    assert!(matches(registered, registered));
    for similar in [
        "https://claude.ai/api/mcp/auth_callback/",
        "https://claude.ai/api/mcp/auth_callbac",
        "https://claude.ai/api/mcp/auth_callbackk",
        "https://claude.ai/api/mcp/Auth_callback",
        "https://CLAUDE.ai/api/mcp/auth_callback",
        "HTTPS://claude.ai/api/mcp/auth_callback",
        "http://claude.ai/api/mcp/auth_callback",
        "https://claude.ai:443/api/mcp/auth_callback",
        "https://claude.ai:8443/api/mcp/auth_callback",
        "https://user@claude.ai/api/mcp/auth_callback",
        "https://claude.ai@evil.example/api/mcp/auth_callback",
        "https://claude.ai.evil.example/api/mcp/auth_callback",
        "https://sub.claude.ai/api/mcp/auth_callback",
        "https://claude.ai/api/mcp/auth_callback#",
        "https://claude.ai/api/mcp/auth_callback#x",
        "https://claude.ai/api/mcp/auth_callback?",
        "https://claude.ai/api/mcp/auth_callback?x=1",
        "https://claude.ai/api/mcp/../mcp/auth_callback",
        "https://claude.ai/api/mcp/%61uth_callback",
        "https://claude.ai//api/mcp/auth_callback",
        "https://claude.ai\\api/mcp/auth_callback",
        " https://claude.ai/api/mcp/auth_callback",
        "https://claude.ai/api/mcp/auth_callback ",
        "https://claude.ai./api/mcp/auth_callback",
        "",
    ] {
        assert!(!matches(registered, similar), "{similar}");
    }
}

#[test]
fn only_the_port_of_a_loopback_uri_may_differ() {
    for (registered, requested) in [
        (
            "http://127.0.0.1/callback",
            "http://127.0.0.1:45679/callback",
        ),
        (
            "http://localhost:3118/callback",
            "http://localhost/callback",
        ),
        ("http://[::1]:1/", "http://[::1]:65535/"),
        ("http://127.0.0.1:33418/", "http://127.0.0.1:33419/"),
        ("http://127.0.0.1?a=1", "http://127.0.0.1:80?a=1"),
    ] {
        assert!(matches(registered, requested), "{registered} {requested}");
    }
    for (registered, requested) in [
        ("http://127.0.0.1/callback", "http://localhost/callback"),
        ("http://127.0.0.1/callback", "https://127.0.0.1:1/callback"),
        ("http://127.0.0.1/callback", "http://127.0.0.1:1/callback/"),
        ("http://127.0.0.1/callback", "http://127.0.0.1:1/other"),
        ("http://127.0.0.1/callback", "http://127.0.0.1:1/callback?x"),
        (
            "http://127.0.0.1/callback",
            "http://127.0.0.1:1@evil.example/callback",
        ),
        (
            "http://127.0.0.1/callback",
            "http://127.0.0.1:65536/callback",
        ),
        ("http://127.0.0.1/callback", "http://127.0.0.1:/callback"),
        ("http://127.0.0.1/callback", "http://127.0.0.1:+1/callback"),
        (
            "http://127.0.0.1/callback",
            "http://127.0.0.1.evil.example/callback",
        ),
        ("http://127.0.0.1/callback", "http://0x7f.0.0.1/callback"),
        (
            "http://localhost/callback",
            "http://localhost.evil.example/callback",
        ),
        ("http://localhost/callback", "http://LOCALHOST/callback"),
        (
            "http://localhost/callback",
            "http://localhost:1\\@evil.example/callback",
        ),
        ("https://127.0.0.1/callback", "https://127.0.0.1:1/callback"),
        (
            "https://app.example/callback",
            "https://app.example:1/callback",
        ),
    ] {
        assert!(!matches(registered, requested), "{registered} {requested}");
    }
}

#[test]
fn scheme_that_runs_script_is_refused_in_every_spelling() {
    for scheme in [
        "javascript",
        "data",
        "blob",
        "file",
        "vbscript",
        "filesystem",
        "view-source",
    ] {
        let upper = scheme.to_uppercase();
        let mixed = format!(
            "{}{}",
            upper.chars().next().expect("a letter"),
            &scheme[1..]
        );
        for spelling in [
            format!("{scheme}:alert(1)"),
            format!("{scheme}://claude.ai/%0aalert(1)"),
            format!("{upper}:alert(1)"),
            format!("{mixed}:alert(1)"),
            format!(" {scheme}:alert(1)"),
            format!("\t{scheme}:alert(1)"),
            format!("\u{1}{scheme}:alert(1)"),
            format!("{}\t{}:alert(1)", &scheme[..3], &scheme[3..]),
            format!("{}\n{}:alert(1)", &scheme[..3], &scheme[3..]),
            format!("{scheme}\t:alert(1)"),
            format!("blob:{scheme}:alert(1)"),
        ] {
            assert_eq!(kind(&spelling), None, "{spelling:?}");
        }
        assert!(!is_private_use_scheme(scheme));
    }
}

#[test]
fn kind_accepts_web_loopback_and_private_use_uris() {
    for (uri, expected) in [
        ("https://claude.ai/api/mcp/auth_callback", Some(Kind::Web)),
        ("https://app.example:8443/cb?x=1", Some(Kind::Web)),
        ("http://localhost:3118/callback", Some(Kind::Loopback)),
        ("http://[::1]/callback", Some(Kind::Loopback)),
        (
            "cursor://anysphere.cursor-mcp/oauth/callback",
            Some(Kind::PrivateUse),
        ),
        ("com.example.app:/callback", Some(Kind::PrivateUse)),
        ("https://192.0.2.1/cb", Some(Kind::Web)),
        ("https://[2001:db8::1]:8443/cb", Some(Kind::Web)),
        ("https://xn--bcher-kva.example/cb", Some(Kind::Web)),
        ("https://app.example/cb;a,b*'", Some(Kind::Web)),
        ("https://evil.example;script-src/cb", None),
        ("https://a,b/cb", None),
        ("https://*/cb", None),
        ("https://*.example/cb", None),
        ("https://a'b/cb", None),
        ("https://APP.example/cb", None),
        ("https://app.example./cb", None),
        ("https://0x7f.1/cb", None),
        ("https://app.example:/cb", None),
        ("http://app.example/cb", None),
        ("http://192.168.0.1/cb", None),
        ("https://app.example/cb#fragment", None),
        ("https://app.example/cb?code=fixed", None),
        ("https://app.example/cb?error_uri=fixed", None),
        ("https://app.example/cb?x=1&st%61te=fixed", None),
        ("https://user:pw@app.example/cb", None),
        ("https://@app.example/cb", None),
        ("https:///app.example/cb", None),
        ("https://app.example\\@evil.example/cb", None),
        ("https://app.example/c b", None),
        ("https://app.ex\u{430}mple/cb", None),
        ("//app.example/cb", None),
        ("/cb", None),
        ("urn:ietf:wg:oauth:2.0:oob", None),
        ("", None),
    ] {
        assert_eq!(kind(uri), expected, "{uri}");
    }
    assert_eq!(
        kind(&format!("https://app.example/{}", "a".repeat(MAX_LENGTH))),
        None
    );
}

#[test]
fn private_use_scheme_is_usable_if_it_is_well_known_or_configured() {
    let known = "cursor://anysphere.cursor-mcp/oauth/callback";
    assert!(is_usable(known, &config("")));
    assert!(
        is_usable(known, &config("example")),
        "the variable adds schemes"
    );
    for other in [
        "example://callback",
        "cursor://anysphere.cursor-deeplink/mcp/install",
    ] {
        assert!(!is_usable(other, &config("")), "{other}");
        assert!(is_usable(other, &config("example, cursor")), "{other}");
    }
    assert!(is_usable("https://app.example/cb", &config("")));
    assert!(!is_usable("javascript:alert(1)", &config("cursor")));
}

#[test]
fn destination_is_site_computer_or_app() {
    for (uri, expected) in [
        (
            "https://claude.ai/cb",
            Destination::Web { host: "claude.ai" },
        ),
        (
            "https://a.example:8443?x",
            Destination::Web {
                host: "a.example:8443",
            },
        ),
        (
            "http://localhost:45679/cb",
            Destination::ThisComputer { port: Some(45679) },
        ),
        (
            "http://[::1]:1/cb",
            Destination::ThisComputer { port: Some(1) },
        ),
        (
            "http://127.0.0.1/cb",
            Destination::ThisComputer { port: None },
        ),
        ("cursor://x/cb", Destination::App { scheme: "cursor" }),
    ] {
        assert_eq!(destination(uri), expected, "{uri}");
    }
}

#[test]
fn parameters_are_added_without_other_changes() {
    let with = |uri| with_parameters(uri, &[("code", "a b"), ("state", "x&y=z")]);
    assert_eq!(
        with("https://a.example/cb"),
        "https://a.example/cb?code=a+b&state=x%26y%3Dz"
    );
    assert_eq!(
        with("https://a.example/cb?q=1"),
        "https://a.example/cb?q=1&code=a+b&state=x%26y%3Dz"
    );
    assert_eq!(
        with("https://a.example/cb?"),
        "https://a.example/cb?code=a+b&state=x%26y%3Dz"
    );
    assert_eq!(
        with("http://localhost:1"),
        "http://localhost:1?code=a+b&state=x%26y%3Dz"
    );
}

proptest! {
    #[test]
    fn uri_that_matches_by_port_is_a_loopback_uri(uri in "http://[a-z0-9.:\\[\\]@/\\\\?]{0,40}") {
        if matches("http://127.0.0.1/cb", &uri) {
            let url = Url::parse(&uri).expect("a URL");
            prop_assert_eq!(url.host_str(), Some("127.0.0.1"));
            prop_assert_eq!(url.path(), "/cb");
        }
    }

    #[test]
    fn accepted_https_uri_is_read_as_https_by_a_browser(uri in "[a-zA-Z0-9.:@/\\\\?#\t ]{0,60}") {
        if kind(&uri) == Some(Kind::Web) {
            let url = Url::parse(&uri).expect("a URL");
            prop_assert_eq!(url.scheme(), "https");
            prop_assert!(url.username().is_empty() && url.fragment().is_none());
        }
    }
}
