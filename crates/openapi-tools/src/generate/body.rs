//! Request bodies.

use serde_json::{Map, Value, json};

use super::arguments::{Arguments, NewArgument, annotate, describe};
use super::context::{Context, Mode};
use super::parameters::query_style;
use crate::model::Body;
use crate::problem::at;
use crate::schema::object::ObjectView;
use crate::table::{BodyEncoding, Kind, Location, Style};

/// Longest file name argument in characters.
const MAX_FILE_NAME: usize = 255;

/// Whether a media type is JSON: `application/json`, `text/json` or a `+json` type (RFC 6839).
pub(crate) fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    matches!(essence.as_str(), "application/json" | "text/json") || essence.ends_with("+json")
}

fn essence(media_type: &str) -> String {
    media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

fn is_text(essence: &str) -> bool {
    essence.starts_with("text/")
        || essence.ends_with("+xml")
        || essence.ends_with("+yaml")
        || matches!(
            essence,
            "application/xml"
                | "application/yaml"
                | "application/x-yaml"
                | "application/toml"
                | "application/graphql"
                | "application/javascript"
                | "application/sql"
                | "application/x-ndjson"
                | "application/ndjson"
                | "application/jsonl"
                | "application/json-seq"
        )
}

/// Preference among the media types of a body; lower is better.
fn rank(media_type: &str) -> usize {
    match essence(media_type).as_str() {
        "application/json" => 0,
        _ if is_json(media_type) => 1,
        "application/x-www-form-urlencoded" => 2,
        "multipart/form-data" => 3,
        "*/*" | "application/*" => 4,
        text if is_text(text) => 5,
        "application/octet-stream" => 6,
        _ => 7,
    }
}

/// One media type of a body.
struct Media<'d> {
    media_type: &'d str,
    map: &'d Map<String, Value>,
    pointer: String,
    required: bool,
}

