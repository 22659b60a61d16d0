//! The parts that every page includes inline: the style sheet and the icon of the browser tab.

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::sync::LazyLock;

pub(super) const STYLE: &str = include_str!("../../static/pages/style.css");

/// The `style-src` value that allows the style sheet (Content Security Policy Level 3, hash source).
pub(crate) const STYLE_CSP: &str = "'sha256-Fq9kA22eMLltDWV/jUUdpSVNWGgfFa2utWIFXqNqmkQ='";

/// The icon as a `data:` URL. Without an icon a browser would request `/favicon.ico`.
pub(super) fn icon() -> &'static str {
    static ICON: LazyLock<String> = LazyLock::new(|| {
        let mark = include_bytes!("../../static/icons/mark.svg");
        format!("data:image/svg+xml;base64,{}", STANDARD.encode(mark))
    });
    &ICON
}

/// The HTML of a page.
#[expect(
    clippy::expect_used,
    reason = "no template calls anything that can fail, and a String takes all text"
)]
pub(super) fn rendered(page: &impl Template) -> String {
    page.render().expect("a template of this crate")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn csp_hash_is_the_hash_of_the_style_sheet() {
        let hash = STANDARD.encode(Sha256::digest(STYLE));
        assert_eq!(
            STYLE_CSP,
            format!("'sha256-{hash}'"),
            "style.css changed: set STYLE_CSP, or browsers show the pages without style"
        );
    }

    #[test]
    fn style_sheet_is_small_and_loads_nothing() {
        assert!(STYLE.len() < 10_000, "{} bytes", STYLE.len());
        for forbidden in ["url(", "@import", "@font-face", "</"] {
            assert!(!STYLE.contains(forbidden), "{forbidden}");
        }
    }
}
