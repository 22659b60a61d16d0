use super::*;

const ENGLISH: Language = Language::English;

fn all() -> Vec<Problem> {
    vec![
        expired_request(),
        unknown_client(),
        unregistered_destination(),
        client_document_unavailable(),
        client_document_invalid(),
        client_document_forbidden(),
        app_link_not_enabled(),
        malformed_request(),
        portal_down(),
        key_limit_reached(),
        already_connected(),
        already_cancelled(),
        cookies_blocked(),
        foreign_form(),
        question_closed(),
        other_key(),
        owner_unknown(),
        not_signed_in(),
        store_forgets(),
        store_down(),
        too_many_requests(42),
        too_many_requests(61),
        wrong_key(),
        unexpected(),
    ]
}

#[test]
fn every_text_of_the_table_belongs_to_a_problem() {
    let table = &texts::of(ENGLISH).problems;
    let used: Vec<_> = all()
        .iter()
        .map(|problem| problem.texts_in(ENGLISH))
        .collect();
    for (name, texts) in table.all() {
        assert!(used.iter().any(|used| std::ptr::eq(*used, texts)), "{name}");
    }
}

#[test]
fn error_page_shows_problem_remedy_and_request_id() {
    for language in Language::ALL {
        let t = texts::of(language);
        for problem in all() {
            let page = problem.page(language, "mcp.example.com", "req-0123");
            let html = page.html();
            for text in [
                format!("<html lang=\"{}\">", language.tag()),
                format!("<title>{} · TokPortal</title>", page.title),
                format!("<h1>{}</h1>\n<p>{}</p>", page.title, page.what_happened),
                format!(
                    "<h2>{}</h2>\n<p>{}</p>",
                    t.error.what_to_do, page.what_to_do
                ),
                "<code>req-0123</code>".to_owned(),
            ] {
                assert!(html.contains(&text), "{text}\n{html}");
            }
            let (_, body) = html.split_once("<body>").expect("a body");
            assert!(!body.contains(['{', '}']), "a placeholder is left: {body}");
        }
    }
}

#[test]
fn texts_are_short_sentences_and_titles_are_unique() {
    for language in Language::ALL {
        let table = &texts::of(language).problems;
        for (name, problem) in table.all() {
            for text in [problem.what_happened, problem.what_to_do] {
                assert!(text.ends_with('.'), "{text}");
                assert!(text.chars().count() <= 240, "{text}");
            }
            assert!(!problem.title.ends_with('.'), "{}", problem.title);
            assert!(problem.title.chars().count() <= 52, "{}", problem.title);
            let same = table.all().into_iter().filter(|(other, texts)| {
                texts.title == problem.title && !name.starts_with("too_many") && *other != name
            });
            assert_eq!(same.count(), 0, "{}", problem.title);
        }
    }
}

#[test]
fn too_many_requests_says_how_long_to_wait() {
    for (seconds, remedy) in [
        (
            1,
            "Wait a minute, then go back to your app and connect again.",
        ),
        (
            60,
            "Wait a minute, then go back to your app and connect again.",
        ),
        (
            61,
            "Wait 2 minutes, then go back to your app and connect again.",
        ),
        (
            600,
            "Wait 10 minutes, then go back to your app and connect again.",
        ),
    ] {
        let problem = too_many_requests(seconds);
        assert_eq!(problem.retry_after, Some(seconds));
        assert_eq!(problem.page(ENGLISH, "", "").what_to_do, remedy);
    }
}

#[test]
fn expired_request_has_the_agreed_text() {
    assert_eq!(
        expired_request().sentence(ENGLISH),
        "This sign-in was started more than 10 minutes ago. Go back to your app and connect again."
    );
}
