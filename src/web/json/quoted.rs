//! Texts as JSON strings.

/// What follows the backslash of an escape, for each byte: 0 if the byte stays as it is, `u` for four digits.
const ESCAPES: [u8; 256] = {
    let mut escapes = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        escapes[byte] = b'u';
        byte += 1;
    }
    escapes[0x08] = b'b';
    escapes[0x09] = b't';
    escapes[0x0a] = b'n';
    escapes[0x0c] = b'f';
    escapes[0x0d] = b'r';
    escapes[b'"' as usize] = b'"';
    escapes[b'\\' as usize] = b'\\';
    escapes
};

/// Appends a text as a JSON string. `serde_json` writes the same, but copies each piece between two escapes on its own. In
/// the text of an answer, which is JSON, there are two escapes for every name.
pub(crate) fn push_quoted(json: &mut String, text: &str) {
    let mut bytes = std::mem::take(json).into_bytes();
    bytes.reserve(text.len() + text.len() / 4 + 2);
    bytes.push(b'"');
    for byte in text.bytes() {
        match ESCAPES.get(usize::from(byte)).copied().unwrap_or_default() {
            0 => bytes.push(byte),
            b'u' => bytes.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            escape => bytes.extend_from_slice(&[b'\\', escape]),
        }
    }
    bytes.push(b'"');
    #[expect(
        clippy::expect_used,
        reason = "only ASCII characters were put between the bytes of two texts"
    )]
    let whole = String::from_utf8(bytes).expect("UTF-8");
    *json = whole;
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
    fn every_ascii_character_is_escaped_as_serde_json_does() {
        let text: String = (0..=0x7f).map(char::from).collect();
        let mut json = String::new();
        push_quoted(&mut json, &text);
        assert_eq!(json, serde_json::to_string(&text).expect("text"));
    }
}
