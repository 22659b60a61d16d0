//! Encodes argument values for paths, queries and headers in the styles of OpenAPI (OpenAPI 3.1, section 4.8.12).

use openapi_tools::table::{Argument, Style};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Every character except the unreserved ones of RFC 3986.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The characters that are encoded with `allowReserved`. Reserved characters are not, except those that would end the
/// query or start a new pair.
const RESERVED_ALLOWED: &AsciiSet = &UNRESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';');

/// A value that cannot be encoded for its location. The text completes "`name` …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EncodeError(pub(super) &'static str);

fn percent(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// A path parameter, percent-encoded.
///
/// # Errors
/// A text that is empty, `.` or `..`, or that contains control characters, because a server may remove or split such a
/// segment.
pub(super) fn path(argument: &Argument<'_>, value: &Value) -> Result<String, EncodeError> {
    let items = flatten(value)?;
    for (_, text) in &items {
        if text.is_empty() {
            return Err(EncodeError("must not be empty"));
        }
        if text == "." || text == ".." {
            return Err(EncodeError("must not be a dot segment"));
        }
        if text.chars().any(char::is_control) {
            return Err(EncodeError("must not contain control characters"));
        }
    }
    if items.is_empty() {
        return Err(EncodeError("must not be empty"));
    }
    let name = percent(argument.wire_name);
    let pairs = items
        .iter()
        .map(|(key, text)| (key.as_deref().map(percent), percent(text)));
    let flat = |separator: &str| -> String {
        let parts: Vec<String> = pairs
            .clone()
            .flat_map(|(key, text)| key.into_iter().chain([text]))
            .collect();
        parts.join(separator)
    };
    let exploded = |separator: &str, prefix: Option<&str>| -> String {
        let parts: Vec<String> = pairs
            .clone()
            .map(|(key, text)| match (key.as_deref().or(prefix), text) {
                (Some(key), text) => format!("{key}={text}"),
                (None, text) => text,
            })
            .collect();
        parts.join(separator)
    };
    Ok(match (argument.style, argument.explode) {
        (Style::Label, false) => format!(".{}", flat(",")),
        (Style::Label, true) => format!(".{}", exploded(".", None)),
        (Style::Matrix, false) => format!(";{name}={}", flat(",")),
        (Style::Matrix, true) => format!(";{}", exploded(";", Some(&name))),
        (_, false) => flat(","),
        (_, true) => exploded(",", None),
    })
}

/// The pairs of name and value that a parameter adds to a query or a form, percent-encoded.
///
/// # Errors
/// A value that is nested deeper than the style can express.
pub(super) fn query(
    argument: &Argument<'_>,
    value: &Value,
) -> Result<Vec<(String, String)>, EncodeError> {
    let set = if argument.allow_reserved {
        RESERVED_ALLOWED
    } else {
        UNRESERVED
    };
    let encode = |text: &str| utf8_percent_encode(text, set).to_string();
    let name = percent(argument.wire_name);
    if argument.style == Style::Json {
        return Ok(vec![(name, percent(&value.to_string()))]);
    }
    if argument.style == Style::DeepObject {
        return deep_object(&name, value, &encode);
    }
    let items = flatten(value)?;
    if argument.explode {
        return Ok(items
            .into_iter()
            .map(|(key, text)| {
                (
                    key.map_or_else(|| name.clone(), |key| percent(&key)),
                    encode(&text),
                )
            })
            .collect());
    }
    let separator = match argument.style {
        Style::SpaceDelimited => "%20",
        Style::PipeDelimited => "%7C",
        _ => ",",
    };
    let joined: Vec<String> = items
        .into_iter()
        .flat_map(|(key, text)| key.into_iter().chain([text]))
        .map(|text| encode(&text))
        .collect();
    // An empty array or object adds no pair.
    Ok(if joined.is_empty() {
        Vec::new()
    } else {
        vec![(name, joined.join(separator))]
    })
}

/// `name[key]=value`. Arrays repeat the pair, nested objects repeat the brackets.
fn deep_object(
    name: &str,
    value: &Value,
    encode: &impl Fn(&str) -> String,
) -> Result<Vec<(String, String)>, EncodeError> {
    match value {
        Value::Object(members) => {
            let mut pairs = Vec::new();
            for (key, value) in members {
                pairs.extend(deep_object(
                    &format!("{name}%5B{}%5D", percent(key)),
                    value,
                    encode,
                )?);
            }
            Ok(pairs)
        }
        Value::Array(items) => {
            let mut pairs = Vec::new();
            for item in items {
                pairs.push((name.to_owned(), encode(&scalar(item)?)));
            }
            Ok(pairs)
        }
        value => Ok(vec![(name.to_owned(), encode(&scalar(value)?))]),
    }
}

/// A header value in the style `simple`.
///
/// # Errors
/// A value that is nested too deeply, or characters that are not valid in a header.
pub(super) fn header(
    argument: &Argument<'_>,
    value: &Value,
) -> Result<http::HeaderValue, EncodeError> {
    let text = if argument.style == Style::Json {
        value.to_string()
    } else {
        let parts: Vec<String> = flatten(value)?
            .into_iter()
            .map(|(key, text)| match key {
                Some(key) if argument.explode => format!("{key}={text}"),
                Some(key) => format!("{key},{text}"),
                None => text,
            })
            .collect();
        parts.join(",")
    };
    let is_printable = text.bytes().all(|b| (0x20..0x7f).contains(&b));
    if !is_printable || text.trim() != text {
        return Err(EncodeError("must be visible ASCII characters"));
    }
    http::HeaderValue::from_str(&text).map_err(|_| EncodeError("must be visible ASCII characters"))
}

/// One item without a key for a scalar, the items of an array, or the members of an object with their keys.
fn flatten(value: &Value) -> Result<Vec<(Option<String>, String)>, EncodeError> {
    match value {
        Value::Array(items) => items.iter().map(|item| Ok((None, scalar(item)?))).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| Ok((Some(key.clone()), scalar(value)?)))
            .collect(),
        value => Ok(vec![(None, scalar(value)?)]),
    }
}

/// The text of a string, number, boolean or null; null becomes the empty text.
///
/// # Errors
/// An array or an object.
pub(super) fn scalar(value: &Value) -> Result<String, EncodeError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Null => Ok(String::new()),
        Value::Array(_) | Value::Object(_) => Err(EncodeError(
            "is nested deeper than this parameter can carry",
        )),
    }
}

#[cfg(test)]
mod tests;
