//! Requests that components send to outside hosts and to each other.

use tokportal_embed::{ComponentConfig, Limits};

use crate::support::{app, builder, get, guest, ok, wasm};
use crate::upstream::Upstream;

#[tokio::test]
async fn request_to_an_allowed_host_is_sent() {
    let upstream = Upstream::start().await;
    let (app, _) = app(guest().allow_outbound(upstream.url())).await;
    assert_eq!(
        ok(&app, &format!("/fetch?{}/hello", upstream.url())).await,
        "200 hello"
    );
}

#[tokio::test]
async fn request_to_another_host_is_refused_and_logged() {
    let upstream = Upstream::start().await;
    let (app, log) = app(guest().allow_outbound("http://127.0.0.1:1")).await;
    let refused = (500, "ErrorCode::HttpRequestDenied".to_owned());
    assert_eq!(
        get(&app, &format!("/fetch?{}/hello", upstream.url())).await,
        refused
    );
    assert_eq!(upstream.requests(), 0);
    let line = format!(
        "guest: component `guest` was refused {}: it is not in its allowed_outbound_hosts",
        upstream.url()
    );
    assert_eq!(log.lines(), [line]);
}

#[tokio::test]
async fn other_spellings_of_a_forbidden_host_are_refused() {
    let upstream = Upstream::start().await;
    let port = upstream.port();
    let (app, _) = app(guest().allow_outbound(format!("http://allowed.example:{port}"))).await;
    for authority in [
        "allowed.example@127.0.0.1",
        "0x7f.1",
        "2130706433",
        "[::ffff:127.0.0.1]",
        "localhost",
    ] {
        let (status, body) = get(&app, &format!("/fetch?http://{authority}:{port}/")).await;
        assert_eq!(status, 500, "{authority}: {body}");
    }
    assert_eq!(upstream.requests(), 0);
}

#[tokio::test]
async fn allowed_host_may_come_from_a_variable() {
    let upstream = Upstream::start().await;
    let (builder, _) = builder();
    let component = guest().allow_outbound("{{ api }}");
    let app = builder
        .variable("api", upstream.url())
        .component(component)
        .build()
        .await
        .unwrap();
    assert_eq!(
        ok(&app, &format!("/fetch?{}/", upstream.url())).await,
        "200 hello"
    );
}

#[tokio::test]
async fn redirect_is_not_followed_and_headers_are_kept() {
    let upstream = Upstream::start().await;
    let url = upstream.url();
    let (app, _) = app(guest().allow_outbound(&url)).await;
    assert_eq!(
        ok(&app, &format!("/fetch?{url}/redirect")).await,
        "302 moved"
    );
    assert_eq!(upstream.requests(), 1);
    let port = upstream.port();
    let headers = format!("200 host: 127.0.0.1:{port}, x-test: kept");
    assert_eq!(ok(&app, &format!("/fetch?{url}/headers")).await, headers);
}

#[tokio::test]
async fn sequential_requests_share_one_connection() {
    let upstream = Upstream::start().await;
    let (app, _) = app(guest().allow_outbound(upstream.url())).await;
    for _ in 0..5 {
        ok(&app, &format!("/fetch?{}/", upstream.url())).await;
    }
    assert_eq!((upstream.requests(), upstream.connections()), (5, 1));
}

#[tokio::test]
async fn timeouts_in_the_request_options_apply() {
    let upstream = Upstream::start().await;
    let url = upstream.url();
    let (app, _) = app(guest().allow_outbound(&url)).await;
    let (_, body) = get(&app, &format!("/fetch-impatient?{url}/silence")).await;
    assert_eq!(body, "ErrorCode::ConnectionReadTimeout");
    let (status, body) = get(&app, &format!("/fetch-impatient?{url}/half")).await;
    assert_eq!(status, 500);
    assert!(body.contains("ConnectionReadTimeout"), "{body}");
}

#[tokio::test]
async fn refused_connection_has_its_own_error_code() {
    // The listener is dropped at once, so the port is free.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let (app, log) = app(guest().allow_outbound("http://127.0.0.1:*")).await;
    let (_, body) = get(&app, &format!("/fetch?http://127.0.0.1:{port}/")).await;
    assert_eq!(body, "ErrorCode::ConnectionRefused");
    assert!(
        log.contains(&format!("request to http://127.0.0.1:{port} failed")),
        "{:?}",
        log.lines()
    );
}

