//! Names that look alike: skeletons (Unicode Technical Standard 39, section 4) and mixed scripts (section 5).

include!(concat!(env!("OUT_DIR"), "/look_alikes.rs"));

/// A text with one character for all that look alike, in lower case and without spaces and punctuation.
pub(crate) struct Skeleton(Vec<Glyph>);

struct Glyph {
    character: char,
    /// Whether a word begins with it.
    starts_word: bool,
}

/// What signs between letters stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signs {
    /// Nothing: they are left out.
    Separators,
    /// Letters: `|`, `!`, `$` and `@`.
    Letters,
}

impl Skeleton {
    pub(crate) fn of(text: &str, signs: Signs) -> Self {
        let mut glyphs = Vec::new();
        let mut before = ' ';
        for character in text.chars().filter(|&character| !is_mark(character)) {
            let sign = match character {
                '|' | '!' => Some('l'),
                '$' => Some('s'),
                '@' => Some('a'),
                _ => None,
            };
            let sign = sign.filter(|_| signs == Signs::Letters);
            if sign.is_none() && !is_letter(character) {
                before = ' ';
                continue;
            }
            let mut starts_word =
                before == ' ' || (before.is_lowercase() && character.is_uppercase());
            resembled(sign.unwrap_or(character), |character| {
                glyphs.push(Glyph {
                    character,
                    starts_word,
                });
                starts_word = false;
            });
            before = character;
        }
        Self(glyphs)
    }

    /// Whether the two look alike as a whole.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.begins_at(0, other) && self.0.len() == other.0.len()
    }

    /// Whether some words of this one, spaces or not, look like the other one.
    pub(crate) fn has_words_like(&self, other: &Self) -> bool {
        (0..self.0.len()).any(|at| {
            let end = self.0.get(at + other.0.len());
            self.0.get(at).is_some_and(|glyph| glyph.starts_word)
                && end.is_none_or(|glyph| glyph.starts_word)
                && self.begins_at(at, other)
        })
    }

    fn begins_at(&self, at: usize, other: &Self) -> bool {
        let own = self.0.iter().skip(at).map(|glyph| glyph.character);
        let other_glyphs = other.0.iter().map(|glyph| glyph.character);
        own.take(other.0.len()).eq(other_glyphs)
    }
}

/// Passes on what a letter or digit looks like.
fn resembled(character: char, mut push: impl FnMut(char)) {
    if let Ok(at) = LETTERS.binary_search_by_key(&u32::from(character), |entry| entry >> 8)
        && let Some(entry) = LETTERS.get(at)
    {
        let [.., letter] = entry.to_be_bytes();
        return in_ascii(char::from(letter), &mut push);
    }
    if let Ok(at) = SEQUENCES.binary_search_by_key(&character, |(like, _)| *like)
        && let Some((_, letters)) = SEQUENCES.get(at)
    {
        letters
            .chars()
            .for_each(|letter| in_ascii(letter, &mut push));
        return;
    }
    character
        .to_lowercase()
        .for_each(|letter| in_ascii(letter, &mut push));
}

/// Letters and digits of ASCII that look alike. Two letters that look like one become that one's skeleton, too.
fn in_ascii(character: char, push: &mut impl FnMut(char)) {
    let letter = match character.to_ascii_lowercase() {
        '0' => 'o',
        '1' | 'i' => 'l',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        'd' => {
            push('c');
            'l'
        }
        'm' => {
            push('r');
            'n'
        }
        letter => letter,
    };
    push(letter);
}

fn is_letter(character: char) -> bool {
    // Enclosed letters count, too.
    let is_known = |character: char| {
        LETTERS
            .binary_search_by_key(&u32::from(character), |entry| entry >> 8)
            .is_ok()
    };
    character.is_alphanumeric() || (!character.is_ascii() && is_known(character))
}

fn is_mark(character: char) -> bool {
    let code = u32::from(character);
    let after = MARKS.partition_point(|(first, _)| *first <= code);
    after > 0 && MARKS.get(after - 1).is_some_and(|(_, last)| code <= *last)
}