impl<'d> Context<'d> {
    /// Adds the arguments of a request body. With several media types the most convenient one is taken.
    pub(crate) fn body(
        &mut self,
        body: &'d Value,
        pointer: &str,
        arguments: &mut Arguments,
    ) -> Option<Body> {
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
                    format!("bodies of type {other} cannot be written; multipart/form-data can"),
                );
                None
            }
            other if other.contains('*') => self.ranged_body(&media, other, arguments),
            _ => self.raw_body(&media, media_type, arguments),
        }
    }

    fn body_schema(&mut self, media: &Media<'d>) -> Option<Value> {
        let schema = media.map.get("schema")?;
        Some(self.normal(schema, &at(&media.pointer, "schema"), Mode::Input, 0))
    }

    fn json_body(
        &mut self,
        media: &Media<'d>,
        media_type: &str,
        arguments: &mut Arguments,
    ) -> Option<Body> {
        let schema = self.body_schema(media).unwrap_or(Value::Bool(true));
        let place = at(&media.pointer, "schema");
        let body = Body {
            media_type: media_type.to_owned(),
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

    fn form_body(
        &mut self,
        media: &Media<'d>,
        encoding: BodyEncoding,
        arguments: &mut Arguments,
    ) -> Option<Body> {
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
            self.report
                .warn(&place, "the form names no fields; the tool sends it empty");
        }
        self.members(media, view, encoding, arguments);
        let media_type = if encoding == BodyEncoding::Form {
            media.media_type
        } else {
            "multipart/form-data"
        };
        Some(Body {
            media_type: media_type.to_owned(),
            encoding,
            required: media.required,
        })
    }

    /// A body whose media type is a range such as `*/*`: objects go as JSON, everything else as bytes.
    fn ranged_body(
        &mut self,
        media: &Media<'d>,
        range: &str,
        arguments: &mut Arguments,
    ) -> Option<Body> {
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

    fn raw_body(
        &mut self,
        media: &Media<'d>,
        media_type: &str,
        arguments: &mut Arguments,
    ) -> Option<Body> {
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
                let described = schema
                    .as_ref()
                    .and_then(|schema| schema.get("description"))
                    .and_then(Value::as_str);
                (self.base64(described), Kind::Binary)
            }
        };
        self.whole_body(media, schema, kind, arguments);
        Some(Body {
            media_type: media_type.to_owned(),
            encoding: BodyEncoding::Raw,
            required: media.required,
        })
    }

    fn is_plain_string(&mut self, schema: &Value) -> bool {
        let resolved = self.resolved(schema, Mode::Input, 0);
        resolved.get("type") == Some(&json!(["string"])) && !is_binary(&resolved)
    }

    fn whole_body(
        &mut self,
        media: &Media<'d>,
        schema: Value,
        kind: Kind,
        arguments: &mut Arguments,
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

    /// One argument for each member of an object body.
    fn members(
        &mut self,
        media: &Media<'d>,
        view: ObjectView,
        encoding: BodyEncoding,
        arguments: &mut Arguments,
    ) {
        let place = at(&media.pointer, "schema");
        if view.open && !view.properties.is_empty() {
            self.report.warn(
                &place,
                "members that the schema does not name cannot be sent",
            );
        }
        for keyword in &view.lost {
            self.report.warn(
                &place,
                format!("{keyword:?} cannot be said of flat arguments; only the API checks it"),
            );
        }
        if !media.required && !view.required.is_empty() {
            self.report.warn(
                &place,
                "the body is optional, so its required members are not required of the tool",
            );
        }
        if media.required
            && let Some(name) = view
                .required
                .iter()
                .find(|name| !view.properties.contains_key(*name))
        {
            self.report.warn(
                &place,
                format!("the required member {name:?} is not described"),
            );
        }
        let encodings = media.map.get("encoding").and_then(Value::as_object);
        for (name, mut schema) in view.properties {
            let pointer = at(&at(&place, "properties"), &name);
            let required = media.required && view.required.contains(&name);
            let own = encodings
                .and_then(|encodings| encodings.get(&name))
                .and_then(Value::as_object);
            if encoding == BodyEncoding::Multipart
                && self.file_member(&name, &schema, own, required, &pointer, arguments)
            {
                continue;
            }
            if encoding != BodyEncoding::Json {
                crate::schema::kind::without_null(&mut schema);
            }
            let kind = self.kind(&schema, Mode::Input);
            let (style, explode) = self.member_style(
                encoding,
                kind,
                own,
                &at(&at(&media.pointer, "encoding"), &name),
            );
            let new = NewArgument {
                wire_name: &name,
                location: Location::Body,
                kind,
                style,
                explode,
                allow_reserved: own
                    .is_some_and(|own| own.get("allowReserved") == Some(&Value::Bool(true))),
                schema,
                required,
            };
            arguments.add(self, new, &name, &pointer);
        }
    }

    fn member_style(
        &mut self,
        encoding: BodyEncoding,
        kind: Kind,
        own: Option<&Map<String, Value>>,
        pointer: &str,
    ) -> (Style, bool) {
        let json = own
            .and_then(|own| own.get("contentType"))
            .and_then(Value::as_str)
            .is_some_and(is_json);
        match encoding {
            BodyEncoding::Json | BodyEncoding::Raw => return (Style::Json, false),
            _ if json => return (Style::Json, false),
            BodyEncoding::Multipart if kind == Kind::Object => return (Style::Json, false),
            BodyEncoding::Multipart | BodyEncoding::Form => {}
        }
        let style = match own.and_then(|own| own.get("style")).and_then(Value::as_str) {
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

    /// Adds a file part and its file name; `false` where the member is not a file.
    fn file_member(
        &mut self,
        name: &str,
        schema: &Value,
        own: Option<&Map<String, Value>>,
        required: bool,
        pointer: &str,
        arguments: &mut Arguments,
    ) -> bool {
        let resolved = self.resolved(schema, Mode::Input, 0);
        let media_type = own
            .and_then(|own| own.get("contentType"))
            .and_then(Value::as_str);
        let untyped = resolved.get("type").is_none()
            && media_type
                .is_some_and(|media_type| !is_json(media_type) && !is_text(&essence(media_type)));
        let items = resolved
            .get("items")
            .map(|items| self.resolved(items, Mode::Input, 0));
        let list = items.as_ref().is_some_and(is_binary);
        if !is_binary(&resolved) && !untyped && !list {
            return false;
        }
        if list {
            self.report
                .warn(pointer, "the part takes several files; the tool sends one");
        }
        let described = resolved.get("description").and_then(Value::as_str);
        let mut file = self.base64(described);
        if resolved.get("deprecated").is_some() {
            annotate(&mut file, "deprecated", Value::Bool(true));
        }
        let part = |location, kind, schema, required| NewArgument {
            wire_name: name,
            location,
            kind,
            style: Style::Form,
            explode: true,
            allow_reserved: false,
            schema,
            required,
        };
        let argument = arguments.add(
            self,
            part(Location::Body, Kind::Binary, file, required),
            name,
            pointer,
        );
        let file_name =
            json!({ "type": ["string"], "description": "File name.", "maxLength": MAX_FILE_NAME });
        arguments.add(
            self,
            part(Location::BodyFileName, Kind::Scalar, file_name, false),
            &format!("{argument}_name"),
            pointer,
        );
        true
    }

    /// The schema of bytes as text, with the length that the options allow.
    fn base64(&self, described: Option<&str>) -> Value {
        let longest = self.options.binary_max_bytes.div_ceil(3).saturating_mul(4);
        let mut schema =
            json!({ "type": ["string"], "contentEncoding": "base64", "maxLength": longest });
        describe(
            &mut schema,
            &described.map_or_else(
                || "Base64.".to_owned(),
                |text| format!("{} Base64.", text.trim()),
            ),
        );
        schema
    }
}

/// Whether a string schema stands for bytes: `format: binary` in 3.0, a media type without an encoding in 3.1.
fn is_binary(schema: &Value) -> bool {
    let string = schema
        .get("type")
        .and_then(Value::as_array)
        .is_none_or(|types| types.iter().any(|name| name == "string"));
    let binary = schema
        .get("format")
        .is_some_and(|format| format == "binary")
        || (schema.get("contentMediaType").is_some() && schema.get("contentEncoding").is_none());
    string && binary
}
