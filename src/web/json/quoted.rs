//! Texts as JSON strings.

/// Appends a text as a JSON string. `serde_json` writes the same through a writer that checks and copies each piece between
/// two escapes on its own. In the text of an answer, which is JSON, there are two escapes for every name.
pub(crate) fn push_quoted(json: &mut String, text: &str) {
    json.reserve(text.len() + text.len() / 3 + 2);
    json.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(is_escaped) {
        // An escaped byte is ASCII, so it is a character.
        let (plain, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        json.push_str(plain);
        let mut characters = after.chars();
        match characters.next() {
            Some(character) => push_escape(json, character),
            None => return,
        }
        rest = characters.as_str();
    }
    json.push_str(rest);
    json.push('"');
}

fn is_escaped(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..0x20)
}

fn push_escape(json: &mut String, character: char) {
    json.push_str(match character {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\t' => "\\t",
        '\r' => "\\r",
        '\u{8}' => "\\b",
        '\u{c}' => "\\f",
        other => return json.push_str(&format!("\\u{:04x}", u32::from(other))),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn quoted_text_is_what_serde_json_writes(text in any::<String>()) {
            let mut json = "before".to_owned();
            push_quoted(&mut json, &text);
            let expected = serde_json::to_string(&text).expect("text");
            prop_assert_eq!(json.strip_prefix("before"), Some(&*expected));
        }
    }

    #[test]
    fn long_text_is_quoted_whole() {
        let text = "\\\"é\u{1}".repeat(2_000);
        let mut json = String::new();
        push_quoted(&mut json, &text);
        assert_eq!(json, serde_json::to_string(&text).expect("text"));
    }

    #[test]
    fn every_ascii_character_is_escaped_as_serde_json_does() {
        let text: String = (0..=0x7f).map(char::from).collect();
        let mut json = String::new();
        push_quoted(&mut json, &text);
        assert_eq!(json, serde_json::to_string(&text).expect("text"));
    }
}
