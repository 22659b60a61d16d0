//! The name of the program behind a request, as the connector passes it on in `User-Agent` (RFC 9110, section 10.1.5).

use crate::text::without_keys;
use http::{HeaderMap, HeaderValue, header};

/// The longest name that is passed on, in characters.
const NAME_LIMIT: usize = 60;
/// The longest version that is passed on, in characters.
const VERSION_LIMIT: usize = 30;

/// Name and version of a client, which chose both freely: `Claude Code 2.1.0`. The text fits into a comment of a header:
/// visible ASCII characters and single spaces, without parentheses, backslashes and quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClientName(String);

impl ClientName {
    /// Cleans and shortens a name and a version. `None` if nothing of the name is left.
    pub(crate) fn new(name: &str, version: &str) -> Option<Self> {
        let (name, version) = (clean(name, NAME_LIMIT), clean(version, VERSION_LIMIT));
        match (name.is_empty(), version.is_empty()) {
            (true, _) => None,
            (false, true) => Some(Self(name)),
            (false, false) => Some(Self(format!("{name} {version}"))),
        }
    }

    /// The first product of the `User-Agent` header, the most significant one.
    pub(crate) fn of_user_agent(headers: &HeaderMap) -> Option<Self> {
        let agent = headers.get(header::USER_AGENT)?.to_str().ok()?;
        let product = agent.split_ascii_whitespace().next()?;
        let (name, version) = product.split_once('/').unwrap_or((product, ""));
        Self::new(name, version)
    }

    /// `User-Agent` of an outbound request: the product of the connector, and the client in a comment.
    pub(crate) fn user_agent(connector: &'static str, client: Option<&Self>) -> HeaderValue {
        // A client name has only visible ASCII characters and spaces.
        client
            .and_then(|Self(client)| HeaderValue::from_str(&format!("{connector} ({client})")).ok())
            .unwrap_or_else(|| HeaderValue::from_static(connector))
    }
}

fn clean(text: &str, limit: usize) -> String {
    let kept = |c: &char| c.is_ascii_graphic() && !matches!(c, '(' | ')' | '\\' | '"');
    // A name of one word without an underscore, which every key has, stays as it is.
    if text.chars().all(|c| kept(&c) && c != '_') {
        return text.get(..limit).unwrap_or(text).to_owned();
    }
    let text = without_keys(text);
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words = words.map(|word| word.chars().filter(kept).collect::<String>());
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    let mut cleaned = words.join(" ");
    cleaned.truncate(limit);
    cleaned.truncate(cleaned.trim_end().len());
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(name: &str, version: &str) -> String {
        let client = ClientName::new(name, version);
        let value = ClientName::user_agent("connector/1", client.as_ref());
        value.to_str().expect("ASCII").to_owned()
    }

    #[test]
    fn client_name_cannot_change_the_header() {
        for (name, version, expected) in [
            ("Claude Code", "2.1.0", "connector/1 (Claude Code 2.1.0)"),
            ("n8n", "", "connector/1 (n8n)"),
            ("App sk_0a1b", "1", "connector/1 (App [key] 1)"),
            ("", "2.1.0", "connector/1"),
            ("a) evil/1 (b", "\\\"1\"", "connector/1 (a evil/1 b 1)"),
            (
                "a\r\nx-api-key: b",
                "1\0\t2",
                "connector/1 (a x-api-key: b 1 2)",
            ),
            ("  Œuvre \u{202e} 日本 ", "é", "connector/1 (uvre)"),
            ("日本", "1", "connector/1"),
        ] {
            assert_eq!(agent(name, version), expected, "{name:?} {version:?}");
        }
        let longest = agent(&"n ".repeat(10_000), &"9".repeat(10_000));
        assert_eq!(
            longest.len(),
            "connector/1 ()".len() + NAME_LIMIT - 1 + 1 + VERSION_LIMIT
        );
    }

    #[test]
    fn product_of_a_user_agent_is_its_first_one() {
        for (agent, expected) in [
            ("claude-code/2.1.0 (cli)", Some("claude-code 2.1.0")),
            ("node", Some("node")),
            ("python-httpx/0.28.1", Some("python-httpx 0.28.1")),
            ("", None),
            ("/1", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, HeaderValue::from_static(agent));
            let expected = expected.map(|name| ClientName(name.to_owned()));
            assert_eq!(ClientName::of_user_agent(&headers), expected, "{agent}");
        }
        assert_eq!(ClientName::of_user_agent(&HeaderMap::new()), None);
    }
}
