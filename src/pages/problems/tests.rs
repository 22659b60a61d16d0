use super::*;

fn all() -> Vec<Problem> {
    vec![
        expired_request(),
        unknown_client(),
        unregistered_destination(),
        malformed_request(),
        portal_down(),
        key_limit_reached(),
        already_approved(),
        back_after_approval(),
        cookies_blocked(),
        foreign_form(),
        wrong_configuration("portal_issuer"),
        too_many_requests(42),
        wrong_key(),
        unexpected(),
    ]
}

#[test]
fn error_page_shows_problem_remedy_and_request_id() {
    for problem in all() {
        let html = problem.page("mcp.example.com", "req-0123").html();
        for text in [
            format!("<title>{} · TokPortal</title>", problem.title),
            format!(
                "<h1>{}</h1>\n<p>{}</p>",
                problem.title, problem.what_happened
            ),
            format!("<h2>What to do</h2>\n<p>{}</p>", problem.what_to_do),
            "Request id: <code>req-0123</code>".to_owned(),
        ] {
            assert!(html.contains(&text), "{text}\n{html}");
        }
    }
}

#[test]
fn texts_are_short_sentences_and_titles_are_unique() {
    let all = all();
    for problem in &all {
        for text in [&problem.what_happened, &problem.what_to_do] {
            assert!(
                text.ends_with('.') && !text.contains("  ") && !text.contains('\n'),
                "{text}"
            );
            assert!(text.len() <= 240, "{text}");
        }
        assert!(
            !problem.title.ends_with('.') && problem.title.len() <= 40,
            "{}",
            problem.title
        );
        assert_eq!(
            all.iter()
                .filter(|other| other.title == problem.title)
                .count(),
            1
        );
    }
}

#[test]
fn too_many_requests_says_how_long_to_wait() {
    let short = too_many_requests(42);
    assert_eq!(short.retry_after, Some(42));
    assert_eq!(
        short.what_to_do,
        "Wait a minute, then go back to your app and connect again."
    );
    let long = too_many_requests(61);
    assert_eq!(
        long.what_to_do,
        "Wait 2 minutes, then go back to your app and connect again."
    );
}

#[test]
fn expired_request_has_the_agreed_text() {
    assert_eq!(
        expired_request().sentence(),
        "This sign-in was started more than 10 minutes ago. Go back to your app and connect again."
    );
}

#[test]
fn variable_name_is_escaped() {
    let html = wrong_configuration("<b>")
        .page("mcp.example.com", "req")
        .html();
    assert!(html.contains("“&#60;b&#62;”"), "{html}");
}
