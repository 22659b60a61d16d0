//! Path, query, header and cookie parameters.

use serde_json::{Map, Value, json};

use super::arguments::{Arguments, NewArgument, annotate, describe};
use super::media_type::is_json;
use super::paths::Piece;
use crate::context::{Context, Mode};
use crate::problem::{at, nth};
use crate::schema::nullable::without_null;
use crate::table::{Kind, Location, Style};

/// A parameter of the operation, after references and overrides.
struct Parameter<'d> {
    map: &'d Map<String, Value>,
    name: &'d str,
    /// The member `in`.
    place: &'d str,
    pointer: String,
}

impl Parameter<'_> {
    /// Whether both have the name and the location that identify a parameter.
    fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.place == other.place
    }
}

impl<'d> Context<'d> {
    /// Adds the parameters of a path item and of its operation. Those of the operation override those of the path item.
    pub(crate) fn parameters(
        &mut self,
        item: Option<(&'d Value, String)>,
        operation: Option<(&'d Value, String)>,
        path: &[Piece],
        path_pointer: &str,
        arguments: &mut Arguments<'_>,
    ) {
        let mut all: Vec<Parameter<'d>> = Vec::new();
        for (list, pointer) in [item, operation].into_iter().flatten() {
            let mut own: Vec<Parameter<'d>> = Vec::new();
            self.read_list(list, &pointer, &mut own);
            for parameter in own {
                match all.iter_mut().find(|known| known.is_same(&parameter)) {
                    Some(overridden) => *overridden = parameter,
                    None => all.push(parameter),
                }
            }
        }
        self.undeclared(&all, path, path_pointer, arguments);
        for place in ["path", "query", "header", "cookie"] {
            for parameter in all.iter().filter(|parameter| parameter.place == place) {
                self.parameter(parameter, path, arguments);
            }
        }
    }

    fn read_list(&mut self, list: &'d Value, pointer: &str, out: &mut Vec<Parameter<'d>>) {
        let Value::Array(list) = list else {
            self.report.problem(pointer, "parameters must be a list");
            return;
        };
        for (index, value) in list.iter().enumerate() {
            let used = nth(pointer, index);
            let Some((map, found)) = self.object(value, &used, "a parameter") else {
                continue;
            };
            let (Some(name), Some(place)) = (
                map.get("name").and_then(Value::as_str),
                map.get("in").and_then(Value::as_str),
            ) else {
                self.report
                    .problem(&found, "a parameter must have \"name\" and \"in\"");
                continue;
            };
            if !["path", "query", "header", "cookie"].contains(&place) {
                self.report.problem(&at(&found, "in"), format!("a parameter cannot be in {place:?}; path, query, header and cookie are known"));
                continue;
            }
            let parameter = Parameter {
                map,
                name,
                place,
                pointer: found,
            };
            match out.iter_mut().find(|known| known.is_same(&parameter)) {
                Some(known) => {
                    self.report.warn(
                        &used,
                        format!(
                            "the {place} parameter {name:?} is listed twice; the last one counts"
                        ),
                    );
                    *known = parameter;
                }
                None => out.push(parameter),
            }
        }
    }

    /// Adds the parameters that occur in the path template and are not declared.
    fn undeclared(
        &mut self,
        all: &[Parameter<'_>],
        path: &[Piece],
        pointer: &str,
        arguments: &mut Arguments<'_>,
    ) {
        for piece in path {
            let Piece::Parameter(name) = piece else {
                continue;
            };
            let declared = all
                .iter()
                .any(|parameter| parameter.place == "path" && parameter.name == name);
            if declared
                || arguments
                    .list
                    .iter()
                    .any(|argument| argument.wire_name == *name)
            {
                continue;
            }
            self.report.warn(
                pointer,
                format!("the path parameter {name:?} is not declared; it is taken as a string"),
            );
            let new = NewArgument {
                wire_name: name,
                location: Location::Path,
                kind: Kind::Scalar,
                style: Style::Simple,
                explode: false,
                allow_reserved: false,
                schema: json!({ "type": ["string"] }),
                required: true,
            };
            arguments.add(self, new, name, pointer);
        }
    }

    fn parameter(
        &mut self,
        parameter: &Parameter<'d>,
        path: &[Piece],
        arguments: &mut Arguments<'_>,
    ) {
        let Parameter {
            map,
            name,
            place,
            pointer,
        } = parameter;
        let required = map.get("required") == Some(&Value::Bool(true));
        let location = match *place {
            "path" => {
                if !path.contains(&Piece::Parameter((*name).to_owned())) {
                    self.report.warn(
                        pointer,
                        format!("the path has no {{{name}}}; the parameter is left out"),
                    );
                    return;
                }
                if !required {
                    self.report
                        .warn(pointer, "a path parameter is always required");
                }
                Location::Path
            }
            "query" => Location::Query,
            "header" => {
                // OpenAPI 3.1, section 4.8.12.1, has definitions of these three ignored.
                if ["accept", "content-type", "authorization"]
                    .contains(&name.to_ascii_lowercase().as_str())
                {
                    return;
                }
                if name.is_empty() || !name.bytes().all(is_token_byte) {
                    self.report
                        .problem(&at(pointer, "name"), "is not the name of a header");
                    return;
                }
                Location::Header
            }
            _ if required => {
                self.report.problem(
                    pointer,
                    format!("the cookie {name:?} is required, and tools send no cookies"),
                );
                return;
            }
            _ => {
                self.report.warn(
                    pointer,
                    format!("the cookie {name:?} is left out: tools send no cookies"),
                );
                return;
            }
        };
        let (mut schema, as_json) = self.parameter_schema(map, pointer);
        without_null(&mut schema);
        let kind = self.kind(&schema, Mode::Input);
        if let Some(Value::String(text)) = map.get("description") {
            describe(&mut schema, text);
        }
        if map.get("deprecated") == Some(&Value::Bool(true)) {
            annotate(&mut schema, "deprecated", Value::Bool(true));
        }
        let style = if as_json {
            Style::Json
        } else {
            self.parameter_style(map, location, pointer)
        };
        let explode = map
            .get("explode")
            .and_then(Value::as_bool)
            .unwrap_or(style == Style::Form);
        let new = NewArgument {
            wire_name: name,
            location,
            kind,
            style,
            explode,
            allow_reserved: location == Location::Query
                && map.get("allowReserved") == Some(&Value::Bool(true)),
            schema,
            required: required || location == Location::Path,
        };
        arguments.add(self, new, name, pointer);
    }

    /// The schema of a parameter, and whether the value is sent as JSON text.
    fn parameter_schema(&mut self, map: &'d Map<String, Value>, pointer: &str) -> (Value, bool) {
        if let Some(schema) = map.get("schema") {
            return (
                self.normal(schema, &at(pointer, "schema"), Mode::Input, 0),
                false,
            );
        }
        let place = at(pointer, "content");
        let string = || json!({ "type": ["string"] });
        match map
            .get("content")
            .and_then(Value::as_object)
            .and_then(|content| content.iter().next())
        {
            Some((media_type, media)) if is_json(media_type) => {
                let place = at(&place, media_type);
                match media.get("schema") {
                    Some(schema) => (
                        self.normal(schema, &at(&place, "schema"), Mode::Input, 0),
                        true,
                    ),
                    None => (Value::Bool(true), true),
                }
            }
            Some((media_type, _)) => {
                self.report.warn(
                    &at(&place, media_type),
                    "the argument is a string that the caller writes in this media type",
                );
                (string(), false)
            }
            None => {
                self.report.warn(
                    pointer,
                    "the parameter has neither \"schema\" nor \"content\"; it is taken as a string",
                );
                (string(), false)
            }
        }
    }
}

/// Whether a byte may occur in a `token` (RFC 9110, section 5.6.2).
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
