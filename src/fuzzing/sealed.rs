//! Sealed values and signatures.

use super::source::Source;
use crate::sealing::seal::{Purpose, Sealer};
use crate::secret::Secret;
use crate::testing::FakeHost;
use serde_json::Value;

const SEALS: [Purpose; 6] = [
    Purpose::SignIn,
    Purpose::Consent,
    Purpose::Replacement,
    Purpose::Switch,
    Purpose::AccessToken,
    Purpose::Confirmation,
];
const SIGNATURES: [Purpose; 2] = [Purpose::ClientId, Purpose::ClientSecret];

/// Seals what the bytes say, alters it as they say, and opens it again; opens the bytes themselves, too.
pub fn sealed(data: &[u8]) {
    let (ours, other) = (
        Sealer::new(&Secret::new("a".repeat(32))),
        Sealer::new(&Secret::new("b".repeat(32))),
    );
    let mut source = Source::new(data);
    let purpose = source.one_of(&SEALS).unwrap_or(Purpose::SignIn);
    let signature = source.one_of(&SIGNATURES).unwrap_or(Purpose::ClientId);
    let edit = Edit::read(&mut source);
    let value = source.value(&["id", "state"], 3);
    let text = String::from_utf8_lossy(source.rest()).into_owned();

    let host = FakeHost::silent();
    let sealed = ours.seal(&host, purpose, &value);
    assert_eq!(ours.open::<Value>(purpose, &sealed), Some(value.clone()));
    assert_eq!(other.open::<Value>(purpose, &sealed), None);
    for another in SEALS {
        let opened = ours.open::<Value>(another, &sealed);
        assert_eq!(
            opened.is_some(),
            another == purpose,
            "{purpose:?} opened for {another:?}"
        );
    }
    let altered = edit.apply(&sealed);
    assert!(
        altered == sealed || ours.open::<Value>(purpose, &altered).is_none(),
        "{altered}"
    );
    assert_eq!(ours.open::<Value>(purpose, &text), None);

    let code = Secret::new(text.clone());
    let under_code = ours.seal_under_code(&host, &code, &value);
    assert_eq!(
        ours.open_under_code::<Value>(&code, &under_code),
        Some(value)
    );
    let another = Secret::new(edit.apply(&text));
    let opened = ours.open_under_code::<Value>(&another, &under_code);
    assert_eq!(opened.is_some(), another.matches(&text));

    let signed = ours.sign(signature, &text);
    assert!(ours.is_signed(signature, &text, signed.expose()));
    assert!(!other.is_signed(signature, &text, signed.expose()));
    for another in SIGNATURES {
        assert_eq!(
            ours.is_signed(another, &text, signed.expose()),
            another == signature
        );
    }
    let altered = edit.apply(signed.expose());
    assert_eq!(
        ours.is_signed(signature, &text, &altered),
        altered == signed.expose()
    );
    let altered = edit.apply(&text);
    assert_eq!(
        ours.is_signed(signature, &altered, signed.expose()),
        altered == text
    );
}

/// A change of a text.
struct Edit {
    kind: u8,
    at: usize,
    character: char,
}

impl Edit {
    fn read(source: &mut Source<'_>) -> Self {
        Self {
            kind: source.byte() % 5,
            at: source.below(512),
            character: char::from(source.byte() % 128),
        }
    }

    fn apply(&self, text: &str) -> String {
        let mut characters: Vec<char> = text.chars().collect();
        let at = self.at % characters.len().max(1);
        match self.kind {
            0 => characters.truncate(at),
            1 => characters.insert(at, self.character),
            2 => characters.push(self.character),
            3 => {
                characters.drain(..at);
            }
            _ => {
                if let Some(character) = characters.get_mut(at) {
                    *character = self.character;
                }
            }
        }
        characters.into_iter().collect()
    }
}
