//! `/healthz`, and every other path, with and without a valid configuration.

use crate::support::{BROWSER, Running, json_of};

const WRONG: [(&str, &str); 2] = [
    ("key_check_seconds", "soon"),
    ("sealing_secret", "planted-5eed"),
];

#[tokio::test]
async fn healthz_is_alive_whatever_the_configuration() {
    for variables in [&[][..], &WRONG] {
        let app = Running::start_with(variables).await;
        let answer = app
            .request("GET", "/healthz")
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let (status, body) = json_of(answer).await;
        assert_eq!(status, 200);
        assert_eq!(body["status"], "ok");
        let head = app
            .request("HEAD", "/healthz")
            .send()
            .await
            .expect("an answer");
        assert_eq!(head.status(), 200);
        let post = app
            .request("POST", "/authorize")
            .send()
            .await
            .expect("an answer");
        assert_eq!(post.status().is_server_error(), !variables.is_empty());
    }
}

#[tokio::test]
async fn invalid_variables_are_all_named_in_page_json_and_log() {
    let app = Running::start_with(&WRONG).await;
    for (path, accept, status) in [
        ("/authorize", BROWSER, 500),
        ("/authorize", "*/*", 500),
        ("/readyz", BROWSER, 503),
        ("/readyz", "*/*", 503),
    ] {
        let request = app.request("GET", path).header("accept", accept);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), status, "{path}");
        let id = answer.headers()["x-request-id"]
            .to_str()
            .expect("ASCII")
            .to_owned();
        let body = answer.text().await.expect("text");
        let lines = app.log.lines();
        let line = lines
            .iter()
            .find(|line| line.contains(&id))
            .expect("a line");
        for text in [&body, line] {
            assert!(text.contains("key_check_seconds"), "{text}");
            assert!(text.contains("must be a whole number"), "{text}");
            assert!(text.contains("sealing_secret"), "{text}");
            assert!(!text.contains("planted"), "{text}");
        }
    }
}
