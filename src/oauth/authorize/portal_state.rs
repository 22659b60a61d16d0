//! The `state` of a sign-in at the portal, in an address that every portal accepts.
//!
//! Some portals, and proxies in front of them, accept an address of 2 or 4 KiB only, while an app may send a `state` of
//! 4 KiB that must come back. The beginning of a long text therefore goes to the portal, and cookies keep the rest in the
//! browser. The parts are worth nothing alone: the text is sealed as a whole.

use crate::config::Config;
use crate::oauth::transaction;
use crate::text::split_before;
use http::HeaderMap;

/// The longest `state`, in bytes. With the other parameters, the query stays below 2 KiB.
const MAX_STATE: usize = 1_400;
/// The longest value of a cookie, in bytes. A browser refuses a cookie of more than 4,096 bytes with its name and its
/// attributes (RFC 6265, section 6.1).
const MAX_COOKIE: usize = 3_800;
/// Between the id of the transaction and the beginning of the text. Sealed text does not contain it.
const SEPARATOR: char = '.';

/// The `state` for the portal, and the `Set-Cookie` values that keep the rest of a long text.
pub(super) fn split(config: &Config, id: &str, sealed: &str) -> (String, Vec<String>) {
    if sealed.len() <= MAX_STATE {
        return (sealed.to_owned(), Vec::new());
    }
    let room = MAX_STATE.saturating_sub(id.len() + SEPARATOR.len_utf8());
    let (head, mut rest) = split_before(sealed, room);
    let mut cookies = Vec::new();
    while !rest.is_empty() {
        let (part, later) = split_before(rest, MAX_COOKIE);
        cookies.push(transaction::carrying_cookie(
            config,
            id,
            cookies.len(),
            part,
        ));
        rest = later;
    }
    (format!("{id}{SEPARATOR}{head}"), cookies)
}

/// The text that [`split`] cut, from the `state` that came back and the cookies of the browser.
pub(super) fn join(config: &Config, state: &str, headers: &HeaderMap) -> String {
    match state.split_once(SEPARATOR) {
        None => state.to_owned(),
        Some((id, head)) => head.to_owned() + &transaction::carried(config, id, headers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FakeHost, connector};
    use http::header;

    #[test]
    fn text_of_every_length_comes_back() {
        let app = connector(
            FakeHost::silent(),
            &[("public_url", "https://mcp.example.com")],
        );
        let id = "0123456789abcdef0123456789abcdef";
        for length in [0, 1, MAX_STATE, MAX_STATE + 1, 5_000, 5_168, 9_000] {
            let sealed: String = ('a'..='z').cycle().take(length).collect();
            let (state, cookies) = split(&app.config, id, &sealed);
            assert!(state.len() <= MAX_STATE);
            assert_eq!(cookies.is_empty(), length <= MAX_STATE);
            let mut headers = HeaderMap::new();
            for cookie in cookies.iter().rev() {
                assert!(cookie.starts_with("__Host-tp-") && cookie.len() < 4_096);
                assert!(cookie.ends_with("; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure"));
                let pair = cookie.split(';').next().expect("a pair");
                headers.append(header::COOKIE, pair.parse().expect("a header"));
            }
            assert_eq!(join(&app.config, &state, &headers), sealed);
            let elsewhere = join(&app.config, &state, &HeaderMap::new());
            assert_eq!(elsewhere == sealed, cookies.is_empty());
        }
    }

    #[test]
    fn only_as_many_cookies_are_read_as_a_text_can_have() {
        let public_url = ("public_url", "https://mcp.example.com");
        let app = connector(FakeHost::silent(), &[public_url]);
        let pairs: Vec<String> = (0..20_000)
            .map(|number| format!("__Host-tp--{number}=x"))
            .collect();
        let mut headers = HeaderMap::new();
        let line = pairs.join("; ").parse().expect("a header");
        headers.append(header::COOKIE, line);
        assert_eq!(join(&app.config, ".", &headers), "x".repeat(4));
    }
}
