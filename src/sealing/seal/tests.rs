use super::*;
use crate::testing::FakeHost;

fn sealer_of(secret: &str) -> Sealer {
    Sealer::new(&Secret::new(secret))
}

#[test]
fn sealed_value_opens_only_for_its_purpose_and_root_secret() {
    let host = FakeHost::silent();
    let sealer = sealer_of("one");
    let sealed = sealer.seal(&host, Purpose::Consent, &"planted");
    assert_eq!(
        sealer.open::<String>(Purpose::Consent, &sealed).as_deref(),
        Some("planted")
    );
    assert_eq!(sealer.open::<String>(Purpose::SignIn, &sealed), None);
    assert_eq!(
        sealer_of("two").open::<String>(Purpose::Consent, &sealed),
        None
    );
    assert!(!sealed.contains("planted"));
    assert_ne!(
        sealed,
        sealer.seal(&host, Purpose::Consent, &"planted"),
        "nonces are fresh"
    );
}

#[test]
fn sealed_value_with_a_changed_character_does_not_open() {
    let host = FakeHost::silent();
    let sealer = sealer_of("one");
    let sealed = sealer.seal(&host, Purpose::Consent, &42);
    for i in 0..sealed.len() {
        let mut changed = sealed.clone().into_bytes();
        changed[i] = if changed[i] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).expect("ASCII");
        assert_eq!(
            sealer.open::<i32>(Purpose::Consent, &changed),
            None,
            "at {i}"
        );
    }
    for wrong in ["", "A", "!", &sealed[..20], &format!("{sealed}=")] {
        assert_eq!(sealer.open::<i32>(Purpose::Consent, wrong), None, "{wrong}");
    }
}

#[test]
fn value_sealed_under_a_code_opens_only_with_that_code() {
    let host = FakeHost::silent();
    let sealer = sealer_of("one");
    let record = sealer.seal_under_code(&host, &Secret::new("code"), &"key");
    let open =
        |sealer: &Sealer, code| sealer.open_under_code::<String>(&Secret::new(code), &record);
    assert_eq!(open(&sealer, "code").as_deref(), Some("key"));
    assert_eq!(open(&sealer, "edoc"), None);
    assert_eq!(open(&sealer_of("two"), "code"), None);
}

#[test]
fn signature_is_valid_only_for_its_text_and_purpose() {
    let sealer = sealer_of("one");
    let signature = sealer.sign(Purpose::ClientId, "text");
    let signature = signature.expose();
    assert!(sealer.is_signed(Purpose::ClientId, "text", signature));
    assert!(!sealer.is_signed(Purpose::ClientSecret, "text", signature));
    assert!(!sealer.is_signed(Purpose::ClientId, "texts", signature));
    for wrong in ["", &signature[1..], &signature[..42]] {
        assert!(!sealer.is_signed(Purpose::ClientId, "text", wrong));
    }
}
