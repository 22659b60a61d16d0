//! Structured values from the bytes of the fuzzer.

use serde_json::{Map, Value, json};

/// Texts that look like other values, or that another program may read differently.
const TEMPTING: [&str; 16] = [
    "5",
    "5.0",
    "true",
    "False",
    "null",
    "[\"a\"]",
    "{\"a\":1}",
    ".",
    "..",
    "%2e%2e",
    "a/b",
    "?x=1",
    "#x",
    "\r\n",
    "\u{202e}",
    "",
];

/// Bytes of the fuzzer that are read from the front. At their end, everything is zero.
#[derive(Debug)]
pub struct Source<'a> {
    rest: &'a [u8],
}

impl<'a> Source<'a> {
    /// Reads from these bytes.
    #[must_use]
    pub fn new(data: &'a [u8]) -> Self {
        Self { rest: data }
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.rest.split_first() else {
            return 0;
        };
        self.rest = rest;
        *first
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        if end > 256 {
            let high = usize::from(self.byte());
            return (high << 8 | usize::from(self.byte())) % end;
        }
        usize::from(self.byte()) % end.max(1)
    }

    /// One of these.
    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> Option<T> {
        let at = self.below(choices.len());
        choices.get(at).copied()
    }

    /// A text: a tempting one, or the next bytes.
    pub fn text(&mut self) -> String {
        let length = usize::from(self.byte());
        if length >= 128 {
            return self.one_of(&TEMPTING).unwrap_or_default().to_owned();
        }
        let (text, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        String::from_utf8_lossy(text).into_owned()
    }

    /// Everything that is left.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// A JSON value of at most this depth. Half of the names of members, and some texts, are among `names`.
    pub fn value(&mut self, names: &[&str], depth: usize) -> Value {
        let kinds = if depth == 0 || self.rest.is_empty() {
            8
        } else {
            12
        };
        match self.below(kinds) {
            0 => Value::Null,
            1 => true.into(),
            2 => false.into(),
            3 => i64::from(self.byte().cast_signed()).into(),
            4 => json!(f64::from(self.byte()) / 4.0),
            5 => {
                let large = [i64::MAX, i64::MIN, 1 << 53, -1, 0, 1_000_000];
                self.one_of(&large).into()
            }
            6 => self.one_of(names).unwrap_or_default().into(),
            7 => self.text().into(),
            8 => (0..self.below(5))
                .map(|_| self.value(names, depth - 1))
                .collect(),
            _ => self.members(names, depth).into(),
        }
    }

    /// The members of an object.
    pub fn members(&mut self, names: &[&str], depth: usize) -> Map<String, Value> {
        let count = self.below(8);
        let member = |_| {
            let name = match self.byte() {
                0..192 => self.one_of(names).unwrap_or_default().to_owned(),
                _ => self.text(),
            };
            (name, self.value(names, depth.saturating_sub(1)))
        };
        (0..count).map(member).collect()
    }
}
