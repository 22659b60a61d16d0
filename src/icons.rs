//! `GET /icons/{name}.svg`: the icons that hosts show beside the server and its tools (MCP 2025-11-25, `Icon`).

use crate::config::Config;
use crate::web::reply::{self, Reply};
use http::{HeaderName, StatusCode, header};
use std::fmt;

/// The icon of the server (`mark`) and one for each toolset of the catalogue, by the name in the URL.
const ICONS: [(&str, &[u8]); 13] = [
    ("mark", include_bytes!("../static/icons/mark.svg")),
    ("profile", include_bytes!("../static/icons/profile.svg")),
    ("reference", include_bytes!("../static/icons/reference.svg")),
    ("credits", include_bytes!("../static/icons/credits.svg")),
    ("bundles", include_bytes!("../static/icons/bundles.svg")),
    (
        "account-setup",
        include_bytes!("../static/icons/account-setup.svg"),
    ),
    ("videos", include_bytes!("../static/icons/videos.svg")),
    ("accounts", include_bytes!("../static/icons/accounts.svg")),
    ("warming", include_bytes!("../static/icons/warming.svg")),
    ("analytics", include_bytes!("../static/icons/analytics.svg")),
    ("comments", include_bytes!("../static/icons/comments.svg")),
    ("uploads", include_bytes!("../static/icons/uploads.svg")),
    ("webhooks", include_bytes!("../static/icons/webhooks.svg")),
];

/// URL of the icon of a toolset, or of the server (`mark`).
pub(crate) fn url(config: &Config, name: &str) -> impl fmt::Display {
    fmt::from_fn(move |f| write!(f, "{}/icons/{name}.svg", config.public_url))
}

/// The icon at a path.
pub(crate) fn at(path: &str) -> Option<&'static [u8]> {
    let name = path.strip_prefix("/icons/")?.strip_suffix(".svg")?;
    let (_, bytes) = ICONS.iter().find(|(known, _)| *known == name)?;
    Some(bytes)
}

/// Answers with an icon. Hosts show it on pages of their own, so any origin may read it.
pub(crate) fn reply(icon: &'static [u8]) -> Reply {
    let mut reply = reply::reply(StatusCode::OK, "image/svg+xml", icon);
    for (name, value) in [
        (header::CACHE_CONTROL, "public, max-age=86400"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        // A browser runs scripts of an SVG that it opens as a page. These icons have none, and this header blocks any.
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ] {
        reply::set(&mut reply, name, value);
    }
    reply
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::TOOLS;
    use crate::testing::{FakeHost, handle};
    use bytes::Bytes;
    use http::{Method, Request};

    fn send(method: Method, path: &str) -> Reply {
        let request = Request::builder().method(method).uri(path);
        let request = request.body(Bytes::new()).expect("a request");
        handle(FakeHost::silent(), request).0
    }

    #[test]
    fn every_toolset_and_the_server_have_an_icon() {
        let names = TOOLS.iter().map(|tool| tool.toolset).chain(["mark"]);
        for name in names {
            let reply = send(Method::GET, &format!("/icons/{name}.svg"));
            assert_eq!(reply.status(), StatusCode::OK, "{name}");
            assert_eq!(reply.headers()[header::CONTENT_TYPE], "image/svg+xml");
            assert!(reply.body().starts_with(b"<svg "), "{name}");
        }
    }

    #[test]
    fn other_paths_are_404_and_other_methods_405() {
        for path in [
            "/icons/",
            "/icons/mark",
            "/icons/.svg",
            "/icons/../icons/mark.svg",
        ] {
            assert_eq!(send(Method::GET, path).status(), StatusCode::NOT_FOUND);
        }
        let reply = send(Method::POST, "/icons/mark.svg");
        assert_eq!(reply.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(reply.headers()[header::ALLOW], "GET, HEAD");
    }
}
