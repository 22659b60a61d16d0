//! Family 7: the headers of every page, word for word.

use crate::tests::oauth::world::{Browser, CALLBACK, World};

#[test]
fn pages_cannot_be_framed_cached_or_sent_elsewhere() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let consent = world.consent_page(&mut browser, &client_id);
    let style = crate::pages::style::STYLE_CSP;
    let policy = |form_action| {
        format!(
            "default-src 'none'; style-src {style}; img-src data:; form-action {form_action}; frame-ancestors 'none'; \
             base-uri 'none'"
        )
    };
    let error = world.get("/authorize");
    for (page, form_action) in [(&consent, "'self' https://app.example"), (&error, "'none'")] {
        let mut headers: Vec<String> = page
            .headers()
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "content-length" | "x-request-id"))
            .map(|(name, value)| format!("{name}: {}", value.to_str().expect("ASCII")))
            .collect();
        headers.sort_unstable();
        let expected = [
            "cache-control: no-store".to_owned(),
            format!("content-security-policy: {}", policy(form_action)),
            "content-type: text/html; charset=utf-8".to_owned(),
            "cross-origin-resource-policy: same-origin".to_owned(),
            "permissions-policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()"
                .to_owned(),
            "referrer-policy: no-referrer".to_owned(),
            "x-content-type-options: nosniff".to_owned(),
            "x-frame-options: DENY".to_owned(),
            "x-robots-tag: noindex".to_owned(),
        ];
        assert_eq!(headers, expected);
    }
}
