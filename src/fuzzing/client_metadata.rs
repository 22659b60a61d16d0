//! What a client says about itself: `POST /register`, and metadata documents.

use super::world::{self, CONFIG, app_with, check, json_of, run};
use crate::oauth::client::fuzzing;
use crate::web::json;
use bytes::Bytes;
use http::Request;

/// The body of a registration, or a metadata document in which `{id}` stands for its URL.
pub fn client_metadata(data: &[u8]) {
    fuzzing::document(data, &CONFIG);
    let app = app_with(&CONFIG);
    let body = Bytes::copy_from_slice(data);
    let request = Request::post("/register").body(body).unwrap_or_default();
    let reply = run(app.handle(request));
    check(&reply, &app.host);
    let answer = json_of(&reply);
    if reply.status() == 201 {
        let asked = json::parse(data).unwrap_or_default();
        fuzzing::check_registered(&answer, &asked, &CONFIG);
    } else {
        let errors = ["invalid_redirect_uri", "invalid_client_metadata"];
        let error = answer["error"].as_str().unwrap_or_default();
        assert!(errors.contains(&error), "{answer}");
        assert!(answer["error_description"].is_string(), "{answer}");
    }
    assert!(app.host.sent.borrow().is_empty());
    assert_eq!(world::media_type(&reply), "application/json");
}

/// Redirect URIs, one a line.
pub fn redirect_uri(data: &[u8]) {
    fuzzing::redirect_uri(data, &CONFIG);
}
