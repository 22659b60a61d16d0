//! Each mistake is told by one check, with what to change.

use super::*;

#[test]
fn wrong_slash_of_the_issuer_is_told_exactly() {
    let (checks, host) = found(announcing(|document| {
        document["issuer"] = format!("{ISSUER}/").into();
    }));
    assert_fails(
        &checks,
        CheckName::Discovery,
        "names the issuer `https://portal.example/`",
        "set `portal_issuer` to `https://portal.example/`",
    );
    assert_eq!(host.log.borrow().len(), 1);
    assert!(host.log.borrow()[0].contains(r#""check":"discovery""#));
}

#[test]
fn metadata_that_cannot_be_read_is_told_with_the_address() {
    for (answer, problem, fix) in [
        (
            json_answer(404, ""),
            "404",
            "/.well-known/openid-configuration",
        ),
        (
            json_answer(200, "<html>"),
            "not a JSON object",
            "`portal_issuer`",
        ),
        (json_answer(503, ""), "503", "`portal_issuer`"),
        (Err(HttpError::Timeout), "No answer", "`portal_issuer`"),
    ] {
        let (checks, _) = found(move |request| {
            let is_metadata = request.uri().path().contains("well-known");
            is_metadata.then(|| answer.clone())
        });
        assert_fails(&checks, CheckName::Discovery, problem, fix);
    }
}

#[test]
fn algorithms_and_keys_without_anything_in_common_fail() {
    for algorithms in [json!(["ES512"]), json!(["none"])] {
        let (checks, _) = found(announcing(move |document| {
            document["id_token_signing_alg_values_supported"] = algorithms.clone();
        }));
        assert_fails(&checks, CheckName::Signing, "cannot be verified", "ES256");
    }
    let (checks, _) = found(announcing(|document| {
        document["id_token_signing_alg_values_supported"] = json!(["RS256"]);
    }));
    assert_fails(&checks, CheckName::Signing, "is for RS256", "`jwks_uri`");
    for answer in [json_answer(404, ""), json_answer(200, r#"{"keys":[]}"#)] {
        let (checks, _) = found(at("keys.example", answer));
        assert_fails(&checks, CheckName::Signing, "jwks_uri", "`jwks_uri`");
    }
}

#[test]
fn client_that_the_portal_refuses_is_told_with_its_variables() {
    let secret = "`portal_client_secret`";
    for (answer, problem, fix) in [
        (error(401, "invalid_client"), "does not accept", secret),
        (error(400, "invalid_client"), "does not accept", secret),
        // Auth0
        (error(401, "access_denied"), "does not accept", secret),
        (error(400, "unauthorized_client"), "redeem codes", "flow"),
        (json_answer(404, "<html>"), "404", "`token_endpoint`"),
        (json_answer(502, ""), "502", "`token_endpoint`"),
        (
            Err(HttpError::Failed("10.0.0.7".to_owned())),
            "No connection",
            "`token_endpoint`",
        ),
    ] {
        let (checks, host) = found(at("token.example", answer));
        assert_fails(&checks, CheckName::ClientAuthentication, problem, fix);
        assert!(!format!("{checks:?}").contains("10.0.0.7"));
        assert_eq!(host.log.borrow().len(), 1);
    }
    let (checks, _) = found(at("token.example", error(400, "invalid_request")));
    let check = named(&checks, CheckName::ClientAuthentication);
    assert!(check.ok);
    assert_says(check, "`invalid_request`", "Sign in once");
}

#[test]
fn secret_that_is_in_the_way_or_missing_is_told() {
    let is_public = |request: &Request<Bytes>| {
        let is_token = request.uri().host() == Some("token.example");
        let has_secret = request.headers().contains_key("authorization");
        (is_token && has_secret).then(|| error(401, "invalid_client"))
    };
    let (checks, _) = found(is_public);
    let name = CheckName::ClientAuthentication;
    assert_fails(
        &checks,
        name,
        "public client",
        "`portal_client_secret` empty",
    );
    let without_secret: Vec<_> = VARIABLES
        .into_iter()
        .filter(|(variable, _)| *variable != "portal_client_secret")
        .collect();
    let refused = at("token.example", error(401, "invalid_client"));
    let (checks, _) = found_with(&without_secret, refused);
    assert_fails(
        &checks,
        name,
        "wants a secret",
        "set `portal_client_secret`",
    );
}

#[test]
fn second_listed_authentication_method_is_tried() {
    let (checks, _) = found(|request| {
        let host = request.uri().host();
        if host == Some("token.example") && request.headers().contains_key("authorization") {
            return Some(error(401, "invalid_client"));
        }
        announcing(|document| {
            document["token_endpoint_auth_methods_supported"] =
                json!(["client_secret_basic", "client_secret_post"]);
        })(request)
    });
    let check = named(&checks, CheckName::ClientAuthentication);
    let note = check.note.as_deref().expect("a note");
    assert!(note.contains("client_secret_post"), "{note}");
}

#[test]
fn private_key_jwt_alone_is_not_supported() {
    let (checks, host) = found(announcing(|document| {
        document["token_endpoint_auth_methods_supported"] = json!(["private_key_jwt"]);
    }));
    let name = CheckName::ClientAuthentication;
    assert_fails(&checks, name, "private_key_jwt", "client_secret_basic");
    let sent = host.sent.borrow();
    assert!(sent.iter().all(|r| r.uri().host() != Some("token.example")));
}

#[test]
fn redirect_uri_that_the_portal_refuses_is_told_exactly() {
    let register = format!("Register exactly `{CALLBACK}`");
    let html = |status, text: &str| json_answer(status, text);
    for answer in [
        html(400, "<h1>Error 400: redirect_uri_mismatch</h1>"),
        html(400, "Invalid parameter: redirect_uri"),
        html(200, "<title>AADSTS50011: The redirect URI …</title>"),
        redirect("https://login.example/error?error=redirect_mismatch"),
        // The field authError of Google is Base64 of a message that begins like this.
        redirect("/signin/error?authError=ChVyZWRpcmVjdF91cmlfbWlzbWF0Y2g"),
    ] {
        let (checks, _) = found(at("login.example", answer));
        assert_fails(&checks, CheckName::RedirectUri, "not registered", &register);
    }
    let unknown = error(400, "invalid_client");
    let (checks, _) = found(at("login.example", unknown));
    let fix = "`portal_client_id`";
    assert_fails(&checks, CheckName::RedirectUri, "does not know", fix);
}

#[test]
fn redirect_uri_stays_open_where_nothing_proves_it() {
    for answer in [
        json_answer(200, "<form>Sign in: redirect_uri=…</form>"),
        redirect("https://login.example/sign-in"),
        redirect("https://mcp.example.com/connect/callback-2?error=login_required"),
        Err(HttpError::Forbidden),
        Err(HttpError::Timeout),
    ] {
        let (checks, _) = found(at("login.example", answer));
        let check = named(&checks, CheckName::RedirectUri);
        assert!(checks.iter().all(|check| check.ok), "{checks:?}");
        assert_says(check, "ot ", &format!("Register exactly `{CALLBACK}`"));
    }
}

#[test]
fn error_at_the_redirect_uri_names_the_variable() {
    for (error, fix) in [
        ("unauthorized_client", "authorization code flow"),
        ("invalid_scope", "`portal_scopes`"),
        ("invalid_target", "`portal_resource`"),
    ] {
        let answer = redirect(&format!("{CALLBACK}?state=x&error={error}"));
        let (checks, _) = found(at("login.example", answer));
        assert_fails(&checks, CheckName::RedirectUri, error, fix);
    }
    let answer = redirect(&format!("{CALLBACK}?error=%3Cscript%3E"));
    let (checks, _) = found(at("login.example", answer));
    let check = named(&checks, CheckName::RedirectUri);
    assert_says(check, "`?script?`", "Sign in once");
}

#[test]
fn forbidden_origins_are_named_with_their_variables() {
    let (checks, _) = found(|request| match request.uri().host() {
        Some("portal.example") => None,
        _ => Some(Err(HttpError::Forbidden)),
    });
    for part in [
        "`portal_token_origin` to https://token.example",
        "`portal_userinfo_origin` to https://userinfo.example",
        "`portal_jwks_origin` to https://keys.example",
        "`api_base_url` to https://api.example",
    ] {
        assert_fails(&checks, CheckName::Origins, "does not allow", part);
    }
    let fix = named(&checks, CheckName::Origins).fix.as_deref();
    let fix = fix.expect("a fix");
    assert!(!fix.contains("login.example"), "browsers go there: {fix}");
    let (checks, _) = found(at("portal.example", Err(HttpError::Forbidden)));
    let (issuer, keys) = ("`portal_origin` to", "`portal_keys_origin` to");
    assert_fails(&checks, CheckName::Origins, ISSUER, issuer);
    assert_fails(&checks, CheckName::Origins, ISSUER, keys);
}

#[test]
fn keys_api_that_does_not_answer_401_is_told() {
    let keys = CheckName::Keys;
    let html = || {
        let response = Response::builder().header("content-type", "text/html");
        Ok(response.body(Bytes::from("<html>")).expect("valid"))
    };
    for (method, answer, problem, fix) in [
        ("GET", json_answer(404, ""), "404", "without `/current`"),
        ("POST", json_answer(405, ""), "405", "without `/current`"),
        ("POST", json_answer(403, ""), "403", "CSRF"),
        ("GET", html(), "200", "page for people"),
        ("POST", json_answer(201, "{}"), "201", "refuse calls"),
        (
            "GET",
            redirect("https://elsewhere.example"),
            "302",
            "final address",
        ),
        ("POST", json_answer(500, ""), "500", "its log"),
        (
            "GET",
            Err(HttpError::Timeout),
            "No answer",
            "`portal_keys_url`",
        ),
    ] {
        let (checks, _) = found(move |request| {
            let is_wrong = request.uri().path().starts_with("/api/keys");
            (is_wrong && request.method() == method).then(|| answer.clone())
        });
        assert_fails(&checks, keys, problem, fix);
    }
    let (checks, _) = found(|request| {
        let is_mint = request.uri().path() == "/api/keys";
        is_mint.then(|| json_answer(400, "{}"))
    });
    assert!(named(&checks, keys).ok);
    assert_says(named(&checks, keys), "400", "credential first");
}

/// The time of the fake host is Mon, 21 Sep 2026 14:13:20 GMT.
#[test]
fn clocks_that_are_more_than_a_minute_apart_fail() {
    let dated = |date: &'static str, age: &'static str| {
        move |request: &Request<Bytes>| {
            let mut response = right(request).expect("an answer");
            let headers = response.headers_mut();
            headers.insert("date", date.parse().expect("a header"));
            headers.insert("age", age.parse().expect("a header"));
            Some(Ok(response))
        }
    };
    for (date, age, problem) in [
        ("Mon, 21 Sep 2026 14:18:20 GMT", "0", "300 seconds behind"),
        ("Mon, 21 Sep 2026 14:12:19 GMT", "0", "61 seconds ahead of"),
        ("Mon, 21 Sep 2026 14:12:19 GMT", "200", "139 seconds behind"),
    ] {
        let (checks, _) = found(dated(date, age));
        assert_fails(&checks, CheckName::Clock, problem, "NTP");
    }
    for (date, age) in [
        ("Mon, 21 Sep 2026 14:14:20 GMT", "0"),
        ("Mon, 21 Sep 2026 13:13:20 GMT", "3600"),
    ] {
        let (checks, _) = found(dated(date, age));
        assert!(
            named(&checks, CheckName::Clock).note.is_some(),
            "{checks:?}"
        );
    }
}

#[test]
fn announcements_that_do_not_fit_are_told() {
    let (checks, _) = found(announcing(|document| {
        document["code_challenge_methods_supported"] = json!(["plain"]);
    }));
    assert_fails(&checks, CheckName::Pkce, "S256", "Enable PKCE");
    let (checks, _) = found(announcing(|document| {
        document["scopes_supported"] = json!(["openid"]);
    }));
    let scopes = named(&checks, CheckName::Scopes);
    assert!(scopes.ok);
    assert_says(scopes, "profile email", "`portal_scopes`");
    let (checks, _) = found(announcing(|document| {
        let members = document.as_object_mut().expect("an object");
        members.retain(|name, _| !name.ends_with("_supported"));
    }));
    // Without a list of algorithms it is RS256, and the key is another one.
    assert_fails(&checks, CheckName::Signing, "RS256", "`jwks_uri`");
}
