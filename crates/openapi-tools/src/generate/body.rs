//! Request bodies.

use serde_json::{Value, json};

use super::arguments::{Arguments, NewArgument};
use super::binary::{base64, is_binary};
use super::media_type::{Media, essence, is_json, is_text, rank};
use crate::context::{Context, Mode};
use crate::problem::at;
use crate::table::{Body, BodyEncoding, Kind, Location, Style};

impl<'d> Context<'d> {
    /// Adds the arguments of a request body. If the body has several media types, the most convenient one is chosen.
    pub(crate) fn body<'a>(
        &mut self,
        body: &'d Value,
        pointer: &str,
        arguments: &mut Arguments<'a>,
    ) -> Option<Body<'a>> {
        let (body, pointer) = self.object(body, pointer, "a request body")?;
        let content_pointer = at(&pointer, "content");
        let Some(Value::Object(content)) = body.get("content") else {
            self.report
                .problem(&content_pointer, "a request body must have \"content\"");
            return None;
        };
        let Some((media_type, media)) = content
            .iter()
            .min_by_key(|(media_type, _)| rank(media_type))
        else {
            self.report.warn(
                &content_pointer,
                "the body has no media type and is left out",
            );
            return None;
        };
        let others: Vec<&str> = content
            .keys()
            .filter(|other| *other != media_type)
            .map(String::as_str)
            .collect();
        if !others.is_empty() {
            self.report.warn(
                &content_pointer,
                format!(
                    "bodies are sent as {media_type} only, not as {}",
                    others.join(", ")
                ),
            );
        }
        let place = at(&content_pointer, media_type);
        let valid = media_type.contains('/')
            && media_type
                .bytes()
                .all(|byte| byte.is_ascii_graphic() || byte == b' ');
        if !valid {
            self.report
                .problem(&place, format!("{media_type:?} is not a media type"));
            return None;
        }
        let (map, place) = self.object(media, &place, "a media type")?;
        let media = Media {
            media_type,
            map,
            pointer: place,
            required: body.get("required") == Some(&Value::Bool(true)),
        };
        match essence(media_type).as_str() {
            _ if is_json(media_type) => self.json_body(&media, media_type, arguments),
            "application/x-www-form-urlencoded" => {
                self.form_body(&media, BodyEncoding::Form, arguments)
            }
            "multipart/form-data" => self.form_body(&media, BodyEncoding::Multipart, arguments),
            other if other.starts_with("multipart/") => {
                self.report.problem(
                    &media.pointer,
                    format!("bodies of type {other} are not supported; multipart/form-data is"),
                );
                None
            }
            other if other.contains('*') => self.ranged_body(&media, other, arguments),
            _ => self.raw_body(&media, media_type, arguments),
        }
    }

    /// The normal form of the schema of a body, if it has one.
    fn body_schema(&mut self, media: &Media<'d>) -> Option<Value> {
        let schema = media.map.get("schema")?;
        Some(self.normal(schema, &at(&media.pointer, "schema"), Mode::Input, 0))
    }

    fn json_body<'a>(
        &mut self,
        media: &Media<'d>,
        media_type: &str,
        arguments: &mut Arguments<'a>,
    ) -> Option<Body<'a>> {
        let schema = self.body_schema(media).unwrap_or(Value::Bool(true));
        let place = at(&media.pointer, "schema");
        let body = Body {
            media_type: arguments.arena.text(media_type),
            encoding: BodyEncoding::Json,
            required: media.required,
        };
        let view = self.object_view(&schema, &place, Mode::Input, 0);
        let closed = self
            .resolved(&schema, Mode::Input, 0)
            .get("additionalProperties")
            == Some(&Value::Bool(false));
        match view {
            Some(view) if !view.properties.is_empty() || closed => {
                self.members(media, view, BodyEncoding::Json, arguments);
                Some(body)
            }
            _ => {
                let kind = self.kind(&schema, Mode::Input);
                self.whole_body(media, schema, kind, arguments);
                Some(body)
            }
        }
    }

    fn form_body<'a>(
        &mut self,
        media: &Media<'d>,
        encoding: BodyEncoding,
        arguments: &mut Arguments<'a>,
    ) -> Option<Body<'a>> {
        let schema = self
            .body_schema(media)
            .unwrap_or_else(|| json!({ "type": ["object"] }));
        let place = at(&media.pointer, "schema");
        let Some(view) = self.object_view(&schema, &place, Mode::Input, 0) else {
            self.report
                .problem(&place, "the schema of a form must be an object");
            return None;
        };
        let empty = view.properties.is_empty();
        if empty && (view.open || media.required) {
            self.report.warn(
                &place,
                "the form declares no fields; the tool sends it empty",
            );
        }
        self.members(media, view, encoding, arguments);
        let media_type = if encoding == BodyEncoding::Form {
            media.media_type
        } else {
            "multipart/form-data"
        };
        Some(Body {
            media_type: arguments.arena.text(media_type),
            encoding,
            required: media.required,
        })
    }

    /// A body whose media type is a range such as `*/*`: objects and arrays are sent as JSON, other values as text or
    /// bytes.
    fn ranged_body<'a>(
        &mut self,
        media: &Media<'d>,
        range: &str,
        arguments: &mut Arguments<'a>,
    ) -> Option<Body<'a>> {
        let schema = self.body_schema(media);
        let kind = schema
            .as_ref()
            .map_or(Kind::Binary, |schema| self.kind(schema, Mode::Input));
        let chosen = match range {
            "*/*" | "application/*" if matches!(kind, Kind::Object | Kind::Array) => {
                "application/json"
            }
            "text/*" => "text/plain",
            _ => "application/octet-stream",
        };
        self.report.warn(
            &media.pointer,
            format!("the media type is a range; bodies are sent as {chosen}"),
        );
        if chosen == "application/json" {
            self.json_body(media, chosen, arguments)
        } else {
            self.raw_body(media, chosen, arguments)
        }
    }

    fn raw_body<'a>(
        &mut self,
        media: &Media<'d>,
        media_type: &str,
        arguments: &mut Arguments<'a>,
    ) -> Option<Body<'a>> {
        let schema = self.body_schema(media);
        let text = is_text(&essence(media_type));
        let (schema, kind) = match schema {
            Some(schema) if text && self.is_plain_string(&schema) => (schema, Kind::Scalar),
            schema if text => {
                if schema.is_some_and(|schema| schema != Value::Bool(true)) {
                    self.report.warn(
                        &at(&media.pointer, "schema"),
                        format!(
                            "the body is given as {media_type} text; its schema is not checked"
                        ),
                    );
                }
                (
                    json!({ "type": ["string"], "description": format!("{media_type} text.") }),
                    Kind::Scalar,
                )
            }
            schema => {
                let description = schema
                    .as_ref()
                    .and_then(|schema| schema.get("description"))
                    .and_then(Value::as_str);
                (
                    base64(self.options.binary_max_bytes, description),
                    Kind::Binary,
                )
            }
        };
        self.whole_body(media, schema, kind, arguments);
        Some(Body {
            media_type: arguments.arena.text(media_type),
            encoding: BodyEncoding::Raw,
            required: media.required,
        })
    }

    fn is_plain_string(&mut self, schema: &Value) -> bool {
        let resolved = self.resolved(schema, Mode::Input, 0);
        resolved.get("type") == Some(&json!(["string"])) && !is_binary(&resolved)
    }

    /// Adds the one argument that is the whole body.
    fn whole_body(
        &mut self,
        media: &Media<'d>,
        schema: Value,
        kind: Kind,
        arguments: &mut Arguments<'_>,
    ) {
        let new = NewArgument {
            wire_name: "body",
            location: Location::WholeBody,
            kind,
            style: Style::Json,
            explode: false,
            allow_reserved: false,
            schema,
            required: media.required,
        };
        arguments.add(self, new, "body", &media.pointer);
    }
}
