//! Sentences with placeholders. A value takes the place of its placeholder, so that each language orders words freely.

use crate::text::template::{Piece, pieces};
use askama::filters::{Html as HtmlEscaper, HtmlSafe, escape};
use std::fmt;

/// HTML that is complete and escaped. Templates insert it as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Html(String);

impl Html {
    /// Escaped text.
    pub(super) fn text(text: &str) -> Self {
        let Ok(escaped) = escape(text, HtmlEscaper);
        Self(escaped.to_string())
    }

    /// A text whose writing direction does not affect the text around it.
    pub(super) fn isolated(text: &str) -> Self {
        Self(format!("<bdi>{}</bdi>", Self::text(text)))
    }

    pub(super) fn strong(self) -> Self {
        Self(format!("<strong>{self}</strong>"))
    }

    pub(super) fn emphasized(self) -> Self {
        Self(format!("<em>{self}</em>"))
    }

    /// This, and a text in brackets.
    pub(super) fn followed_by(self, text: &str) -> Self {
        Self(format!("{self} ({})", Self::isolated(text)))
    }

    /// English text in a page of any language.
    pub(super) fn english(self) -> Self {
        Self(format!("<span lang=\"en\">{self}</span>"))
    }

    pub(super) fn followed_by_html(self, next: Self) -> Self {
        Self(self.0 + &next.0)
    }

    pub(super) fn code(self) -> Self {
        Self(format!("<code>{self}</code>"))
    }

    /// A date as `YYYY-MM-DD`.
    pub(super) fn time(date: &str) -> Self {
        let date = Self::text(date);
        Self(format!("<time datetime=\"{date}\">{date}</time>"))
    }

    /// A link with this text.
    pub(super) fn linked(self, url: &str) -> Self {
        Self(format!("<a href=\"{}\">{self}</a>", Self::text(url)))
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

/// A phrase as HTML, with each `{name}` replaced by its value. The rest of the phrase is escaped.
pub(super) fn html(phrase: &str, values: &[(&str, Html)]) -> Html {
    let mut filled = String::new();
    for piece in pieces(phrase) {
        let value = match piece {
            Piece::Text(text) => Html::text(text),
            Piece::Placeholder(name) => of(name, values).cloned().unwrap_or_else(|| Html::text("")),
        };
        filled.push_str(&value.0);
    }
    Html(filled)
}

/// A phrase as plain text, which the template escapes.
pub(super) fn plain(phrase: &str, values: &[(&str, &str)]) -> String {
    let pieces = pieces(phrase).map(|piece| match piece {
        Piece::Text(text) => text,
        Piece::Placeholder(name) => of(name, values).copied().unwrap_or_default(),
    });
    pieces.collect()
}

/// The value of a placeholder. Tests compare the placeholders of all languages, and debug builds notice a value that is
/// not given.
fn of<'v, T>(name: &str, values: &'v [(&str, T)]) -> Option<&'v T> {
    let value = values.iter().find(|(known, _)| *known == name);
    debug_assert!(value.is_some(), "no value for {{{name}}}");
    value.map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_never_read_as_placeholders() {
        let values = [
            ("a", Html::isolated("<b>{b}&\"'")),
            ("b", Html::text("x").strong().linked("/?a=1&b=\"")),
        ];
        assert_eq!(
            html("{b} < {a}, {b}.", &values).to_string(),
            "<a href=\"/?a=1&#38;b=&#34;\"><strong>x</strong></a> &#60; <bdi>&#60;b&#62;{b}&#38;&#34;&#39;</bdi>, \
             <a href=\"/?a=1&#38;b=&#34;\"><strong>x</strong></a>."
        );
        assert_eq!(plain("{a}{b}", &[("a", "{b}"), ("b", "<")]), "{b}<");
    }

    #[test]
    fn brace_without_its_partner_is_text() {
        for phrase in ["{", "}", "a{b", "é{", "{é", "a}b"] {
            assert_eq!(plain(phrase, &[]), phrase);
        }
        assert_eq!(plain("", &[]), "");
    }
}