/// Whether a name has letters of scripts that do not belong together: Latin beside a script with letters that look like
/// Latin ones, or two other scripts. Latin beside the scripts of Chinese, Japanese and Korean is common.
pub(crate) fn mixes_scripts(name: &str) -> bool {
    let mut found: Vec<u32> = Vec::new();
    for letter in name.chars().filter(|c| c.is_alphabetic()) {
        let script = script_of(letter);
        if script != 0 && !found.contains(&script) {
            found.push(script);
        }
    }
    found.sort_unstable();
    match found.as_slice() {
        [] | [_] => false,
        [LATIN, other] => *other > LAST_BESIDE_LATIN,
        _ => true,
    }
}

const LATIN: u32 = 1;

/// The number of a letter's script; 0 for letters of every script.
fn script_of(letter: char) -> u32 {
    if letter.is_ascii() {
        return LATIN;
    }
    let after = SCRIPTS.partition_point(|change| change >> 8 <= u32::from(letter));
    let change = after.checked_sub(1).and_then(|at| SCRIPTS.get(at));
    change.map_or(0, |change| change & 0xff)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_like(text: &str, name: &str) -> bool {
        let [name, text] = [name, text].map(|text| Skeleton::of(text, Signs::Separators));
        text.is_like(&name)
    }

    #[test]
    fn letters_that_look_alike_have_one_skeleton() {
        for text in [
            "CIaude",
            "Cl\u{e1}ude",
            "C\u{142}aude",
            "Cla\u{301}\u{323}ude",
            "\u{421}l\u{430}ud\u{435}",
            "\u{1d402}\u{1d425}\u{1d41a}\u{1d42e}\u{1d41d}\u{1d41e}",
            "\u{ff23}\u{ff2c}\u{ff21}\u{ff35}\u{ff24}\u{ff25}",
            "\u{24b8}laude",
            "C L-A_U.D E",
            "\u{1d04}\u{29f}\u{1d00}\u{1d1c}\u{1d05}\u{1d07}",
            "c1aud3",
        ] {
            assert!(is_like(text, "Claude"), "{text}");
        }
        assert!(is_like("Gernini", "Gemini"));
        assert!(is_like("TokPort\u{430}\u{142}", "TokPortal"));
        for text in ["Clyde", "Cloud", "クロード", ""] {
            assert!(!is_like(text, "Claude"), "{text}");
        }
    }

    #[test]
    fn signs_can_stand_for_letters() {
        let claude = Skeleton::of("Claude", Signs::Letters);
        assert!(Skeleton::of("C|@ude", Signs::Letters).is_like(&claude));
        assert!(!Skeleton::of("C|@ude", Signs::Separators).is_like(&claude));
        assert!(Skeleton::of("!Claude!", Signs::Separators).is_like(&claude));
    }

    #[test]
    fn words_are_found_at_their_bounds() {
        let has = |text: &str, name: &str| {
            let [name, text] = [name, text].map(|text| Skeleton::of(text, Signs::Separators));
            text.has_words_like(&name)
        };
        assert!(has("My CIaude Desktop", "Claude"));
        assert!(has("CIaudeDesktop", "Claude"));
        assert!(has("0pen Al", "OpenAI"));
        assert!(!has("Open Alpha", "OpenAI"));
        assert!(!has("", "OpenAI"));
    }

    #[test]
    fn scripts_that_do_not_belong_together_are_mixed() {
        for mixed in [
            "Cl\u{430}ude",
            "\u{421}\u{4cf}\u{430}\u{3c5}\u{501}\u{435}",
            "Клод Helper",
            "\u{3b1}\u{44f}",
            "A\u{561}",
            "A\u{13a0}",
            "クロードЯ",
        ] {
            assert!(mixes_scripts(mixed), "{mixed}");
        }
        for plain in [
            "Claude 4.5",
            "Клод 2",
            "Κλωντ",
            "クロード Helper",
            "클로드 App",
            "克劳德 App",
            "مساعد AI",
            "सहायक AI",
            "Cl\u{e1}ude \u{142}",
            "👩\u{200d}💻 ™",
            "",
        ] {
            assert!(!mixes_scripts(plain), "{plain}");
        }
    }
}
