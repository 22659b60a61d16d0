//! Path templates.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::context::Context;

/// What a path may not hold as it is (RFC 3986, section 3.3: everything but `pchar` and `/`). `%` is left alone where it
/// starts an escape.
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

/// A piece of a template by parameter name, before arguments are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Literal(String),
    Parameter(String),
}

impl Context<'_> {
    /// The pieces of a template; `None`, with a problem, where it is not a path.
    pub(crate) fn path_template(&mut self, template: &str, pointer: &str) -> Option<Vec<Piece>> {
        if !template.starts_with('/') {
            self.report.problem(pointer, "a path must start with \"/\"");
            return None;
        }
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
                    "the path template has a parameter without a proper name",
                );
                return None;
            }
            pieces.push(Piece::Parameter(name.to_owned()));
            rest = &tail[close + 1..];
        }
        self.literal(rest, pointer, &mut pieces)?;
        if template
            .split('/')
            .any(|segment| matches!(segment, "." | ".."))
        {
            self.report
                .problem(pointer, "the path has a \".\" or \"..\" segment");
            return None;
        }
        Some(pieces)
    }

    fn literal(&mut self, text: &str, pointer: &str, pieces: &mut Vec<Piece>) -> Option<()> {
        if text.contains('}') {
            self.report
                .problem(pointer, "the path template has a \"}\" without a \"{\"");
            return None;
        }
        if let Some(character) = ['?', '#']
            .into_iter()
            .find(|character| text.contains(*character))
        {
            self.report.problem(pointer, format!("the path holds {character:?}; query strings and fragments are no part of a path"));
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

fn escapes_are_whole(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .all(|rest| rest.len() >= 2 && rest.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit))
}
