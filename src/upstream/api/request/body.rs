//! The body of a request: JSON, a form, multipart, or raw bytes.

use super::argument::{self, ArgumentError};
use crate::upstream::api::encode;
use crate::upstream::api::multipart::Multipart;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use openapi_tools::table::{Argument, Body, BodyEncoding, Kind, Location, Operation};
use serde::Serializer;
use serde_json::{Map, Value};

/// The media type and the bytes of the body, if the operation has one and an argument fills it or it is required.
pub(super) fn build(
    operation: &Operation<'_>,
    arguments: &Map<String, Value>,
    boundary: impl FnOnce() -> String,
) -> Result<Option<(String, Bytes)>, ArgumentError> {
    let Some(body) = operation.body else {
        return Ok(None);
    };
    if let Some(argument) = argument::at(operation, Location::WholeBody).next() {
        let bytes = match arguments.get(argument.name) {
            Some(value) => whole_body(body, argument, value)?,
            None if body.required => Vec::new(),
            None => return Ok(None),
        };
        return Ok(Some((body.media_type.to_owned(), bytes.into())));
    }
    let members: Vec<(&Argument<'_>, &Value)> = argument::at(operation, Location::Body)
        .filter_map(|argument| Some((argument, arguments.get(argument.name)?)))
        .collect();
    if members.is_empty() && !body.required {
        return Ok(None);
    }
    let (media_type, bytes) = match body.encoding {
        BodyEncoding::Json | BodyEncoding::Raw => {
            let mut text = Vec::new();
            let object = members
                .into_iter()
                .map(|(argument, value)| (argument.wire_name, value));
            serde_json::Serializer::new(&mut text)
                .collect_map(object)
                .map_err(|_| ArgumentError::inconsistent(operation))?;
            (body.media_type.to_owned(), text)
        }
        BodyEncoding::Form => {
            let mut pairs = Vec::new();
            for (argument, value) in members {
                let encoded = encode::query(argument, value)
                    .map_err(|error| ArgumentError::new(argument.name, error.0))?;
                pairs.extend(encoded.into_iter().map(|(k, v)| format!("{k}={v}")));
            }
            (body.media_type.to_owned(), pairs.join("&").into_bytes())
        }
        BodyEncoding::Multipart => {
            let mut form = Multipart::new(boundary());
            for (argument, value) in members {
                add_part(operation, arguments, &mut form, argument, value)?;
            }
            form.finish()
        }
    };
    Ok(Some((media_type, bytes.into())))
}

/// The bytes of a body that is the value of one argument.
fn whole_body(
    body: Body<'_>,
    argument: &Argument<'_>,
    value: &Value,
) -> Result<Vec<u8>, ArgumentError> {
    match (body.encoding, argument.kind) {
        (BodyEncoding::Json, _) => Ok(value.to_string().into_bytes()),
        (_, Kind::Binary) => decode_base64(argument, value),
        _ => Ok(scalar(argument, value)?.into_bytes()),
    }
}

/// Adds an argument to a multipart body: a binary value as a file, an array of scalars as one field for each item, any
/// other array or object as JSON text.
fn add_part(
    operation: &Operation<'_>,
    arguments: &Map<String, Value>,
    form: &mut Multipart,
    argument: &Argument<'_>,
    value: &Value,
) -> Result<(), ArgumentError> {
    let is_scalar = |value: &Value| !value.is_object() && !value.is_array();
    match (argument.kind, value) {
        (Kind::Binary, value) => {
            let bytes = decode_base64(argument, value)?;
            let file_name = argument::at(operation, Location::BodyFileName)
                .find(|name| name.wire_name == argument.wire_name)
                .and_then(|name| arguments.get(name.name))
                .and_then(Value::as_str)
                .unwrap_or(argument.wire_name);
            let media_type = media_type_of_file(file_name);
            form.file(argument.wire_name, file_name, media_type, &bytes);
        }
        (_, Value::Array(items)) if items.iter().all(is_scalar) => {
            for item in items {
                form.text(argument.wire_name, &scalar(argument, item)?);
            }
        }
        (_, Value::Array(_) | Value::Object(_)) => {
            form.text(argument.wire_name, &value.to_string());
        }
        (_, value) => form.text(argument.wire_name, &scalar(argument, value)?),
    }
    Ok(())
}

fn scalar(argument: &Argument<'_>, value: &Value) -> Result<String, ArgumentError> {
    encode::scalar(value).map_err(|error| ArgumentError::new(argument.name, error.0))
}

fn decode_base64(argument: &Argument<'_>, value: &Value) -> Result<Vec<u8>, ArgumentError> {
    let text = value
        .as_str()
        .ok_or_else(|| ArgumentError::new(argument.name, "must be base64 text"))?;
    STANDARD.decode(text).map_err(|error| {
        let problem = format!("must be standard base64 with padding ({error})");
        ArgumentError::new(argument.name, problem)
    })
}

/// The media type of a file by its name's extension, for the types that the API accepts (`docs/UPSTREAM.md`, section
/// 14).
fn media_type_of_file(file_name: &str) -> &'static str {
    let extension = file_name.rsplit('.').next().unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "heic" => "image/heic",
        "heif" => "image/heif",
        "mp4" | "m4v" => "video/mp4",
        "mov" => "video/quicktime",
        "webm" => "video/webm",
        "csv" => "text/csv",
        _ => "application/octet-stream",
    }
}
