//! The members of an object body as arguments.

use serde_json::{Map, Value, json};

use super::arguments::{Arguments, NewArgument, annotate};
use super::binary::{base64, is_binary};
use super::media_type::{Media, essence, is_json, is_text};
use crate::context::{Context, Mode};
use crate::problem::at;
use crate::schema::nullable::without_null;
use crate::schema::object::ObjectView;
use crate::table::{BodyEncoding, Kind, Location, Style};

/// Longest file name argument in characters.
const MAX_FILE_NAME: usize = 255;

impl<'d> Context<'d> {
    /// Adds one argument for each member of an object body.
    pub(crate) fn members(
        &mut self,
        media: &Media<'d>,
        view: ObjectView,
        encoding: BodyEncoding,
        arguments: &mut Arguments<'_>,
    ) {
        let place = at(&media.pointer, "schema");
        if view.open && !view.properties.is_empty() {
            self.report.warn(
                &place,
                "members that the schema does not declare cannot be sent",
            );
        }
        for keyword in &view.lost {
            self.report.warn(
                &place,
                format!(
                    "{keyword:?} cannot be expressed by flat arguments; only the API checks it"
                ),
            );
        }
        if !media.required && !view.required.is_empty() {
            self.report.warn(
                &place,
                "the body is optional, so its required members become optional arguments",
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
                format!("the required member {name:?} is not declared"),
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
                without_null(&mut schema);
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

    /// Adds the arguments for a file and its name; returns `false`, without an argument, if the member is not a file.
    fn file_member(
        &mut self,
        name: &str,
        schema: &Value,
        own: Option<&Map<String, Value>>,
        required: bool,
        pointer: &str,
        arguments: &mut Arguments<'_>,
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
        let description = resolved.get("description").and_then(Value::as_str);
        let mut file = base64(self.options.binary_max_bytes, description);
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
}
