//! Media types (RFC 9110, section 8.3.1).

use http::{HeaderMap, header};
use std::borrow::Cow;

const JSON: &str = "application/json";

/// The `Content-Type` without parameters, in lower case; empty if there is none. Some clients send the header twice: the
/// same type repeated, in several lines or joined by commas, means that type. Different types are joined by commas, so
/// that they equal no type.
pub(crate) fn of(headers: &HeaderMap) -> Cow<'static, str> {
    let mut lines = headers.get_all(header::CONTENT_TYPE).iter();
    if let (Some(line), None) = (lines.next(), lines.next())
        && line == JSON
    {
        return Cow::Borrowed(JSON);
    }
    let lines = headers.get_all(header::CONTENT_TYPE).iter();
    let mut types: Vec<String> = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .filter_map(|value| value.split(';').next())
        // A comma inside a parameter separates no types.
        .filter(|value| value.contains('/'))
        .map(|value| value.trim().to_ascii_lowercase())
        .collect();
    types.dedup();
    Cow::Owned(types.join(","))
}

/// Whether a media type is JSON or a structured syntax on top of it (RFC 6839, section 3.1).
pub(crate) fn is_json(media_type: &str) -> bool {
    media_type == JSON || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_type_ignores_parameters_and_case() {
        let mut headers = HeaderMap::new();
        assert_eq!(of(&headers), "");
        let value = "Application/JSON; charset=utf-8";
        headers.insert(header::CONTENT_TYPE, value.parse().expect("a header"));
        assert_eq!(of(&headers), "application/json");
    }

    #[test]
    fn the_same_media_type_repeated_means_that_type() {
        for (lines, media_type) in [
            (
                &["application/json, application/json"][..],
                "application/json",
            ),
            (
                &["application/json; charset=utf-8", "Application/JSON"],
                "application/json",
            ),
            (
                &["application/json", "text/plain"],
                "application/json,text/plain",
            ),
            (
                &["text/plain, application/json"],
                "text/plain,application/json",
            ),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::CONTENT_TYPE, line.parse().expect("a header"));
            }
            assert_eq!(of(&headers), media_type);
        }
    }

    #[test]
    fn is_json_accepts_application_json_and_suffixes_only() {
        assert!(is_json("application/json") && is_json("application/problem+json"));
        for other in ["", "text/json", "text/x+json", "application/jsonp"] {
            assert!(!is_json(other), "{other}");
        }
    }
}
