//! How the consent page is reached with tokens of every size: by its own URL, as the reply itself, or not at all.

use super::world::{Browser, CALLBACK, World, authorize, location, parameter};
use http::StatusCode;

/// What the callback answers.
#[derive(Debug, PartialEq, Eq)]
enum Callback {
    Url,
    Page,
    Error,
}

const KIB: usize = 1024;

/// Signs in with tokens that are longer by this much, and approves if there is a page. Returns the answer of the callback,
/// and the length of the URL or of the sealed request.
fn sign_in(access_token: usize, id_token: usize) -> (Callback, usize) {
    let world = World::new();
    world.portal.longer_by.set(access_token);
    let padding = "x".repeat(id_token).into();
    world.portal.claims.borrow_mut().insert("padding", padding);
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let to_portal = location(&browser.get(&world, &authorize(&client_id, &[])));
    let callback = world.portal.sign_in(&to_portal);
    let reply = browser.get(&world, &callback);
    let (answer, length, page) = if reply.status() == StatusCode::SEE_OTHER {
        let url = location(&reply);
        let page = browser.get(&world, &url);
        (Callback::Url, url.len(), page)
    } else if reply.headers().contains_key("refresh") {
        let to = location(&reply);
        assert_eq!(parameter(&to, "error").as_deref(), Some("server_error"));
        let log = world.app.host.log.borrow();
        let is_told = |line: &String| {
            line.contains("sign_in_failed") && line.contains("the form of the consent page")
        };
        assert!(log.iter().any(is_told), "{log:?}");
        return (Callback::Error, 0);
    } else {
        let length = super::world::hidden_request(&reply).len();
        (Callback::Page, length, reply)
    };
    assert_eq!(page.status(), StatusCode::OK);
    let reply = browser.decide(&world, &page, "read", "authorize");
    let code = parameter(&location(&reply), "code").expect("a code");
    assert_eq!(world.redeem(&client_id, &code).status(), StatusCode::OK);
    (answer, length)
}

#[test]
fn tokens_of_every_size_lead_to_the_page_or_back_to_the_app() {
    // The claims of the ID token are encoded, so it grows by a third more.
    for (access_token, id_token, expected) in [
        (0, 0, Callback::Url),
        (2 * KIB, KIB, Callback::Url),
        (3 * KIB, 512, Callback::Url),
        (4 * KIB, KIB, Callback::Page),
        (2 * KIB, 3 * KIB, Callback::Page),
        (16 * KIB, 4 * KIB, Callback::Page),
        (32 * KIB, 4 * KIB, Callback::Page),
        (40 * KIB, 8 * KIB, Callback::Error),
    ] {
        let (found, length) = sign_in(access_token, id_token);
        assert_eq!(found, expected, "{access_token} {id_token} {length}");
        match found {
            Callback::Url => assert!(length <= 7 * KIB, "{length}"),
            Callback::Page => assert!((5 * KIB..=56 * KIB).contains(&length), "{length}"),
            Callback::Error => {}
        }
    }
}
