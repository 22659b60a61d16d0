//! Escapes of half a surrogate pair in JSON text, such as `\ud83d` without `\ude00` (RFC 8259, section 8.2).

/// Length of an escape such as `\ud83d`.
const ESCAPE: usize = 6;

/// An escape of half a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Half {
    /// Six ASCII characters: `\ud83d`.
    pub(super) escape: String,
    /// In bytes from the start of the text.
    pub(super) offset: usize,
}

/// The text with `\ufffd` in place of every half of a pair, and the first half; `None` if there is none.
///
/// Escapes exist only inside strings, so the text is scanned without parsing it. The replacement has the same length.
pub(super) fn replace(text: &str) -> Option<(String, Half)> {
    // Most texts have none of these escapes, but many others.
    if !text.contains("\\ud") && !text.contains("\\uD") {
        return None;
    }
    let mut altered = String::new();
    let mut first = None;
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('\\')) {
        at += found;
        let Some(unit) = code_unit(text, at) else {
            // Any other escape: skip the backslash and the character after it, which may be a backslash.
            let after = text.get(at..).and_then(|rest| rest.chars().nth(1));
            at += 1 + after.map_or(0, char::len_utf8);
            continue;
        };
        let is_pair = is_high(unit) && code_unit(text, at + ESCAPE).is_some_and(is_low);
        if is_pair {
            at += 2 * ESCAPE;
            continue;
        }
        if is_high(unit) || is_low(unit) {
            altered.push_str(text.get(copied..at)?);
            altered.push_str("\\ufffd");
            copied = at + ESCAPE;
            first.get_or_insert(Half {
                escape: text.get(at..copied)?.to_owned(),
                offset: at,
            });
        }
        at += ESCAPE;
    }
    let first = first?;
    altered.push_str(text.get(copied..)?);
    Some((altered, first))
}

/// The UTF-16 code unit of the escape `\uXXXX` at an offset.
fn code_unit(text: &str, at: usize) -> Option<u16> {
    let digits = text.get(at..at + ESCAPE)?.strip_prefix("\\u")?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hex.then(|| u16::from_str_radix(digits, 16).ok())?
}

fn is_high(unit: u16) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

fn is_low(unit: u16) -> bool {
    (0xdc00..0xe000).contains(&unit)
}
