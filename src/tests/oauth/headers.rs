//! Family 7: all headers of a page, compared exactly.

use super::world::{Browser, CALLBACK, World};
use crate::pages::style::STYLE_CSP;

#[test]
fn page_headers_forbid_framing_caching_and_foreign_targets() {
    let world = World::new();
    let client_id = world.register("App", &[CALLBACK]);
    let mut browser = Browser::default();
    let consent = world.consent_page(&mut browser, &client_id);
    let policy = |form_action| {
        format!(
            "default-src 'none'; style-src {STYLE_CSP}; img-src data:; form-action {form_action}; frame-ancestors 'none'; \
             base-uri 'none'"
        )
    };
    let error = world.get("/authorize");
    for (page, form_action) in [(&consent, "'self'"), (&error, "'none'")] {
        let mut headers: Vec<String> = page
            .headers()
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "content-length" | "x-request-id"))
            .map(|(name, value)| format!("{name}: {}", value.to_str().expect("ASCII")))
            .collect();
        headers.sort_unstable();
        let expected = [
            "cache-control: no-store".to_owned(),
            "content-language: en".to_owned(),
            format!("content-security-policy: {}", policy(form_action)),
            "content-type: text/html; charset=utf-8".to_owned(),
            "cross-origin-resource-policy: same-origin".to_owned(),
            "permissions-policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()"
                .to_owned(),
            "referrer-policy: no-referrer".to_owned(),
            "vary: accept-language".to_owned(),
            "x-content-type-options: nosniff".to_owned(),
            "x-frame-options: DENY".to_owned(),
            "x-robots-tag: noindex".to_owned(),
        ];
        assert_eq!(headers, expected);
    }
}
