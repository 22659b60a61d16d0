//! Regular expressions of ECMA-262 in the syntax of the crate `regex`.
//!
//! Most of both is the same. What would be read differently is written in another way: classes that are ASCII in
//! ECMA-262 and Unicode in `regex`, the line ends that a dot does not match, and characters that only `regex` treats as
//! operators inside brackets.

/// The white space and line ends of ECMA-262, sections 12.2 and 12.3.
const SPACE: &str = r"\t\n\x0B\x0C\r \u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}";

/// The expression in the syntax of `regex`. What is an error there stays one.
pub(super) fn translated(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut in_class = false;
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('d') => out.push_str("[0-9]"),
                Some('D') => out.push_str("[^0-9]"),
                Some('w') => out.push_str("[0-9A-Za-z_]"),
                Some('W') => out.push_str("[^0-9A-Za-z_]"),
                Some('s') => out.push_str(&format!("[{SPACE}]")),
                Some('S') => out.push_str(&format!("[^{SPACE}]")),
                Some('b') if in_class => out.push_str(r"\x08"),
                Some(boundary @ ('b' | 'B')) => out.push_str(&format!(r"(?-u:\{boundary})")),
                Some('0') => out.push_str(r"\x00"),
                Some('/') => out.push('/'),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            '[' if in_class => out.push_str(r"\["),
            '&' | '~' if in_class => out.extend(['\\', character]),
            // ECMA-262 has empty classes.
            '[' if characters.as_str().starts_with(']') => {
                characters.next();
                out.push_str(r"[^\x00-\x{10FFFF}]");
            }
            '[' if characters.as_str().starts_with("^]") => {
                characters.nth(1);
                out.push_str("(?s:.)");
            }
            '[' => {
                in_class = true;
                out.push('[');
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            '.' if !in_class => out.push_str(r"[^\n\r\u{2028}\u{2029}]"),
            other => out.push(other),
        }
    }
    out
}
