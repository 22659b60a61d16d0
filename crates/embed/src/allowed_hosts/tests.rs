#![expect(clippy::unwrap_used, reason = "a failed parse is a failed test")]
use super::*;

fn allows(entry: &str, uri: &str) -> bool {
    let hosts = AllowedHosts::parse([(entry, false)]).unwrap();
    Destination::of(&uri.parse().unwrap())
        .is_some_and(|destination| hosts.allow(&destination).is_some())
}

#[test]
fn entry_allows_its_scheme_host_and_port_only() {
    for (entry, uri, expected) in [
        ("https://api.example.com", "https://api.example.com/x", true),
        (
            "https://api.example.com",
            "https://api.example.com:443/x",
            true,
        ),
        ("https://api.example.com", "https://API.EXAMPLE.COM/x", true),
        (
            "https://api.example.com/",
            "https://api.example.com/x",
            true,
        ),
        ("https://api.example.com", "http://api.example.com/x", false),
        (
            "https://api.example.com",
            "https://api.example.com:444/x",
            false,
        ),
        ("https://api.example.com", "https://example.com/x", false),
        (
            "https://api.example.com",
            "https://api.example.com.evil.test/x",
            false,
        ),
        (
            "https://api.example.com",
            "https://api.example.com@evil.test/x",
            false,
        ),
        (
            "*://api.example.com:*",
            "http://api.example.com:8080/",
            true,
        ),
        ("https://*.example.com", "https://a.b.example.com/", true),
        ("https://*.example.com", "https://example.com/", false),
        ("https://*.example.com", "https://badexample.com/", false),
        ("http://*:8000..8002", "http://a.test:8001/", true),
        ("http://*:8000..8002", "http://a.test:8002/", false),
        ("http://127.0.0.1:3000", "http://0x7f.1:3000/", true),
        ("http://[::1]:3000", "http://[::1]:3000/", true),
        ("http://[::1]", "http://[::1]/", true),
        ("http://10.0.0.0/8", "http://10.200.3.4/", true),
        ("http://10.0.0.0/8:8080", "http://10.200.3.4:8080/", true),
        ("http://10.0.0.0/8", "http://11.0.0.1/", false),
        ("http://0.0.0.0/0", "http://11.0.0.1/", true),
        (
            "http://*.spin.internal",
            "http://emulator.spin.internal/",
            true,
        ),
        ("http://self", "http://example.com/", false),
    ] {
        assert_eq!(allows(entry, uri), expected, "{entry} and {uri}");
    }
}

#[test]
fn malformed_entry_is_refused() {
    for entry in [
        "",
        "*",
        "example.com",
        "https://",
        "https://a b",
        "https://example.com/path",
        "https://*.*.com",
        "https://a.*.com",
        "ftp://example.com",
        "https://example.com:x",
        "https://example.com:9..9",
        "h-t://a.test",
        "http://10.0.0.0/33",
    ] {
        assert!(
            AllowedHosts::parse([(entry, false)]).is_err(),
            "{entry} was accepted"
        );
    }
}

#[test]
fn entry_with_an_empty_variable_allows_nothing() {
    let hosts = AllowedHosts::parse([("", true), ("https://", true)]).unwrap();
    let destination = Destination::of(&"https://a.test/".parse().unwrap()).unwrap();
    assert_eq!(hosts.allow(&destination), None);
}

#[test]
fn entry_that_names_the_host_wins_over_any_host() {
    let hosts = AllowedHosts::parse([
        ("https://*:443", false),
        ("https://a.test", false),
        ("https://*.b.test", false),
    ])
    .unwrap();
    for (uri, expected) in [
        ("https://a.test/", Some(Allowance::Named)),
        ("https://x.b.test/", Some(Allowance::Named)),
        ("https://c.test/", Some(Allowance::AnyHost)),
        ("http://a.test/", None),
    ] {
        let destination = Destination::of(&uri.parse().unwrap()).unwrap();
        assert_eq!(hosts.allow(&destination), expected, "{uri}");
    }
}

#[test]
fn only_a_self_entry_allows_the_own_application() {
    assert!(
        AllowedHosts::parse([("http://self", false)])
            .unwrap()
            .allow_self()
    );
    assert!(
        !AllowedHosts::parse([("http://a.test", false)])
            .unwrap()
            .allow_self()
    );
}
