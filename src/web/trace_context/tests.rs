//! Valid and invalid trace contexts, and what is sent for them.

use super::*;
use crate::testing::FakeHost;
use proptest::prelude::*;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

fn sent(context: &TraceContext) -> HeaderMap {
    let mut headers = HeaderMap::new();
    context.add_to(&mut headers, &FakeHost::silent());
    headers
}

#[test]
fn valid_context_is_sent_with_another_parent_id() {
    for (flags, sent_flags) in [("00", "00"), ("01", "01"), ("ff", "03"), ("04", "00")] {
        let parent = format!("00-{TRACE}-{PARENT}-{flags}");
        let context = TraceContext::parse(&parent, "vendor=a b,other@x=1").expect("valid");
        assert_eq!(context.trace_id(), TRACE);
        let headers = sent(&context);
        let parts: Vec<&str> = headers[TRACEPARENT]
            .to_str()
            .expect("ASCII")
            .split('-')
            .collect();
        let [version, trace, id, flags] = parts[..] else {
            panic!("{parts:?}");
        };
        assert_eq!((version, trace, flags), ("00", TRACE, sent_flags));
        assert!(is_lower_hex(id, 16) && id != PARENT, "{id}");
        assert_eq!(headers[TRACESTATE], "vendor=a b,other@x=1");
    }
}

#[test]
fn each_call_has_a_parent_id_of_its_own() {
    let parent = format!("00-{TRACE}-{PARENT}-01");
    let context = TraceContext::parse(&parent, "").expect("valid");
    let host = FakeHost::silent();
    let call = || {
        let mut headers = HeaderMap::new();
        context.add_to(&mut headers, &host);
        assert!(!headers.contains_key(TRACESTATE));
        headers[TRACEPARENT].clone()
    };
    assert_ne!(call(), call());
}

#[test]
fn invalid_traceparent_is_ignored() {
    let (zero_trace, zero_parent) = ("0".repeat(32), "0".repeat(16));
    for parent in [
        String::new(),
        format!("01-{TRACE}-{PARENT}-01"),
        format!("ff-{TRACE}-{PARENT}-01"),
        format!("00-{}-{PARENT}-01", TRACE.to_uppercase()),
        format!("00-{zero_trace}-{PARENT}-01"),
        format!("00-{TRACE}-{zero_parent}-01"),
        format!("00-{TRACE}-{PARENT}"),
        format!("00-{TRACE}-{PARENT}-01-extra"),
        format!("00-{TRACE}-{PARENT}-0g"),
        format!(" 00-{TRACE}-{PARENT}-01"),
        format!("00-{}-{PARENT}-01", &TRACE[1..]),
    ] {
        assert_eq!(TraceContext::parse(&parent, "a=b"), None, "{parent}");
    }
    let mut twice = HeaderMap::new();
    for _ in 0..2 {
        let value = format!("00-{TRACE}-{PARENT}-01");
        twice.append(TRACEPARENT, value.parse().expect("a header"));
    }
    assert_eq!(TraceContext::of_headers(&twice), None);
}

#[test]
fn state_outside_its_limits_is_dropped_alone() {
    let parent = format!("00-{TRACE}-{PARENT}-01");
    for state in [
        "a".repeat(513),
        format!("a={}", "b".repeat(511)),
        vec!["a=b"; 33].join(","),
        "no-value".to_owned(),
        "a=b=c".to_owned(),
        "a=b\r\nx-api-key: c".to_owned(),
        "A=b".to_owned(),
        "a=é".to_owned(),
    ] {
        let context = TraceContext::parse(&parent, &state).expect("a valid parent");
        assert!(!sent(&context).contains_key(TRACESTATE), "{state}");
    }
}

#[test]
fn state_of_several_header_fields_is_one_list() {
    let mut headers = HeaderMap::new();
    let parent = format!("00-{TRACE}-{PARENT}-00");
    headers.append(TRACEPARENT, parent.parse().expect("a header"));
    headers.append(TRACESTATE, "a=1".parse().expect("a header"));
    headers.append(TRACESTATE, "b=2".parse().expect("a header"));
    let context = TraceContext::of_headers(&headers).expect("valid");
    assert_eq!(sent(&context)[TRACESTATE], "a=1,b=2");
}

proptest! {
    #[test]
    fn any_text_gives_valid_headers_or_none(parent in ".{0,80}", state in ".{0,80}") {
        if let Some(context) = TraceContext::parse(&parent, &state) {
            prop_assert_eq!(sent(&context)[TRACEPARENT].len(), 55);
        }
    }
}
