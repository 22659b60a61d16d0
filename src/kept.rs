//! Texts that many requests get, kept ready by an instance.

mod gzip;

use gzip::Deflated;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The most texts. A list of tools has about 174 kB, and most instances serve one or two lists.
const CAPACITY: usize = 4;

/// The last texts that were made, by what they depend on. They contain nothing of a user, and no secret.
#[derive(Debug, Default)]
pub(crate) struct KeptTexts(Mutex<Vec<(Key, Arc<KeptText>)>>);

/// What a text depends on, in two numbers.
pub(crate) type Key = (u64, u64);

/// A text, and the same compressed from the first time that a client asks for that.
#[derive(Debug)]
pub(crate) struct KeptText {
    text: String,
    deflated: OnceLock<Deflated>,
}

/// A body with a kept text in its middle.
#[derive(Debug)]
pub(crate) struct KeptBody {
    /// What stands before the text.
    pub(crate) head: String,
    pub(crate) text: Arc<KeptText>,
    /// What stands behind the text.
    pub(crate) tail: &'static str,
}

impl KeptTexts {
    /// The text of a key. It is made if it is not there, and then takes the place of the text that was made first.
    pub(crate) fn get(&self, key: Key, make: impl FnOnce() -> String) -> Arc<KeptText> {
        let mut texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, text)) = texts.iter().find(|(known, _)| *known == key) {
            return Arc::clone(text);
        }
        let text = Arc::new(KeptText {
            text: make(),
            deflated: OnceLock::new(),
        });
        if texts.len() >= CAPACITY {
            texts.remove(0);
        }
        texts.push((key, Arc::clone(&text)));
        text
    }
}

impl KeptBody {
    /// The body as it is.
    pub(crate) fn plain(&self) -> String {
        [&self.head, &*self.text.text, self.tail].concat()
    }

    /// The body compressed with gzip (RFC 1952). The text in its middle is compressed once.
    pub(crate) fn gzipped(&self) -> Vec<u8> {
        let text = &self.text;
        let deflated = text
            .deflated
            .get_or_init(|| Deflated::new(text.text.as_bytes()));
        gzip::member(self.head.as_bytes(), deflated, self.tail.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_made_once_until_four_others_were_made() {
        let texts = KeptTexts::default();
        let made = |key| texts.get((key, 0), || format!("{key}"));
        let kept = |key| texts.get((key, 0), || "made again".to_owned());
        for key in 0..4 {
            assert_eq!(made(key).text, format!("{key}"));
        }
        assert_eq!(kept(0).text, "0");
        made(4);
        assert_eq!(kept(1).text, "1");
        assert_eq!(kept(0).text, "made again");
    }
}
