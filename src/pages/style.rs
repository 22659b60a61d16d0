//! What every page carries inline: the style sheet and the icon of the browser's tab.

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::sync::LazyLock;

/// The style sheet, as it stands in the page.
pub(crate) const STYLE: &str = include_str!("../../static/pages/style.css");

/// The `style-src` value that permits the inlined style sheet (Content Security Policy Level 3, hash source).
pub(crate) const STYLE_CSP: &str = "'sha256-szKX5GB9UHetD++WzN5KupToFN93UIuSco1YlT0w2VY='";

/// The mark as a `data:` address; without it a browser would ask for `/favicon.ico`.
pub(crate) fn icon() -> &'static str {
    static ICON: LazyLock<String> = LazyLock::new(|| {
        let mark = include_bytes!("../../static/icons/mark.svg");
        format!("data:image/svg+xml;base64,{}", STANDARD.encode(mark))
    });
    &ICON
}

/// The HTML of a page.
pub(crate) fn rendered(page: &impl Template) -> String {
    page.render()
        .expect("writing to a string cannot fail, and no template calls anything that can")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn the_hash_is_that_of_the_style_sheet() {
        let hash = STANDARD.encode(Sha256::digest(STYLE));
        assert_eq!(
            STYLE_CSP,
            format!("'sha256-{hash}'"),
            "style.css changed: set STYLE_CSP, or browsers show the pages without style"
        );
    }

    #[test]
    fn the_style_sheet_is_small_and_asks_for_nothing() {
        assert!(STYLE.len() < 10_000, "{} bytes", STYLE.len());
        for forbidden in ["url(", "@import", "@font-face", "</"] {
            assert!(!STYLE.contains(forbidden), "{forbidden}");
        }
    }
}
