use super::*;
use crate::testing::{FakeHost, connector};

#[test]
fn error_of_the_portal_is_logged_as_one_short_line() {
    let host = FakeHost::silent();
    let app = connector(host, &[]);
    let long = "x".repeat(10_000) + "\u{202e}";
    log(&app.context(), "token_endpoint", &long, &long);
    assert!(app.host.log.borrow()[0].len() < 600);
    log(&app.context(), "token_endpoint", "e", "");
    let line = app.host.log.borrow()[1].clone();
    assert!(line.ends_with(r#""error":"e"}"#), "{line}");
}
