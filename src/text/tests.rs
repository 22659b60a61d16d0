use super::*;

#[test]
fn display_name_has_no_deceptive_characters() {
    assert_eq!(
        display_name("evil\u{202e}moc.edualc\u{2066}", 80),
        "evilmoc.edualc"
    );
    assert_eq!(
        display_name(" Claude\r\n\t\u{2028} Code\0 ", 80),
        "Claude Code"
    );
    assert_eq!(display_name("C\u{200b}laude\u{e0041}", 80), "Claude");
    assert_eq!(display_name("\u{3164}\u{2800}\u{200b}", 80), "");
    assert_eq!(
        display_name("Z\u{300}\u{301}\u{302}\u{303}o", 80),
        "Z\u{300}\u{301}o"
    );
}

#[test]
fn display_name_keeps_every_script_and_emoji() {
    for name in [
        "Café Überblick",
        "クロード",
        "مساعد",
        "👩\u{200d}💻 Helper",
        "Việt",
    ] {
        assert_eq!(display_name(name, 80), name);
    }
}

#[test]
fn long_display_name_ends_with_an_ellipsis() {
    assert_eq!(display_name("abcdef", 6), "abcdef");
    assert_eq!(display_name("abcdefg", 6), "abcde…");
    assert_eq!(display_name("abcd efgh", 6), "abcd…");
    assert_eq!(display_name(&"é".repeat(1000), 80).chars().count(), 80);
}

#[test]
fn internationalized_host_is_readable() {
    for (host, readable) in [
        ("xn--mnchen-3ya.example", Some("münchen.example")),
        ("xn--mnchen-3ya.example:8443", Some("münchen.example:8443")),
        ("a.xn--wgv71a119e.example", Some("a.日本語.example")),
        ("claude.ai", None),
        ("xn--.example", None),
        ("xn--a.example", None),
        ("xn--999999999.example", None),
    ] {
        assert_eq!(readable_host(host).as_deref(), readable, "{host}");
    }
}

#[test]
fn url_is_ascii_after_encoding() {
    assert_eq!(
        ascii_url("https://claude.ai/a?b=c&d=%20"),
        "https://claude.ai/a?b=c&d=%20"
    );
    assert_eq!(
        ascii_url("https://cl\u{430}ude.ai/\u{202e}\n"),
        "https://cl%D0%B0ude.ai/%E2%80%AE%0A"
    );
}

#[test]
fn keys_are_taken_out_of_names() {
    for (name, expected) in [
        ("Claude Code", "Claude Code"),
        ("sk_0a1b/1", "[key]/1"),
        ("my app sk_live_0A1b, and sk_2", "my app [key], and [key]"),
        ("Asksk_", "Ask[key]"),
    ] {
        assert_eq!(without_keys(name), expected);
    }
}
