//! Media types (RFC 9110, section 8.3.1).

use http::{HeaderMap, header};

/// The `Content-Type` without parameters, in lower case; empty if there is none.
pub(crate) fn of(headers: &HeaderMap) -> String {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase())
        .unwrap_or_default()
}

/// Whether a media type is JSON or a structured syntax on top of it (RFC 6839, section 3.1).
pub(crate) fn is_json(media_type: &str) -> bool {
    media_type == "application/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"))
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
    fn is_json_accepts_application_json_and_suffixes_only() {
        assert!(is_json("application/json") && is_json("application/problem+json"));
        for other in ["", "text/json", "text/x+json", "application/jsonp"] {
            assert!(!is_json(other), "{other}");
        }
    }
}
