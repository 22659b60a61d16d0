//! Generates the tables of `src/text/look_alike.rs` from the data of Unicode. A library at run time would add 270 kB to
//! the component; the tables have the part that a comparison with Latin names needs.

use std::collections::BTreeMap;
use std::fmt::Write;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, UnicodeScript};
use unicode_security::confusable_detection::skeleton;

/// Letters that resemble a Latin one in many fonts, and that the data of Unicode keeps apart.
const MORE: [(&str, char); 22] = [
    ("ᴀ", 'a'),
    ("ʙ", 'b'),
    ("ᴅ", 'd'),
    ("ᴇ", 'e'),
    ("ɢ", 'g'),
    ("ʜ", 'h'),
    ("кκᴋ", 'k'),
    ("ʟ", 'l'),
    ("мᴍ", 'm'),
    ("пηɴ", 'n'),
    ("ᴘ", 'p'),
    ("ʀ", 'r'),
    ("тτᴛ", 't'),
    ("цμ", 'u'),
    ("ѵ", 'v'),
    ("шщω", 'w'),
    ("χ", 'x'),
    ("γʏ", 'y'),
    ("єэ€", 'e'),
    ("лӆ", 'n'),
    ("ъьв", 'b'),
    ("Λ", 'a'),
];

/// The Rust source of the tables.
pub(crate) fn rust() -> String {
    let all = ('\u{80}'..='\u{3ffff}').filter(|c| !c.is_control());
    let (mut letters, mut sequences, mut marks) = (String::new(), String::new(), Vec::new());
    let (mut letter_count, mut sequence_count) = (0, 0);
    for c in all.clone().filter(|c| may_look_latin(*c)) {
        if is_combining_mark(c) {
            marks.push(u32::from(c));
            continue;
        }
        let latin = latin(c);
        match latin.as_bytes() {
            [] => {}
            [letter] => {
                letter_count += 1;
                let _ = write!(letters, "{:#x}, ", u32::from(c) << 8 | u32::from(*letter));
            }
            _ => {
                sequence_count += 1;
                let _ = write!(sequences, "({c:?}, {latin:?}), ");
            }
        }
    }
    let ranges = ranges(&marks);
    let (scripts, beside_latin) = scripts(all);
    format!(
        "/// Each character that looks like one Latin letter or digit, with it in the lowest byte.\n\
         static LETTERS: [u32; {letter_count}] = [{letters}];\n\
         /// Each character that looks like several Latin letters.\n\
         static SEQUENCES: [(char, &str); {sequence_count}] = [{sequences}];\n\
         /// The first and the last of each run of combining marks.\n\
         static MARKS: [(u32, u32); {}] = {ranges:?};\n\
         /// Where the script of letters changes: the character, and in the lowest byte the number of the script.\n\
         static SCRIPTS: [u32; {}] = {scripts:?};\n\
         /// The last number of a script that may stand beside Latin letters.\n\
         const LAST_BESIDE_LATIN: u32 = {beside_latin};\n",
        ranges.len(),
        scripts.len(),
    )
}

/// Whether it is worth to compare a character: most have no script, or are ideographs and syllables.
fn may_look_latin(c: char) -> bool {
    !matches!(
        c.script(),
        Script::Unknown
            | Script::Han
            | Script::Hangul
            | Script::Tangut
            | Script::Cuneiform
            | Script::Egyptian_Hieroglyphs
            | Script::Anatolian_Hieroglyphs
    )
}

/// The Latin letters and digits that a character looks like, in lower case; empty if it looks like none.
fn latin(c: char) -> String {
    if let Some((_, letter)) = MORE.iter().find(|(likes, _)| likes.contains(c)) {
        return letter.to_string();
    }
    let as_it_is = resembled(&c.to_string());
    if as_it_is.is_empty() {
        let lower: String = c.to_lowercase().collect();
        let more = MORE.iter().find(|(likes, _)| likes.contains(&lower));
        return more.map_or_else(|| resembled(&lower), |(_, letter)| letter.to_string());
    }
    as_it_is
}

/// The skeleton of a text (Unicode Technical Standard 39, section 4) without marks, if it is Latin.
fn resembled(text: &str) -> String {
    let mut skeletal = text.to_owned();
    for _ in 0..2 {
        let compatible: String = skeletal.nfkd().collect();
        let without_marks = skeleton(&compatible).filter(|c| !is_combining_mark(*c));
        skeletal = without_marks.flat_map(char::to_lowercase).collect();
    }
    let is_latin = skeletal.chars().all(|c| c.is_ascii_alphanumeric());
    if is_latin { skeletal } else { String::new() }
}

fn ranges(sorted: &[u32]) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for &c in sorted {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == c => *last = c,
            _ => ranges.push((c, c)),
        }
    }
    ranges
}

/// The changes of script, and the last number of a script that may stand beside Latin: 0 is for letters of every script, 1
/// for Latin, 2 for those of Chinese, Japanese and Korean. Scripts whose letters resemble Latin ones, and those that are
/// not in common use, come last (section 5.2).
fn scripts(all: impl Iterator<Item = char>) -> (Vec<u32>, u32) {
    let letters: Vec<(char, Script)> = all
        .filter(|c| c.is_alphabetic())
        .map(|c| (c, c.script()))
        .collect();
    let is_kept_apart = |script: Script| {
        matches!(script, Script::Cyrillic | Script::Greek | Script::Armenian)
            || !script.is_recommended()
    };
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    let mut next = 3;
    let mut beside_latin = 2;
    for apart in [false, true] {
        for (_, script) in &letters {
            let fixed = match script {
                Script::Common | Script::Inherited | Script::Unknown => 0,
                Script::Latin => 1,
                Script::Han
                | Script::Hiragana
                | Script::Katakana
                | Script::Hangul
                | Script::Bopomofo => 2,
                script if is_kept_apart(*script) != apart => continue,
                _ => next,
            };
            let number = *numbers.entry(script.full_name()).or_insert(fixed);
            if number == next {
                next += 1;
            }
        }
        if !apart {
            beside_latin = next - 1;
        }
    }
    let mut changes: Vec<u32> = Vec::new();
    for (c, script) in letters {
        let number = numbers[script.full_name()];
        if changes.last().is_none_or(|change| change & 0xff != number) {
            changes.push(u32::from(c) << 8 | number);
        }
    }
    (changes, beside_latin)
}
