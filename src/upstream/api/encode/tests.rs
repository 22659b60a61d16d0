//! The styles of OpenAPI, and values that must not change the structure of a request.

use super::*;
use openapi_tools::table::{Kind, Location};
use serde_json::json;

fn argument(style: Style, explode: bool) -> Argument<'static> {
    Argument {
        name: "color",
        wire_name: "color",
        location: Location::Query,
        kind: Kind::Any,
        style,
        explode,
        allow_reserved: false,
    }
}

fn encoded_query(style: Style, explode: bool, value: &Value) -> String {
    let pairs = query(&argument(style, explode), value).expect("encodes");
    let pairs: Vec<String> = pairs.into_iter().map(|(k, v)| format!("{k}={v}")).collect();
    pairs.join("&")
}

/// The table of OpenAPI 3.1, section 4.8.12.4.
#[test]
fn values_are_encoded_as_in_the_examples_of_openapi() {
    let array = json!(["blue", "black", "brown"]);
    let object = json!({"R": 100, "G": 200, "B": 150});
    for (style, explode, value, expected) in [
        (Style::Form, false, &array, "color=blue,black,brown"),
        (
            Style::Form,
            true,
            &array,
            "color=blue&color=black&color=brown",
        ),
        (Style::Form, false, &object, "color=R,100,G,200,B,150"),
        (Style::Form, true, &object, "R=100&G=200&B=150"),
        (
            Style::SpaceDelimited,
            false,
            &array,
            "color=blue%20black%20brown",
        ),
        (
            Style::PipeDelimited,
            false,
            &array,
            "color=blue%7Cblack%7Cbrown",
        ),
        (
            Style::DeepObject,
            true,
            &object,
            "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
        ),
    ] {
        assert_eq!(encoded_query(style, explode, value), expected);
    }
    for (style, explode, value, expected) in [
        (Style::Simple, false, &array, "blue,black,brown"),
        (Style::Simple, true, &object, "R=100,G=200,B=150"),
        (Style::Simple, false, &object, "R,100,G,200,B,150"),
        (Style::Label, true, &array, ".blue.black.brown"),
        (Style::Label, false, &array, ".blue,black,brown"),
        (Style::Matrix, false, &array, ";color=blue,black,brown"),
        (
            Style::Matrix,
            true,
            &array,
            ";color=blue;color=black;color=brown",
        ),
        (Style::Matrix, true, &object, ";R=100;G=200;B=150"),
    ] {
        assert_eq!(
            path(&argument(style, explode), value).as_deref(),
            Ok(expected)
        );
    }
}

#[test]
fn a_query_value_cannot_end_its_pair() {
    assert_eq!(
        encoded_query(Style::Form, true, &json!("a&b=c#d")),
        "color=a%26b%3Dc%23d"
    );
    let mut reserved = argument(Style::Form, true);
    reserved.allow_reserved = true;
    let pairs = query(&reserved, &json!("/a?b&c#d+e")).expect("encodes");
    assert_eq!(pairs[0].1, "/a?b%26c%23d%2Be");
}

#[test]
fn a_path_value_cannot_change_the_path() {
    for value in ["", ".", "..", "a\nb", "\u{0}", "\u{7f}"] {
        assert!(
            path(&argument(Style::Simple, false), &json!(value)).is_err(),
            "{value:?}"
        );
    }
    assert_eq!(
        path(&argument(Style::Simple, false), &json!("../a/%2e?b#c\\")).as_deref(),
        Ok("..%2Fa%2F%252e%3Fb%23c%5C")
    );
}

#[test]
fn a_header_value_must_be_printable_ascii() {
    let simple = argument(Style::Simple, false);
    assert!(header(&simple, &json!("order-1")).is_ok());
    for value in ["a\r\nX-Evil: 1", "é", " padded", "\u{0}"] {
        assert!(header(&simple, &json!(value)).is_err(), "{value:?}");
    }
}
