//! The memory behind a catalogue.

use bumpalo::Bump;

/// Owns the texts and lists to which the tools of a [`Catalogue`](crate::Catalogue) refer.
///
/// The caller creates it before the catalogue and drops it afterwards; one arena may serve several catalogues.
#[derive(Debug, Default)]
pub struct Arena(Bump);

impl Arena {
    /// A copy of `text`.
    pub(crate) fn text(&self, text: &str) -> &str {
        self.0.alloc_str(text)
    }

    /// A copy of `value`.
    pub(crate) fn value<T: Copy>(&self, value: T) -> &T {
        self.0.alloc(value)
    }

    /// A copy of `list`.
    pub(crate) fn list<T: Copy>(&self, list: &[T]) -> &[T] {
        self.0.alloc_slice_copy(list)
    }

    /// Copies of `texts` as a list.
    pub(crate) fn texts(&self, texts: &[String]) -> &[&str] {
        let copies: Vec<&str> = texts.iter().map(|text| self.text(text)).collect();
        self.list(&copies)
    }
}