#[tokio::test]
async fn private_network_is_refused_when_blocked() {
    let upstream = Upstream::start().await;
    let (builder, _) = builder();
    let component = guest()
        .allow_outbound("http://127.0.0.0/8:*")
        .allow_outbound("http://localhost:*");
    let app = builder
        .block_private_networks(true)
        .component(component)
        .build()
        .await
        .unwrap();
    for host in ["127.0.0.1", "localhost", "0x7f.1"] {
        let (_, body) = get(&app, &format!("/fetch?http://{host}:{}/", upstream.port())).await;
        assert_eq!(body, "ErrorCode::DestinationIpProhibited", "{host}");
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn any_host_does_not_include_private_addresses() {
    let upstream = Upstream::start().await;
    let port = upstream.port();
    let (app, log) = app(guest().allow_outbound("http://*:*")).await;
    for host in ["127.0.0.1", "localhost", "0x7f.1"] {
        let (_, body) = get(&app, &format!("/fetch?http://{host}:{port}/")).await;
        assert_eq!(body, "ErrorCode::DestinationIpProhibited", "{host}");
    }
    assert_eq!(upstream.connections(), 0);
    assert!(
        log.contains("name the host in allowed_outbound_hosts"),
        "{:?}",
        log.lines()
    );
}

#[tokio::test]
async fn private_connection_of_another_component_is_not_reused() {
    let upstream = Upstream::start().await;
    let (builder, _) = builder();
    let named = guest()
        .allow_outbound(upstream.url())
        .allow_outbound("http://private.spin.internal");
    let app = builder
        .component(named)
        .component(private().allow_outbound("http://*:*"))
        .build()
        .await
        .unwrap();
    let path = format!("fetch?{}/", upstream.url());
    assert_eq!(ok(&app, &format!("/{path}")).await, "200 hello");
    let other = format!("/fetch?http://private.spin.internal/{path}");
    assert_eq!(
        ok(&app, &other).await,
        "500 ErrorCode::DestinationIpProhibited"
    );
    assert_eq!(upstream.requests(), 1);
}

#[tokio::test]
async fn mapped_name_leads_to_the_place_the_operator_chose() {
    let (upstream, certificate) = Upstream::start_tls("docs.example").await;
    let port = upstream.port();
    let (builder, _) = builder();
    let app = builder
        .resolve(&format!("docs.example:443:127.0.0.1:{port}"))
        .unwrap()
        .resolve(&format!("other.example:443:127.0.0.1:{port}"))
        .unwrap()
        .trust_certificate(certificate.der().to_vec())
        .component(guest().allow_outbound("https://*:443"))
        .build()
        .await
        .unwrap();
    let headers = ok(&app, "/fetch?https://docs.example/headers").await;
    assert_eq!(headers, "200 host: docs.example, x-test: kept");
    // The certificate is for another name.
    let (_, body) = get(&app, "/fetch?https://other.example/").await;
    assert_eq!(body, "ErrorCode::TlsCertificateError");
    // The mapping is for port 443.
    let (_, body) = get(&app, &format!("/fetch?https://docs.example:{port}/")).await;
    assert_eq!(body, "ErrorCode::HttpRequestDenied");
}

#[tokio::test]
async fn mapped_address_is_checked_like_an_answer_of_dns() {
    let upstream = Upstream::start().await;
    let port = upstream.port();
    let mapping = format!("inside.example:{port}:127.0.0.1");
    let url = format!("http://inside.example:{port}");
    for (entry, expected) in [
        ("http://*:*", "ErrorCode::DestinationIpProhibited"),
        (url.as_str(), "200 hello"),
    ] {
        let (builder, _) = builder();
        let builder = builder.resolve(&mapping).unwrap();
        let component = guest().allow_outbound(entry);
        let app = builder.component(component).build().await.unwrap();
        let (_, body) = get(&app, &format!("/fetch?{url}/")).await;
        assert_eq!(body, expected, "{entry}");
    }
    assert_eq!(upstream.connections(), 1);
}

#[tokio::test]
async fn root_certificates_come_from_a_pem_file() {
    let (upstream, certificate) = Upstream::start_tls("localhost").await;
    let url = format!("https://localhost:{}", upstream.port());
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("root.pem");
    std::fs::write(&file, certificate.pem()).unwrap();
    let (builder, _) = builder();
    let app = builder
        .root_certificates(&file)
        .unwrap()
        .component(guest().allow_outbound(&url))
        .build()
        .await
        .unwrap();
    assert_eq!(ok(&app, &format!("/fetch?{url}/")).await, "200 hello");
}

#[test]
fn unusable_root_certificate_is_refused_with_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("root.pem");
    let name = file.display();
    let refused = || {
        let refused = builder().0.root_certificates(&file).err();
        refused.map(|error| error.to_string()).unwrap_or_default()
    };
    let missing = refused();
    assert!(
        missing.starts_with(&format!("cannot read {name}: ")),
        "{missing}"
    );
    for (text, problem) in [
        ("", "has no certificate"),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "has a certificate that cannot be read",
        ),
        (
            "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n",
            "is not PEM",
        ),
    ] {
        std::fs::write(&file, text).unwrap();
        let error = refused();
        assert!(
            error.starts_with(&format!("root certificate {name}: {problem}")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn tls_needs_a_trusted_certificate_for_the_host() {
    let (upstream, certificate) = Upstream::start_tls("localhost").await;
    let url = format!("https://localhost:{}", upstream.port());
    let (distrustful, _) = app(guest().allow_outbound(&url)).await;
    let (_, body) = get(&distrustful, &format!("/fetch?{url}/")).await;
    assert_eq!(body, "ErrorCode::TlsCertificateError");

    // This application trusts the certificate, which names `localhost` only.
    let other = format!("https://127.0.0.1:{}", upstream.port());
    let component = guest().allow_outbound(&url).allow_outbound(&other);
    let (builder, _) = builder();
    let app = builder
        .trust_certificate(certificate.der().to_vec())
        .component(component)
        .build()
        .await
        .unwrap();
    assert_eq!(ok(&app, &format!("/fetch?{url}/")).await, "200 hello");
    let (_, body) = get(&app, &format!("/fetch?{other}/")).await;
    assert_eq!(body, "ErrorCode::TlsCertificateError");
}

fn private() -> ComponentConfig {
    ComponentConfig::from_file("private", wasm("embed_guest"))
}

#[tokio::test]
async fn component_calls_another_in_process() {
    let (builder, _) = builder();
    let caller = guest().allow_outbound("http://private.spin.internal");
    let app = builder
        .component(caller)
        .component(private())
        .build()
        .await
        .unwrap();
    let body = ok(&app, "/fetch?http://private.spin.internal/headers?x=1").await;
    for line in [
        "200 GET http://private.spin.internal/headers?x=1",
        "spin-path-info: /headers",
        "spin-matched-route: /...",
        "spin-client-addr: 0.0.0.0:0",
        "x-test: kept",
    ] {
        assert!(
            body.lines().any(|other| other == line),
            "{line} is not in {body}"
        );
    }
}

#[tokio::test]
async fn component_calls_only_allowed_components() {
    let (builder, _) = builder();
    let caller = guest().allow_outbound("http://*.spin.internal");
    let app = builder
        .component(caller)
        .component(private().route("/private/..."))
        .build()
        .await
        .unwrap();
    let (_, body) = get(&app, "/fetch?http://nobody.spin.internal/").await;
    assert_eq!(body, "ErrorCode::DestinationNotFound");
    let (_, body) = get(&app, "/private/../fetch?http://guest.spin.internal/").await;
    assert_eq!(body, "hello");
    let (builder, _) = self::builder();
    let app = builder
        .component(guest())
        .component(private())
        .build()
        .await
        .unwrap();
    let (_, body) = get(&app, "/fetch?http://private.spin.internal/").await;
    assert_eq!(body, "ErrorCode::HttpRequestDenied");
}

#[tokio::test]
async fn loop_between_components_is_refused_at_the_limit() {
    let (builder, log) = builder();
    let limits = Limits {
        chained_in_flight: 20,
        ..Default::default()
    };
    let component = guest().allow_outbound("http://guest.spin.internal");
    let app = builder
        .limits(limits)
        .component(component)
        .build()
        .await
        .unwrap();
    let (_, body) = get(&app, "/circle").await;
    assert!(body.contains("LoopDetected"), "{body}");
    assert!(log.contains("too many are in flight"), "{:?}", log.lines());
    assert_eq!(ok(&app, "/hello").await, "hello");
}

#[tokio::test]
async fn component_calls_its_own_application_if_allowed() {
    let (allowed, _) = app(guest().allow_outbound("http://self")).await;
    assert_eq!(
        ok(&allowed, "/fetch?http://self.alt/hello").await,
        "200 hello"
    );
    let (refused, _) = app(guest()).await;
    let (_, body) = get(&refused, "/fetch?http://self.alt/hello").await;
    assert_eq!(body, "ErrorCode::HttpRequestDenied");
}
