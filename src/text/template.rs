//! Texts with placeholders such as `{name}`.

/// A part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'p> {
    Text(&'p str),
    /// The name between the braces.
    Placeholder(&'p str),
}

/// Splits a template at its placeholders. Values are inserted afterwards, so braces in a value have no meaning.
pub(crate) fn pieces(template: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((name, after)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            rest = after;
            return Some(Piece::Placeholder(name));
        }
        // A brace without its partner is text.
        let mut later = rest.char_indices().skip(1);
        let next = later
            .find(|(_, c)| *c == '{')
            .map_or(rest.len(), |(at, _)| at);
        let (text, after) = rest.split_at_checked(next)?;
        rest = after;
        Some(Piece::Text(text))
    })
}
