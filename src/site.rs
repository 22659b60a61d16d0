//! Files that a web site has at fixed paths: `robots.txt` (RFC 9309) and `security.txt` (RFC 9116).

use crate::config::Config;
use crate::web::reply::{self, Reply};
use crate::web::rfc3339::rfc3339;
use chrono::SecondsFormat;
use http::{StatusCode, header};
use std::time::Duration;

const PLAIN_TEXT: &str = "text/plain; charset=utf-8";
/// How long `security.txt` counts as current. RFC 9116, section 2.5.5, recommends less than a year.
const CURRENT_FOR: Duration = Duration::from_hours(180 * 24);

/// `GET /robots.txt`. Only the front page is for search engines; the other pages belong to a sign-in.
pub(crate) fn robots() -> Reply {
    const RULES: &str = "User-agent: *\nAllow: /$\nDisallow: /\n";
    cached(reply::reply(StatusCode::OK, PLAIN_TEXT, RULES))
}

/// `GET /.well-known/security.txt`, with the contact that the operator has set. `now` is the time since the Unix epoch.
///
/// There is none if the operator has set no contact.
pub(crate) fn security_txt(config: &Config, now: Duration) -> Option<Reply> {
    let contact = config.security_contact.as_deref()?;
    let text = format!(
        "Contact: {contact}\nExpires: {}\nPreferred-Languages: en\nCanonical: {}/.well-known/security.txt\n",
        midnight(now.saturating_add(CURRENT_FOR)),
        config.public_url
    );
    Some(cached(reply::reply(StatusCode::OK, PLAIN_TEXT, text)))
}

/// The start of a day in RFC 3339 (UTC), so that the file does not change with every request.
fn midnight(time: Duration) -> String {
    const DAY: u64 = 24 * 60 * 60;
    let start = Duration::from_secs(time.as_secs() / DAY * DAY);
    rfc3339(start, SecondsFormat::Secs)
}

fn cached(mut reply: Reply) -> Reply {
    reply::set(&mut reply, header::CACHE_CONTROL, "public, max-age=3600");
    reply
}

#[cfg(test)]
mod tests {
    use crate::testing::{FakeHost, connector};
    use bytes::Bytes;
    use chrono::{DateTime, TimeDelta};
    use http::{Request, StatusCode};

    const PATH: &str = "/.well-known/security.txt";

    fn get(path: &str, variables: &[(&str, &str)]) -> (StatusCode, String) {
        let app = connector(FakeHost::silent(), variables);
        let request = Request::get(path).body(Bytes::new()).expect("a request");
        let reply = pollster::block_on(app.handle(request));
        let text = String::from_utf8_lossy(reply.body()).into_owned();
        (reply.status(), text)
    }

    #[test]
    fn security_txt_has_the_members_of_rfc_9116() {
        let (status, text) = get(
            PATH,
            &[
                ("public_url", "https://mcp.example.com"),
                ("security_contact", "security@example.com"),
            ],
        );
        assert_eq!(status, StatusCode::OK);
        let value = |name: &str| {
            let lines: Vec<_> = text
                .lines()
                .filter_map(|line| line.strip_prefix(name))
                .collect();
            assert_eq!(lines.len(), 1, "{name} in {text}");
            lines[0]
        };
        assert_eq!(value("Contact: "), "mailto:security@example.com");
        assert_eq!(
            value("Canonical: "),
            "https://mcp.example.com/.well-known/security.txt"
        );
        let expires = DateTime::parse_from_rfc3339(value("Expires: ")).expect("a time");
        let now = DateTime::from_timestamp(1_790_000_000, 0).expect("a time");
        let rest = expires.to_utc() - now;
        assert!(
            rest > TimeDelta::days(178) && rest <= TimeDelta::days(180),
            "{rest}"
        );
    }

    #[test]
    fn security_txt_is_404_without_a_contact() {
        assert_eq!(get(PATH, &[]).0, StatusCode::NOT_FOUND);
    }

    #[test]
    fn robots_may_read_the_front_page_alone() {
        let (status, text) = get("/robots.txt", &[]);
        assert_eq!(status, StatusCode::OK);
        assert_eq!(text, "User-agent: *\nAllow: /$\nDisallow: /\n");
    }
}
