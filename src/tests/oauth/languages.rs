//! Every page is in the language that the browser asks for.

use super::portal::ISSUER;
use super::world::{Browser, ORIGIN, World, authorize, location, text};
use crate::config::Config;
use crate::router::misconfigured;
use crate::web::reply::Reply;
use http::{Request, header};

/// Value of `Accept-Language`, tag of the page, and words of the pages: error, consent, close.
const LANGUAGES: [(&str, &str, [&str; 3]); 5] = [
    (
        "en-GB",
        "en",
        ["What to do", "wants to use your", "You can close"],
    ),
    (
        "fr-CH, en;q=0.5",
        "fr",
        ["Que faire", "souhaite utiliser votre", "Vous pouvez fermer"],
    ),
    (
        "de-AT",
        "de",
        [
            "Was Sie tun können",
            "möchte Ihr",
            "Sie können dieses Fenster",
        ],
    ),
    (
        "ja, es-419;q=0.1",
        "es",
        ["Qué hacer", "quiere usar su", "Puede cerrar"],
    ),
    (
        "pt-BR,pt;q=0.9",
        "pt",
        ["O que fazer", "quer usar a sua", "Você pode fechar"],
    ),
];

fn assert_language(page: &Reply, tag: &str, words: &str) {
    let html = text(page);
    assert!(html.contains(&format!("<html lang=\"{tag}\">")), "{html}");
    assert!(html.contains(words), "{words} in {html}");
    assert_eq!(page.headers()["content-language"], tag);
    assert_eq!(page.headers()["vary"], "accept-language");
}

#[test]
fn every_page_is_in_the_language_of_the_browser() {
    let callback = "cursor://oauth/callback";
    for (language, tag, [error, consent, close]) in LANGUAGES {
        let world = World::with(&[
            ("public_url", ORIGIN),
            ("portal_issuer", ISSUER),
            ("portal_keys_url", "https://portal.example/api/keys"),
            ("custom_redirect_schemes", "cursor"),
        ]);
        let mut browser = Browser {
            language,
            ..Browser::default()
        };
        assert_language(&browser.get(&world, "/authorize"), tag, error);
        let log = world.app.host.log.borrow().join("\n");
        assert!(
            log.contains("This link is incomplete"),
            "the log stays English: {log}"
        );
        let client_id = world.register("Cursor", &[callback]);
        let request = authorize(&client_id, &[("redirect_uri", callback)]);
        let portal = location(&browser.get(&world, &request));
        let page = browser.open(&world, &world.portal.sign_in(&portal));
        assert_language(&page, tag, consent);
        assert_language(
            &browser.decide(&world, &page, "read", "authorize"),
            tag,
            close,
        );
    }
}

#[test]
fn page_that_asks_for_a_key_is_in_the_language_of_the_browser() {
    for (language, tag, [_, consent, _]) in LANGUAGES {
        let world = super::api_key::world();
        let client_id = world.register("App", &[super::world::CALLBACK]);
        let mut browser = Browser {
            language,
            ..Browser::default()
        };
        let page = browser.open(&world, &authorize(&client_id, &[]));
        assert_language(&page, tag, consent);
        let again = super::api_key::post_key(&world, &mut browser, &page, "wrong", "read");
        assert_language(&again, tag, "api_key-error");
    }
}

#[test]
fn page_of_an_invalid_configuration_is_in_the_language_of_the_browser() {
    let error = Config::from_variables(|name| (name == "public_url").then(|| "x".to_owned()))
        .expect_err("not a URL");
    let world = World::new();
    let titles = [
        "not set up correctly",
        "n’est pas bien configuré",
        "nicht richtig eingerichtet",
        "no está bien configurado",
        "não está configurado corretamente",
    ];
    for ((language, tag, _), words) in LANGUAGES.into_iter().zip(titles) {
        let request = Request::get("/")
            .header(header::ACCEPT, "text/html")
            .header(header::ACCEPT_LANGUAGE, language)
            .body(());
        let page = misconfigured(&world.app.host, &error, &request.expect("a request"));
        assert_language(&page, tag, words);
    }
}
