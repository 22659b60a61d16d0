//! Text from outside, prepared for people to read.
//!
//! Escaping prevents markup. This module also handles characters that change the writing direction, such as in
//! `evil\u{202e}moc.edualc`, empty names, and very long names.

pub(crate) mod look_alike;
pub(crate) mod template;

use miniz_oxide::inflate::decompress_slice_iter_to_slice;
use percent_encoding::{CONTROLS, utf8_percent_encode};

/// The longest name of a client or a person that is shown, in characters. An ellipsis replaces the rest.
pub(crate) const NAME_LIMIT: usize = 80;
/// The longest name of a key, in characters. The portal accepts no more.
pub(crate) const KEY_NAME_LIMIT: usize = 100;
/// How many combining marks a letter keeps. Vietnamese needs two; many marks would cover the lines above and below.
const MARKS_LIMIT: usize = 2;

/// A text that the build script compressed (RFC 1951), by its length in bytes. The tests inflate each of them, so it is never
/// empty.
pub(crate) fn inflated(bytes: &[u8], length: usize) -> String {
    let mut text = vec![0; length];
    let _ = decompress_slice_iter_to_slice(&mut text, [bytes].into_iter(), false, true);
    String::from_utf8(text).unwrap_or_default()
}

/// The second numbers of pairs in the order of the first, then of the second. What is put in order by its position shares
/// this, because the code of a sort is large and is compiled for each type.
pub(crate) fn in_order(mut places: Vec<(usize, usize)>) -> Vec<usize> {
    places.sort_unstable();
    places.into_iter().map(|(_, position)| position).collect()
}

/// A name as one line of at most `limit` characters. White space is collapsed; control characters, invisible characters
/// and characters that change the writing direction are removed.
pub(crate) fn display_name(raw: &str, limit: usize) -> String {
    let mut shown = String::new();
    let mut marks = 0;
    for character in raw.chars().filter(|&character| !is_deceptive(character)) {
        marks = if is_mark(character) { marks + 1 } else { 0 };
        if character.is_whitespace() {
            if !shown.is_empty() && !shown.ends_with(' ') {
                shown.push(' ');
            }
        } else if marks <= MARKS_LIMIT {
            shown.push(character);
        }
    }
    shown.truncate(shown.trim_end().len());
    if shown.chars().nth(limit).is_some() {
        shown = shown.chars().take(limit.saturating_sub(1)).collect();
        shown.truncate(shown.trim_end().len());
        shown.push('…');
    }
    shown
}

/// A URL in ASCII, so that no letter of another script looks like a Latin one. Other characters are percent-encoded, as
/// they are when a browser sends the URL (RFC 3987, section 3.1).
pub(crate) fn ascii_url(raw: &str) -> String {
    utf8_percent_encode(raw, CONTROLS).to_string()
}

/// The Unicode form of a host name with an internationalized label (RFC 5890), with its port; `None` if it has none, or
/// one that is not valid.
pub(crate) fn readable_host(host: &str) -> Option<String> {
    let (name, port) = match host.split_once(':') {
        Some((name, port)) => (name, format!(":{port}")),
        None => (host, String::new()),
    };
    if !name.split('.').any(|label| label.starts_with("xn--")) {
        return None;
    }
    let (unicode, valid) = idna::domain_to_unicode(name);
    let shown = display_name(&unicode, NAME_LIMIT);
    (valid.is_ok() && shown == unicode && shown != name).then_some(shown + &port)
}

/// The first `limit` characters of an untrusted text, for an error message. An ellipsis replaces the rest.
pub(crate) fn excerpt(text: &str, limit: usize) -> String {
    let cut = text.char_indices().nth(limit);
    match cut.and_then(|(cut, _)| text.get(..cut)) {
        Some(start) => format!("{start}…"),
        None => text.to_owned(),
    }
}

/// The text up to `limit` bytes, or less where a character would be cut, and what follows.
pub(crate) fn split_before(text: &str, limit: usize) -> (&str, &str) {
    let end = text.floor_char_boundary(limit);
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Whether this is a control character that is not white space, or a character that is invisible or changes the writing
/// direction. The zero-width joiner U+200D is kept, because emoji use it.
fn is_deceptive(character: char) -> bool {
    (character.is_control() && !character.is_whitespace())
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether this is a character of the Unicode blocks of combining marks.
fn is_mark(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// The text with `[key]` in place of everything that has the form of an API key. Some clients put their key where a name
/// belongs, and such a name must not carry it into the log or to another server.
pub(crate) fn without_keys(text: &str) -> String {
    let mut parts = text.split("sk_");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        clean.push_str("[key]");
        clean.push_str(part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_'));
    }
    clean
}

#[cfg(test)]
mod tests;
