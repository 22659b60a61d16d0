//! The words of a text as the search compares them. The build script uses this file, too.

use rust_stemmers::{Algorithm, Stemmer};

/// The most letters of a word that is reduced to its stem.
const MAX_STEMMED: usize = 40;

/// The stems of the words of a text: lower case, without accents and without the endings of English. The stems of words of
/// other languages are no words, but the same word always has the same stem.
pub(crate) fn stems(text: &str) -> impl Iterator<Item = String> {
    words(text).map(stem)
}

/// Two stems as one.
pub(crate) fn pair(one: &str, other: &str) -> String {
    let (first, second) = if one < other {
        (one, other)
    } else {
        (other, one)
    };
    format!("{first}+{second}")
}

/// The words of a text as they are.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !is_mark(c))
        .filter(|word| !word.is_empty())
}

/// Whether a character is the accent of the letter before it, as in decomposed text.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// The stem of a word. Only ASCII is stemmed, because the algorithm cuts words between bytes.
fn stem(word: &str) -> String {
    let word = folded(word);
    if !word.is_ascii() || word.len() > MAX_STEMMED {
        return word;
    }
    Stemmer::create(Algorithm::English).stem(&word).into_owned()
}

/// A word in lower case, without the accents of the languages of Western Europe.
fn folded(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for letter in word.chars().flat_map(char::to_lowercase) {
        match letter {
            'à'..='å' => folded.push('a'),
            'ç' => folded.push('c'),
            'è'..='ë' => folded.push('e'),
            'ì'..='ï' => folded.push('i'),
            'ñ' => folded.push('n'),
            'ò'..='ö' => folded.push('o'),
            'ù'..='ü' => folded.push('u'),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ß' => folded.push_str("ss"),
            mark if is_mark(mark) => {}
            other => folded.push(other),
        }
    }
    folded
}
