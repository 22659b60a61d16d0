//! Forms with files: `multipart/form-data` (RFC 7578) that is in memory as a whole.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use multer::Multipart;

use crate::error::ApiError;

/// Parts a form may have.
const PARTS_MAX: usize = 20;

/// One part of a form.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// Name of the field.
    pub(crate) name: String,
    /// Name of the file, if it is one.
    pub(crate) file_name: Option<String>,
    /// Media type of the file, if it is stated.
    pub(crate) content_type: Option<String>,
    /// Content.
    pub(crate) bytes: Bytes,
}

/// A form.
#[derive(Debug, Clone)]
pub(crate) struct Form(Vec<Part>);

impl Form {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` if the body is no such form.
    pub(crate) fn read(content_type: &str, body: &Bytes) -> Result<Self, ApiError> {
        let broken = |error: multer::Error| {
            ApiError::field("the body", &format!("is not a multipart form: {error}"))
        };
        let boundary = multer::parse_boundary(content_type).map_err(broken)?;
        let body = body.clone();
        let body = stream::once(async { Ok::<Bytes, Infallible>(body) });
        let mut form = Multipart::new(body, boundary);
        let read = async {
            let mut parts = Vec::new();
            while parts.len() <= PARTS_MAX
                && let Some(field) = form.next_field().await?
            {
                parts.push(Part {
                    name: field.name().unwrap_or_default().to_owned(),
                    file_name: field.file_name().map(str::to_owned),
                    content_type: field.content_type().map(ToString::to_string),
                    bytes: field.bytes().await?,
                });
            }
            Ok(Self(parts))
        };
        // The body is there, so nothing has to be waited for.
        let read = read.now_or_never();
        let form = read.unwrap_or(Err(multer::Error::IncompleteStream));
        match form.map_err(broken)? {
            Self(parts) if parts.len() > PARTS_MAX => {
                Err(ApiError::field("the body", "has more than 20 parts"))
            }
            form => Ok(form),
        }
    }

    /// The names of the parts, in the order in which they came.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|part| part.name.as_str())
    }

    /// Everything that a form says, in order: the same for two forms that differ in their boundary only.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().flat_map(|part| {
            [
                part.name.as_bytes(),
                part.file_name.as_deref().unwrap_or_default().as_bytes(),
                part.content_type.as_deref().unwrap_or_default().as_bytes(),
                &part.bytes,
            ]
        })
    }

    /// The part with this name.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` if there is none.
    pub(crate) fn part(&self, name: &str) -> Result<&Part, ApiError> {
        let part = self.0.iter().find(|part| part.name == name);
        part.ok_or_else(|| ApiError::field(name, "is required"))
    }

    /// The text of a part, if there is one with this name.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let part = self.part(name).ok()?;
        Some(String::from_utf8_lossy(&part.bytes).trim().to_owned())
    }
}
