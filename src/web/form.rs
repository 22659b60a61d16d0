//! Parameters of a query or a form (RFC 6749, appendix B).

use crate::host::{BodyError, IncomingBody};
use http::{HeaderMap, header};
use std::borrow::Cow;

/// Decoded parameters in their order.
pub(crate) struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

/// A parameter that must be there at most once is there twice (RFC 6749, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RepeatedParameter(pub(crate) &'static str);

impl<'a> Parameters<'a> {
    /// Decodes `application/x-www-form-urlencoded` text.
    pub(crate) fn parse(encoded: &'a [u8]) -> Self {
        Self(url::form_urlencoded::parse(encoded).collect())
    }

    /// The value of a parameter; an empty one counts as absent (RFC 6749, section 3.1).
    ///
    /// # Errors
    /// [`RepeatedParameter`] when there is more than one.
    pub(crate) fn one(&self, name: &'static str) -> Result<Option<&str>, RepeatedParameter> {
        let mut values = self.all(name);
        let first = values.next();
        if values.next().is_some() {
            return Err(RepeatedParameter(name));
        }
        Ok(first.filter(|value| !value.is_empty()))
    }

    /// All values of a parameter.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_ref())
    }
}

/// Why there is no form to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormError {
    /// The media type is another one.
    NotAForm,
    /// Over the limit.
    TooLarge,
    /// The client went away.
    Broken,
}

/// Reads a form of at most `limit` bytes.
///
/// # Errors
/// See [`FormError`].
pub(crate) async fn read(
    headers: &HeaderMap,
    body: impl IncomingBody,
    limit: usize,
) -> Result<bytes::Bytes, FormError> {
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    if !media_type
        .trim()
        .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    {
        return Err(FormError::NotAForm);
    }
    body.read(limit).await.map_err(|error| match error {
        BodyError::TooLarge => FormError::TooLarge,
        BodyError::Broken => FormError::Broken,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_and_counted() {
        let parameters = Parameters::parse(b"a=1&b=x%20y+z&a=2&c=&d");
        assert_eq!(parameters.one("b"), Ok(Some("x y z")));
        assert_eq!(parameters.one("a"), Err(RepeatedParameter("a")));
        assert_eq!(parameters.one("c"), Ok(None));
        assert_eq!(parameters.one("d"), Ok(None));
        assert_eq!(parameters.one("e"), Ok(None));
        assert_eq!(parameters.all("a").collect::<Vec<_>>(), ["1", "2"]);
    }
}
