//! `/.well-known/…`: the metadata documents (RFC 8414, RFC 9728) at every path that clients try, with the forged
//! headers of attack family 15.

use crate::support::{FORGED, Running, json_of};

const RESOURCE: [&str; 3] = [
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/api/ext/mcp",
    "/api/ext/mcp/.well-known/oauth-protected-resource",
];

const SERVER: [&str; 3] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-authorization-server/api/ext/mcp",
    "/api/ext/mcp/.well-known/oauth-authorization-server",
];

const OPENID: [&str; 3] = [
    "/.well-known/openid-configuration",
    "/.well-known/openid-configuration/api/ext/mcp",
    "/api/ext/mcp/.well-known/openid-configuration",
];

/// The connector is no OpenID provider, and clients that look for one go on to RFC 8414 after a 404.
#[tokio::test]
async fn openid_configuration_is_404_at_every_path() {
    let app = Running::start().await;
    for path in OPENID {
        let answer = app.request("GET", path).send().await.expect("an answer");
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    }
}

#[tokio::test]
async fn forged_headers_change_no_document_at_any_path() {
    let app = Running::start().await;
    for (paths, member, value) in [
        (
            &RESOURCE[..],
            "resource",
            format!("{}/api/ext/mcp", app.url),
        ),
        (&SERVER[..], "issuer", app.url.clone()),
    ] {
        let mut documents = Vec::new();
        for path in paths {
            let plain = app.request("GET", path).send().await.expect("an answer");
            assert_eq!(plain.status(), 200, "{path}");
            assert_eq!(
                plain.headers()["content-type"],
                "application/json",
                "{path}"
            );
            assert_eq!(
                plain.headers()["access-control-allow-origin"],
                "*",
                "{path}"
            );
            let (_, document) = json_of(plain).await;
            assert_eq!(document[member], value.as_str(), "{path}");
            for (name, forged) in FORGED {
                let request = app.request("GET", path).header(name, forged);
                let (status, answer) = json_of(request.send().await.expect("an answer")).await;
                assert_eq!(
                    (status, &answer),
                    (200, &document),
                    "{path} with {name}: {forged}"
                );
            }
            documents.push(document);
        }
        assert!(documents.windows(2).all(|pair| pair[0] == pair[1]));
    }
}
