//! Texts that many requests get, kept ready by an instance.

use std::sync::{Arc, Mutex, PoisonError};

/// The most texts. A list of tools has about 114 kB, and most instances serve one or two lists.
const CAPACITY: usize = 4;

/// The last texts that were made, by what they depend on. They contain nothing of a user.
#[derive(Debug, Default)]
pub(crate) struct KeptTexts(Mutex<Vec<(Key, Arc<str>)>>);

/// What a text depends on, in two numbers.
pub(crate) type Key = (u64, u64);

impl KeptTexts {
    /// The text of a key. It is made if it is not there, and then takes the place of the text that was made first.
    pub(crate) fn get(&self, key: Key, make: impl FnOnce() -> String) -> Arc<str> {
        let mut texts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, text)) = texts.iter().find(|(known, _)| *known == key) {
            return Arc::clone(text);
        }
        let text: Arc<str> = make().into();
        if texts.len() >= CAPACITY {
            texts.remove(0);
        }
        texts.push((key, Arc::clone(&text)));
        text
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
            assert_eq!(&*made(key), format!("{key}"));
        }
        assert_eq!(&*kept(0), "0");
        made(4);
        assert_eq!(&*kept(1), "1");
        assert_eq!(&*kept(0), "made again");
    }
}
