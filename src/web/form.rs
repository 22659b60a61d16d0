//! Parameters of a query or a form (RFC 6749, appendix B).

use super::media_type;
use crate::host::{BodyError, IncomingBody};
use bytes::Bytes;
use http::HeaderMap;
use std::borrow::Cow;

/// Decoded parameters in the order in which they were sent, without empty ones: a parameter without a value counts as
/// absent (RFC 6749, sections 3.1 and 3.2).
pub(crate) struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

/// A parameter that must not be repeated was sent more than once (RFC 6749, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RepeatedParameter(pub(crate) &'static str);

impl<'a> Parameters<'a> {
    /// Decodes `application/x-www-form-urlencoded` text.
    pub(crate) fn parse(encoded: &'a [u8]) -> Self {
        let parameters = url::form_urlencoded::parse(encoded);
        Self(parameters.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// The value of a parameter.
    ///
    /// # Errors
    /// [`RepeatedParameter`] when the parameter was sent more than once.
    pub(crate) fn one(&self, name: &'static str) -> Result<Option<&str>, RepeatedParameter> {
        let mut values = self.all(name);
        let first = values.next();
        if values.next().is_some() {
            return Err(RepeatedParameter(name));
        }
        Ok(first)
    }

    /// All values of a parameter.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_ref())
    }
}

/// Why a form could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormError {
    /// The media type is not `application/x-www-form-urlencoded`.
    NotAForm,
    /// The body is longer than the limit.
    TooLarge,
    /// The client disconnected or sent invalid framing.
    Broken,
}

/// Reads the body of a form of at most `limit` bytes.
///
/// # Errors
/// [`FormError`].
pub(crate) async fn read(
    headers: &HeaderMap,
    body: impl IncomingBody,
    limit: usize,
) -> Result<Bytes, FormError> {
    if media_type::of(headers) != "application/x-www-form-urlencoded" {
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
    fn repeated_parameters_are_refused_and_empty_ones_absent() {
        let parameters = Parameters::parse(b"a=1&b=x%20y+z&a=2&c=&d&f=&f=3");
        assert_eq!(parameters.one("b"), Ok(Some("x y z")));
        assert_eq!(parameters.one("a"), Err(RepeatedParameter("a")));
        assert_eq!(parameters.one("c"), Ok(None));
        assert_eq!(parameters.one("d"), Ok(None));
        assert_eq!(parameters.one("e"), Ok(None));
        assert_eq!(parameters.one("f"), Ok(Some("3")));
        assert_eq!(parameters.all("c").count(), 0);
        assert_eq!(parameters.all("a").collect::<Vec<_>>(), ["1", "2"]);
    }
}
