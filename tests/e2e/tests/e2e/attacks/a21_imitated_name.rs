//! Attack family 21: names that look like those of brands that people trust.

use crate::support::Running;
use crate::support::browser::Browser;
use crate::support::client::{OAuthClient, register};
use serde_json::json;
use tokportal_emulator::people::PEOPLE;

/// Names with the brand that they imitate.
const IMITATIONS: [(&str, &str); 9] = [
    ("Claude", "Claude"),
    ("CIaude", "Claude"),
    ("Cl\u{e1}ude", "Claude"),
    // Cyrillic and Greek, and not one Latin letter.
    ("\u{421}\u{4cf}\u{430}\u{3c5}\u{501}\u{435}", "Claude"),
    ("TokPort\u{430}\u{142}", "TokPortal"),
    ("TokPorta\u{142}", "TokPortal"),
    (
        "\u{1d402}\u{1d425}\u{1d41a}\u{1d42e}\u{1d41d}\u{1d41e} Desktop",
        "Claude",
    ),
    ("C|@ude", "Claude"),
    ("0penAl", "OpenAI"),
];

#[tokio::test]
async fn imitation_is_called_one_and_names_no_key() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    for (name, brand) in IMITATIONS {
        let client = OAuthClient::register(&app, name).await;
        let consent = client.consent_page(&browser).await;
        let notice = format!(
            "This is an imitation: the app calls itself <bdi>{name}</bdi> but does not lead to {brand}."
        );
        assert!(consent.text.contains(&notice), "{name}: {}", consent.text);
        let others = consent.text.replace(&notice, "");
        assert!(!others.contains(&format!(">{name}<")), "{name}");
        let headline = "<strong><bdi>app.example</bdi></strong> wants to use";
        assert!(consent.text.contains(headline), "{name}: {}", consent.text);
        browser.decide(&consent, "read", "authorize").await.code();
        let keys = browser.open("/portal/developer/api-keys").await;
        assert!(keys.text.contains("app.example (MCP connector)"), "{name}");
        assert!(!keys.text.contains(&format!("{name} (MCP")), "{name}");
    }
}

#[tokio::test]
async fn name_of_mixed_scripts_is_shown_as_the_host() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    for name in ["Кап\u{3c1}a", "Acme\u{430}", "\u{ff21}cme"] {
        let client = OAuthClient::register(&app, name).await;
        let consent = client.consent_page(&browser).await;
        let notice = format!("The app calls itself <bdi>{name}</bdi>. The name mixes alphabets");
        assert!(consent.text.contains(&notice), "{name}: {}", consent.text);
        assert_eq!(consent.text.matches(name).count(), 1, "{name}");
    }
    for name in ["Клод", "クロード Helper", "Caf\u{e9} Planner", "Open Alpha"] {
        let client = OAuthClient::register(&app, name).await;
        let consent = client.consent_page(&browser).await;
        let headline = format!("<strong><bdi>{name}</bdi></strong> wants to use");
        assert!(consent.text.contains(&headline), "{name}: {}", consent.text);
        assert!(!consent.text.contains("calls itself"), "{name}");
    }
}

/// An app on this computer leads nowhere else, but a brand's own app would write its name.
#[tokio::test]
async fn imitation_on_this_computer_is_called_one() {
    let app = Running::start().await;
    let browser = Browser::of(&app, &PEOPLE[0]).await;
    for (name, is_imitation) in [("CIaude Code", true), ("Claude Code", false)] {
        let metadata = json!({"client_name": name, "redirect_uris": ["http://127.0.0.1/cb"]});
        let (status, answer) = register(&app, metadata.to_string()).await;
        assert_eq!(status, 201, "{answer}");
        let id = answer["client_id"].as_str().expect("an id").to_owned();
        let client = OAuthClient { app: &app, id };
        let local = [("redirect_uri", "http://127.0.0.1:5000/cb")];
        let consent = browser.open(&client.authorization(&local)).await;
        assert_eq!(consent.text.contains("This is an imitation"), is_imitation);
        let shown = if is_imitation {
            "An app on this computer"
        } else {
            name
        };
        assert!(
            consent
                .text
                .contains(&format!("<bdi>{shown}</bdi></strong> wants"))
        );
    }
}
