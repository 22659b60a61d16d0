//! Valid and invalid values of every variable.

use super::*;

fn config(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::from_variables(|name| {
        variables
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn defaults_are_localhost_and_the_public_api() {
    let config = config(&[]).expect("valid");
    assert_eq!(config.public_url, "http://localhost:3000");
    assert_eq!(config.resource, "http://localhost:3000/api/ext/mcp");
    assert_eq!(config.api_base_url, DEFAULT_API);
    assert_eq!(config.public_authority, "localhost:3000");
}

#[test]
fn api_base_url_may_be_an_origin_or_include_the_path() {
    for text in [
        "https://api.example",
        "https://api.example/",
        "https://api.example/api/ext/",
    ] {
        let config = config(&[("api_base_url", text)]).expect("valid");
        assert_eq!(config.api_base_url, "https://api.example/api/ext");
    }
}

#[test]
fn an_invalid_value_is_refused_with_the_variable_name() {
    for (variable, value) in [
        ("public_url", "mcp.example.com"),
        ("public_url", "http://mcp.example.com"),
        ("public_url", "https://mcp.example.com/path"),
        ("api_base_url", "ftp://api.example"),
        ("api_base_url", "https://user:pw@api.example"),
        ("api_base_url", "http://api.example"),
        ("api_base_url", "http://10.0.0.7:8080"),
        ("api_base_url", "http://localhost.example"),
        ("api_base_url", "http://spin.internal"),
        ("api_base_url", "http://emulator.spin.internal.example"),
        ("allowed_origins", "https://a.example/x"),
        ("sign_in", "password"),
        ("portal_keys_url", "https://portal.example/keys?x=1"),
        ("portal_keys_url", "http://portal.example/keys"),
        ("portal_keys_url", "http://keys.svc.cluster.local/keys"),
        ("sealing_secret", "pw-too-short"),
        ("custom_redirect_schemes", "cursor, javascript"),
        ("custom_redirect_schemes", "https"),
        ("client_metadata_hosts", "127.0.0.1"),
        ("portal_keys_page", "http://portal.example/keys"),
        ("help_url", "javascript:alert(1)"),
        ("privacy_url", "privacy"),
        ("client_metadata_hosts", "app.example:8443"),
        ("client_metadata_hosts", "emulator.spin.internal"),
        ("key_check_seconds", "301"),
        ("key_check_seconds", "soon"),
        ("confirm_paid_calls", "maybe"),
        ("accept_mixed_versions", "2025-11-25"),
        ("client_address_header", "forwarded"),
        ("security_contact", "call us"),
        ("security_contact", "http://example.com/report"),
        ("security_contact", "javascript:alert(1)@example.com"),
        ("security_contact", "a@example.com\nContact: b@example.com"),
    ] {
        let error = config(&[(variable, value)]).expect_err("must be refused");
        let [problem] = error.problems() else {
            panic!("{variable}={value}: {error}");
        };
        assert_eq!(problem.variable, variable, "{value}");
        assert!(!problem.problem.contains("pw"));
    }
}

#[test]
fn keys_are_sent_over_http_only_inside_a_computer() {
    for origin in [
        "http://localhost:9",
        "http://127.0.0.1:9",
        "http://[::1]:9",
        "http://emulator.spin.internal",
        "https://portal.example",
    ] {
        config(&[("api_base_url", origin), ("portal_keys_url", origin)]).expect(origin);
    }
}

#[test]
fn every_invalid_variable_is_reported_at_once_in_order() {
    let error = config(&[
        ("confirm_paid_calls", "yes"),
        ("sign_in", "portal"),
        ("sealing_secret", "planted-secret"),
        ("portal_keys_url", "not a url"),
        ("public_url", "http://mcp.example.com"),
        ("help_url", "help"),
    ])
    .expect_err("six problems");
    let variables: Vec<_> = error
        .problems()
        .iter()
        .map(|problem| problem.variable)
        .collect();
    assert_eq!(
        variables,
        [
            "public_url",
            "portal_issuer",
            "portal_keys_url",
            "help_url",
            "sealing_secret",
            "confirm_paid_calls"
        ]
    );
    let text = error.to_string();
    assert!(
        text.contains("; variable `sealing_secret`: must have"),
        "{text}"
    );
    assert!(!format!("{error:?}").contains("planted"));
}

/// An operator copies the example, so it must be accepted. That of the secret is an instruction.
#[test]
fn every_variable_that_can_be_invalid_has_a_valid_example() {
    let issuer = ("portal_issuer", "https://portal.example.com");
    let keys = ("portal_keys_url", "https://portal.example.com/keys");
    for variable in Config::VARIABLES {
        let example = error::example(variable);
        if matches!(variable, "portal_client_id" | "portal_client_secret") {
            assert_eq!(example, "", "every value is valid");
            continue;
        }
        assert_ne!(example, "", "{variable}");
        let others = [issuer, keys];
        let others = others.into_iter().filter(|(name, _)| *name != variable);
        let variables: Vec<_> = others.chain([(variable, example)]).collect();
        config(&variables).expect(variable);
    }
}

/// `Url` accepts it, but a request cannot be sent there; without the check the first request would trap.
#[test]
fn a_url_that_cannot_be_requested_is_refused() {
    let long = format!("https://portal.example/{}", "a".repeat(70_000));
    let error = config(&[("portal_keys_url", long.as_str())]).expect_err("too long");
    let [problem] = error.problems() else {
        panic!("{error}");
    };
    assert_eq!(problem.variable, "portal_keys_url");
    assert!(
        problem.problem.starts_with("cannot be requested"),
        "{error}"
    );
}

#[test]
fn a_loopback_connector_allows_loopback_origins_and_hosts() {
    let config = config(&[("allowed_origins", "https://app.example")]).expect("valid");
    for origin in [
        "http://localhost:3000",
        "http://127.0.0.1:6274",
        "https://app.example",
    ] {
        assert!(config.allows_origin(origin), "{origin}");
    }
    for origin in [
        "https://evil.example",
        "null",
        "http://localhost.evil.example",
        "",
    ] {
        assert!(!config.allows_origin(origin), "{origin}");
    }
    for host in ["localhost:3000", "127.0.0.1:9", "[::1]:3000", "localhost"] {
        assert!(config.allows_host(host), "{host}");
    }
    for host in [
        "evil.example",
        "localhost.evil.example:3000",
        "",
        "169.254.1.1",
    ] {
        assert!(!config.allows_host(host), "{host}");
    }
}

#[test]
fn sign_in_is_at_the_portal_if_an_issuer_is_set() {
    let keys = ("portal_keys_url", "https://portal.example/api/keys/");
    let issuer = ("portal_issuer", "https://portal.example/");
    let SignIn::Portal(portal) = config(&[issuer, keys]).expect("valid").sign_in else {
        panic!("expected the portal");
    };
    assert_eq!(
        portal.issuer, "https://portal.example/",
        "kept as it is written"
    );
    assert_eq!(portal.keys_url, "https://portal.example/api/keys");
    assert_eq!(portal.client_id, "tokportal-connector");
    assert!(matches!(
        config(&[]).expect("valid").sign_in,
        SignIn::ApiKey
    ));
    let chosen = config(&[("sign_in", "api-key"), issuer, keys]).expect("valid");
    assert!(matches!(chosen.sign_in, SignIn::ApiKey));
    assert!(
        chosen.portal_keys_url.is_some(),
        "key introspection works in both modes"
    );

    let missing = |variables: &[_]| {
        let error = config(variables).expect_err("must be refused");
        error.problems()[0].variable
    };
    assert_eq!(missing(&[issuer]), "portal_keys_url");
    assert_eq!(missing(&[("sign_in", "portal"), keys]), "portal_issuer");
    assert_eq!(
        missing(&[("portal_issuer", "http://portal.example"), keys]),
        "portal_issuer"
    );
}

/// The portal's settings, with the two that are required.
fn portal(variables: &[(&str, &str)]) -> Result<Portal, ConfigError> {
    let required = [
        ("portal_issuer", "https://portal.example"),
        ("portal_keys_url", "https://portal.example/api/keys"),
    ];
    match config(&[&required, variables].concat())?.sign_in {
        SignIn::Portal(portal) => Ok(portal),
        SignIn::ApiKey => panic!("expected the portal"),
    }
}

#[test]
fn scopes_are_listed_once_and_include_openid() {
    for (text, scopes) in [
        ("", vec!["openid", "profile", "email"]),
        ("openid", vec!["openid"]),
        ("email, email", vec!["openid", "email"]),
        (
            "profile openid,https://portal.example/keys:mint",
            vec!["profile", "openid", "https://portal.example/keys:mint"],
        ),
    ] {
        let portal = portal(&[("portal_scopes", text)]).expect(text);
        assert_eq!(portal.scopes, scopes, "{text}");
    }
}

#[test]
fn resource_is_kept_as_it_is_written() {
    for text in ["https://portal.example", "api://keys", "urn:example:keys"] {
        let portal = portal(&[("portal_resource", text)]).expect(text);
        assert_eq!(portal.resource.as_deref(), Some(text));
    }
    assert_eq!(portal(&[]).expect("valid").resource, None);
}

#[test]
fn trusted_audiences_are_a_list() {
    let portal = portal(&[("portal_trusted_audiences", "281049283746592001, api://keys")]);
    let audiences = portal.expect("valid").trusted_audiences;
    assert_eq!(audiences, ["281049283746592001", "api://keys"]);
}

#[test]
fn an_invalid_setting_of_the_portal_is_refused() {
    for (variable, value) in [
        ("portal_scopes", "openid \"profile\""),
        ("portal_scopes", "openid pröfile"),
        ("portal_resource", "keys"),
        ("portal_resource", "https://portal.example/keys#mint"),
        ("portal_resource", "https://portal.example/ keys"),
        ("portal_trusted_audiences", "*"),
    ] {
        let error = portal(&[(variable, value)]).expect_err("must be refused");
        let [problem] = error.problems() else {
            panic!("{variable}={value}: {error}");
        };
        assert_eq!(problem.variable, variable, "{value}");
    }
}

#[test]
fn lists_are_split_and_lowercased() {
    let config = config(&[
        (
            "custom_redirect_schemes",
            "cursor://, VSCode com.example.app",
        ),
        ("client_metadata_hosts", "App.example.com,b.example"),
        ("key_check_seconds", "0"),
    ])
    .expect("valid");
    assert_eq!(
        config.custom_redirect_schemes,
        ["cursor", "vscode", "com.example.app"]
    );
    assert_eq!(
        config.client_metadata_hosts,
        ["app.example.com", "b.example"]
    );
    assert_eq!(config.key_check, Duration::ZERO);
}

#[test]
fn debug_output_contains_no_secret() {
    let config = config(&[
        ("portal_issuer", "https://portal.example"),
        ("portal_keys_url", "https://portal.example/keys"),
        ("portal_client_secret", "planted-client-secret"),
        ("sealing_secret", "planted-sealing-secret-of-32-characters"),
    ]);
    assert!(!format!("{config:?}").contains("planted"));
}
