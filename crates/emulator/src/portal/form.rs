//! Fields of a form or a query, in `application/x-www-form-urlencoded`.

pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// The value of a field; empty if there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        let found = self.pairs().find(|(key, _)| *key == name);
        found.map_or("", |(_, value)| value)
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }
}

/// A URL with a query.
pub(super) fn url<'a>(base: &str, query: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    format!("{base}?{}", pairs.extend_pairs(query).finish())
}
