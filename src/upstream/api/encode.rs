//! Writing argument values into paths, queries and headers by OpenAPI's styles (OpenAPI 3.1, section 4.8.12).

use openapi_tools::table::{Argument, Style};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// All but RFC 3986's unreserved characters.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What `allowReserved` leaves as it is: reserved characters, except those that would end the query or start a new
/// pair, because a value must never become structure.
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

/// A value that cannot be put where the document wants it; the text completes "`name` …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EncodeError(pub(crate) &'static str);

/// Percent-encodes everything but unreserved characters.
pub(crate) fn percent(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// One path parameter, percent-encoded.
///
/// # Errors
/// Text that is empty, `.` or `..`, or holds control characters: such a segment would disappear, climb or split.
pub(crate) fn path(argument: &Argument<'_>, value: &Value) -> Result<String, EncodeError> {
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

/// The pairs that one query parameter adds to the query string, percent-encoded.
///
/// # Errors
/// Values nested deeper than the style can say.
pub(crate) fn query(
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
    // An empty list has nothing to say in a query.
    Ok(if joined.is_empty() {
        Vec::new()
    } else {
        vec![(name, joined.join(separator))]
    })
}

/// `name[key]=value`; arrays repeat the pair, deeper objects repeat the brackets.
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

/// A header value: style `simple`.
///
/// # Errors
/// Values nested too deep, or characters that no header can carry.
pub(crate) fn header(
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
    let visible = text.bytes().all(|b| (0x20..0x7f).contains(&b));
    if !visible || text.trim() != text {
        return Err(EncodeError("must be visible ASCII characters"));
    }
    http::HeaderValue::from_str(&text).map_err(|_| EncodeError("must be visible ASCII characters"))
}

/// A scalar is one item without a key, an array its items, an object its members.
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

/// The text of a string, number, boolean or null.
///
/// # Errors
/// Arrays and objects.
pub(crate) fn scalar(value: &Value) -> Result<String, EncodeError> {
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
