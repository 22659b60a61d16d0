//! How arrays and objects are serialized outside JSON: OpenAPI `style` and `explode`.

use serde_json::{Map, Value};

use super::media_type::is_json;
use crate::context::Context;
use crate::problem::at;
use crate::table::{BodyEncoding, Kind, Location, Style};

impl Context<'_> {
    /// The style of a parameter.
    pub(crate) fn parameter_style(
        &mut self,
        map: &Map<String, Value>,
        location: Location,
        pointer: &str,
    ) -> Style {
        let default = if location == Location::Query {
            Style::Form
        } else {
            Style::Simple
        };
        let Some(style) = map.get("style") else {
            return default;
        };
        let known = match (style.as_str().unwrap_or_default(), location) {
            ("simple", Location::Path | Location::Header) => Some(Style::Simple),
            ("label", Location::Path) => Some(Style::Label),
            ("matrix", Location::Path) => Some(Style::Matrix),
            (name, Location::Query) => query_style(name),
            _ => None,
        };
        known.unwrap_or_else(|| {
            self.report.warn(
                &at(pointer, "style"),
                format!("the style {style} does not exist here; the default is used"),
            );
            default
        })
    }

    /// Style and `explode` of a body member. `own` is its Encoding Object, found at `pointer`.
    pub(crate) fn member_style(
        &mut self,
        encoding: BodyEncoding,
        kind: Kind,
        own: Option<&Map<String, Value>>,
        pointer: &str,
    ) -> (Style, bool) {
        let text = |name| own.and_then(|own| own.get(name)).and_then(Value::as_str);
        let json = text("contentType").is_some_and(is_json);
        match encoding {
            BodyEncoding::Json | BodyEncoding::Raw => return (Style::Json, false),
            _ if json => return (Style::Json, false),
            BodyEncoding::Multipart if kind == Kind::Object => return (Style::Json, false),
            BodyEncoding::Multipart | BodyEncoding::Form => {}
        }
        let style = match text("style") {
            None => Style::Form,
            Some(name) => query_style(name).unwrap_or_else(|| {
                self.report.warn(
                    &at(pointer, "style"),
                    format!("the style {name:?} does not exist here; the default is used"),
                );
                Style::Form
            }),
        };
        let explode = own
            .and_then(|own| own.get("explode"))
            .and_then(Value::as_bool)
            .unwrap_or(style == Style::Form);
        (style, explode)
    }
}

/// The styles of query parameters and form fields.
fn query_style(name: &str) -> Option<Style> {
    match name {
        "form" => Some(Style::Form),
        "spaceDelimited" => Some(Style::SpaceDelimited),
        "pipeDelimited" => Some(Style::PipeDelimited),
        "deepObject" => Some(Style::DeepObject),
        _ => None,
    }
}
