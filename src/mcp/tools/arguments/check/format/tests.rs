//! Texts that have a format, and texts that nearly have it.

use super::*;

fn assert_format(format: Format, accepted: &[&str], refused: &[&str]) {
    for text in accepted {
        assert!(has_format(text, format), "{format:?} {text:?}");
    }
    for text in refused.iter().chain(&["", " ", "é", "\0"]) {
        let is_empty_reference = format == Format::UriReference && text.is_empty();
        assert!(
            is_empty_reference || !has_format(text, format),
            "{format:?} {text:?}"
        );
    }
}

#[test]
fn date_is_a_day_that_exists() {
    assert_format(
        Format::Date,
        &["2026-11-28", "2024-02-29", "2000-02-29", "0000-01-01"],
        &[
            "2026-02-29",
            "1900-02-29",
            "2026-04-31",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "2026-1-01",
            "26-01-01",
            "2026-01-01T",
            "+026-01-01",
            "2026-+1-01",
            "2026-01-+1",
            "２０２６-01-01",
            "2026/01/01",
            "-2026-01-01",
            "2026-01-01-",
            "10000-01-01",
        ],
    );
}

#[test]
fn date_time_has_a_zone_and_leap_seconds_end_a_day() {
    assert_format(
        Format::DateTime,
        &[
            "2026-11-28T23:59:59Z",
            "2026-11-28t00:00:00z",
            "2026-11-28T00:00:00.123456789+05:30",
            "1990-12-31T23:59:60Z",
            "1990-12-31T15:59:60-08:00",
            "1991-01-01T00:59:60+01:00",
        ],
        &[
            "2026-11-28",
            "2026-11-28T23:59:59",
            "2026-11-28 23:59:59Z",
            "2026-11-28T24:00:00Z",
            "2026-11-28T23:60:00Z",
            "2026-11-28T23:59:61Z",
            "2026-11-28T22:59:60Z",
            "2026-11-28T23:59:59.Z",
            "2026-11-28T23:59:59+0530",
            "2026-11-28T23:59:59+24:00",
            "2026-02-30T00:00:00Z",
            "2026-11-28T3:59:59Z",
            "2026-11-28T23:59:5Z",
            "2026-11-28T23:59:é",
            "2026-11-28T23:59:59é",
            "2026-11-28T23:59:59ZZ",
        ],
    );
}

#[test]
fn uuid_is_five_groups_of_hexadecimal_digits() {
    assert_format(
        Format::Uuid,
        &[
            "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b",
            "3F2B8C1E-5D4A-4E6F-9A7B-0C1D2E3F4A5B",
        ],
        &[
            "3f2b8c1e5d4a4e6f9a7b0c1d2e3f4a5b",
            "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5",
            "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5bb",
            "{3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b}",
            "3f2b8c1g-5d4a-4e6f-9a7b-0c1d2e3f4a5b",
            "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4aéb",
        ],
    );
}

#[test]
fn uri_has_a_scheme_and_no_spaces() {
    let uris = [
        "https://a.example/b?c#d",
        "urn:a",
        "https://[::1]/",
        "https://a.example/%C3%A9",
    ];
    let others = [
        "https://a b",
        "https://é.example/",
        "https://a.example/%G0",
        "http://[::1",
    ];
    let relative = ["/a", "a.example", "//a.example/b", "?a"];
    assert_format(Format::Uri, &uris, &[&others[..], &relative].concat());
    assert_format(
        Format::UriReference,
        &[&uris[..], &relative].concat(),
        &others,
    );
}

#[test]
fn email_has_a_local_part_and_a_domain() {
    assert_format(
        Format::Email,
        &[
            "a.b+c@example.com",
            "\"a b\"@example.com",
            "a@[127.0.0.1]",
            "a@[IPv6:::1]",
        ],
        &[
            "a",
            "@example.com",
            "a@",
            ".a@example.com",
            "a.@example.com",
            "a..b@example.com",
            "a b@example.com",
            "a@-b.com",
            "a@[127.0.0]",
            "\"@example.com",
            "ä@example.com",
        ],
    );
    let long = format!("{}@example.com", "a".repeat(65));
    assert_format(Format::Email, &[&long[1..]], &[&long]);
}

#[test]
fn hosts_and_addresses_are_complete() {
    let label = "a".repeat(63);
    let hosts = ["a", "a.example.", "xn--9ca.example", "1.2.3.4", &label];
    let long = format!("{label}a");
    assert_format(
        Format::Hostname,
        &hosts,
        &["a..b", "-a", "a-", "a_b", &long],
    );
    assert_format(
        Format::Ipv4,
        &["127.0.0.1"],
        &["127.0.0", "256.0.0.1", "127.0.0.01"],
    );
    assert_format(
        Format::Ipv6,
        &["::1", "::ffff:1.2.3.4"],
        &["[::1]", "1::2::3", "::g"],
    );
}
