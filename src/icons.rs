//! `GET /icons/{name}.svg`: the icons that hosts show beside the server and its tools (MCP 2025-11-25, `Icon`), and
//! `GET /favicon.ico`, which browsers and hosts ask for without being told.

use crate::config::Config;
use crate::web::reply::{self, Reply};
use http::{HeaderName, StatusCode, header};

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

/// The mark in 16, 32 and 48 pixels. `make images` draws it again from `mark.svg`.
const FAVICON: &[u8] = include_bytes!("../static/icons/favicon.ico");

/// URL of the icon of a toolset, or of the server (`mark`).
pub(crate) fn url(config: &Config, name: &str) -> String {
    [&config.public_url, "/icons/", name, ".svg"].concat()
}

/// The icon at a path.
pub(crate) fn at(path: &str) -> Option<&'static [u8]> {
    let name = path.strip_prefix("/icons/")?.strip_suffix(".svg")?;
    let (_, bytes) = ICONS.iter().find(|(known, _)| *known == name)?;
    Some(bytes)
}

/// Answers with an icon. Hosts show it on pages of their own, so any origin may read it.
pub(crate) fn reply(icon: &'static [u8]) -> Reply {
    image("image/svg+xml", icon)
}

/// Answers with the icon of the site, in the format that every program reads.
pub(crate) fn favicon() -> Reply {
    image("image/x-icon", FAVICON)
}

fn image(media_type: &'static str, icon: &'static [u8]) -> Reply {
    let mut reply = reply::reply(StatusCode::OK, media_type, icon);
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

    /// The directory of an ICO file: reserved, type 1, the number of images; then 16 bytes for each image, with its
    /// width and height, its length and its offset.
    #[test]
    fn favicon_is_an_ico_file_of_three_png_images() {
        let reply = send(Method::GET, "/favicon.ico");
        assert_eq!(reply.status(), StatusCode::OK);
        assert_eq!(reply.headers()[header::CONTENT_TYPE], "image/x-icon");
        let ico = reply.body();
        assert!(ico.len() < 8_000, "{} bytes", ico.len());
        assert_eq!(ico[..6], [0, 0, 1, 0, 3, 0]);
        for (index, size) in [16, 32, 48].into_iter().enumerate() {
            let entry = &ico[6 + 16 * index..][..16];
            assert_eq!(entry[..2], [size, size]);
            let number = |at: usize| {
                let bytes = entry[at..at + 4].try_into().expect("four bytes");
                usize::try_from(u32::from_le_bytes(bytes)).expect("small")
            };
            let png = &ico[number(12)..][..number(8)];
            assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
            assert_eq!(
                png[16..24],
                [0, 0, 0, size, 0, 0, 0, size],
                "width and height"
            );
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
