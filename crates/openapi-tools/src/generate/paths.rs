//! Path templates.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::context::Context;

/// The characters that a path may not contain unescaped (RFC 3986, section 3.3: everything except `pchar` and `/`). `%`
/// stays as it is if it starts an escape.
const NOT_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'[')
    .add(b']');

/// A piece of a template, with the name that a parameter has in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Literal(String),
    Parameter(String),
}

/// A path template, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    pub(crate) pieces: Vec<Piece>,
    /// Names and values of a query string in the template, decoded.
    pub(crate) query: Vec<(String, String)>,
}

impl Context<'_> {
    /// Parses a template; `None`, with a problem, if it is not a path.
    pub(crate) fn path_template(&mut self, template: &str, pointer: &str) -> Option<Template> {
        if !template.starts_with('/') {
            self.report.problem(pointer, "a path must start with \"/\"");
            return None;
        }
        let (template, fragment) = template.split_once('#').unwrap_or((template, ""));
        if !fragment.is_empty() {
            self.report.warn(
                pointer,
                "the fragment of a path is never sent and is left out",
            );
        }
        let (template, query) = template.split_once('?').unwrap_or((template, ""));
        if query.contains(['{', '}']) {
            self.report.problem(
                pointer,
                "the path has parameters in a query string; they must be query parameters",
            );
            return None;
        }
        let pieces = self.pieces(template, pointer)?;
        if template
            .split('/')
            .any(|segment| matches!(segment, "." | ".."))
        {
            self.report
                .problem(pointer, "the path has a \".\" or \"..\" segment");
            return None;
        }
        Some(Template {
            pieces,
            query: query
                .split('&')
                .filter(|pair| !pair.is_empty())
                .map(pair)
                .collect(),
        })
    }

    fn pieces(&mut self, template: &str, pointer: &str) -> Option<Vec<Piece>> {
        let mut pieces = Vec::new();
        let mut rest = template;
        while let Some(open) = rest.find('{') {
            let (literal, tail) = rest.split_at(open);
            let Some(close) = tail.find('}') else {
                self.report
                    .problem(pointer, "the path template has a \"{\" without a \"}\"");
                return None;
            };
            self.literal(literal, pointer, &mut pieces)?;
            let name = &tail[1..close];
            if name.is_empty() || name.contains('{') {
                self.report.problem(
                    pointer,
                    "the path template has a parameter without a valid name",
                );
                return None;
            }
            pieces.push(Piece::Parameter(name.to_owned()));
            rest = &tail[close + 1..];
        }
        self.literal(rest, pointer, &mut pieces)?;
        Some(pieces)
    }

    fn literal(&mut self, text: &str, pointer: &str, pieces: &mut Vec<Piece>) -> Option<()> {
        if text.contains('}') {
            self.report
                .problem(pointer, "the path template has a \"}\" without a \"{\"");
            return None;
        }
        if !text.is_empty() {
            let mut encoded = utf8_percent_encode(text, NOT_PATH).to_string();
            if !escapes_are_whole(&encoded) {
                encoded = encoded.replace('%', "%25");
            }
            pieces.push(Piece::Literal(encoded));
        }
        Some(())
    }
}

fn pair(text: &str) -> (String, String) {
    let decode = |text: &str| {
        percent_decode_str(&text.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    (decode(name), decode(value))
}

fn escapes_are_whole(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .all(|rest| rest.len() >= 2 && rest.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit))
}
