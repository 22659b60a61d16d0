//! Content negotiation by media type and by coding (RFC 9110, sections 12.5.1 and 12.5.3).

use http::{HeaderMap, HeaderName, header};

/// Media types of MCP and OAuth clients. A request that asks for one of them is never answered with a page.
const JSON: &str = "application/json";
const EVENT_STREAM: &str = "text/event-stream";

/// Whether the reader of the reply is a person in a browser: `Accept` names `text/html`, and not `application/json` with
/// the same or a higher quality, nor `text/event-stream`. A wildcard such as `*/*` names nothing, because every HTTP
/// library sends it.
pub(crate) fn prefers_html(headers: &HeaderMap) -> bool {
    let mut ranges = members(headers, &header::ACCEPT);
    let (mut html, mut json) = (0, 0);
    let only_known = ranges.all(|(name, quality)| {
        if name.eq_ignore_ascii_case("text/html") {
            html = quality.max(html);
        } else if name.eq_ignore_ascii_case(JSON) {
            json = quality.max(json);
        }
        !name.eq_ignore_ascii_case(EVENT_STREAM)
    });
    only_known && html > json
}

/// Whether the client reads gzip: `Accept-Encoding` names it, or names all codings, with a quality above 0.
pub(crate) fn accepts_gzip(headers: &HeaderMap) -> bool {
    let (mut gzip, mut any) = (None, 0);
    for (name, quality) in members(headers, &header::ACCEPT_ENCODING) {
        // Section 8.4.1.3: the same coding.
        if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") {
            gzip = gzip.max(Some(quality));
        } else if name == "*" {
            any = quality;
        }
    }
    gzip.unwrap_or(any) > 0
}

/// The members of a header, each with its quality.
fn members<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = (&'h str, u16)> {
    let lines = headers.get_all(name).iter();
    lines
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(member)
}

/// The name of a member of `Accept` or `Accept-Encoding`, and its quality in thousandths: 1000 unless there is a `q`, and
/// 0 if the `q` is malformed.
fn member(member: &str) -> (&str, u16) {
    let mut parts = member.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let quality = parts
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
        .map_or(1000, |(_, value)| thousandths(value.trim()));
    (name, quality)
}

/// A quality value, `0.5` or `1` for example, with at most three decimals (RFC 9110, section 12.4.2).
fn thousandths(value: &str) -> u16 {
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    let is_number = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    match (whole, format!("{decimals:0<3}").parse()) {
        ("0", Ok(thousandths)) if is_number => thousandths,
        ("1", Ok(0)) if is_number => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefers(values: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::ACCEPT, value.parse().expect("a header"));
        }
        prefers_html(&headers)
    }

    #[test]
    fn browsers_prefer_html() {
        for accept in [
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
            "text/html, application/xhtml+xml, image/jxr, */*",
            "text/html",
            "TEXT/HTML;charset=utf-8",
            "application/json;q=0.9, text/html",
            "application/json;q=0, text/html;q=0.1",
        ] {
            assert!(prefers(&[accept]), "{accept}");
        }
        assert!(prefers(&["image/webp", "text/html"]), "two header fields");
    }

    #[test]
    fn clients_and_wildcards_do_not() {
        for accept in [
            "",
            "*/*",
            "text/*",
            "application/json",
            "text/event-stream",
            "application/json, text/event-stream",
            "application/json, text/event-stream, text/html",
            "text/html, application/json",
            "text/html;q=0",
            "text/html;q=2",
            "text/html;q=0.1x",
            "text/html;q=0.5, application/json;q=0.500",
            "text/htmlx",
            "application/json, text/plain, */*",
        ] {
            assert!(!prefers(&[accept]), "{accept}");
        }
        assert!(!prefers(&[]));
        assert!(!prefers(&["text/html", "application/json"]));
    }

    #[test]
    fn gzip_is_accepted_where_it_is_named_with_a_quality() {
        let accepts = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.append(header::ACCEPT_ENCODING, value.parse().expect("a header"));
            accepts_gzip(&headers)
        };
        for yes in [
            "gzip",
            "gzip, deflate",
            "br, zstd, GZIP;q=0.5",
            "x-gzip",
            "*",
            "br;q=1.0, *;q=0.1",
        ] {
            assert!(accepts(yes), "{yes}");
        }
        for no in [
            "",
            "identity",
            "br",
            "gzip;q=0",
            "gzip;q=0, *",
            "*;q=0",
            "gzipped",
        ] {
            assert!(!accepts(no), "{no}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
