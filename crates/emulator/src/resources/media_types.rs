//! Which media the uploads take, and how the media type of a file is found.

use crate::error::ApiError;

/// What kind of media an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Any video.
    Video,
    /// A picture that browsers show.
    Image,
}

/// Media types by the ending of a file name.
const TYPES: [(&str, &str); 10] = [
    ("mp4", "video/mp4"),
    ("m4v", "video/x-m4v"),
    ("mov", "video/quicktime"),
    ("webm", "video/webm"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
    ("heic", "image/heic"),
];
/// Images that are taken. SVG is not: it can hold scripts.
const IMAGES: [&str; 6] = [
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "image/heic",
    "image/heif",
];
/// The stated media type, or the one that the file's name stands for, if the operation takes it.
///
/// # Errors
/// `VALIDATION_ERROR` if it does not.
pub(super) fn media_type(kind: Kind, stated: Option<&str>, name: &str) -> Result<String, ApiError> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    let guessed = ending.and_then(|ending| {
        TYPES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(ending))
            .map(|(_, media_type)| *media_type)
    });
    let found = stated.or(guessed).unwrap_or(match kind {
        Kind::Video => "video/mp4",
        Kind::Image => "",
    });
    let media_type = found.trim().to_ascii_lowercase();
    let fits = match kind {
        Kind::Image => IMAGES.contains(&media_type.as_str()),
        Kind::Video => media_type.strip_prefix("video/").is_some_and(|rest| {
            !rest.is_empty()
                && rest
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-.+".contains(&byte))
        }),
    };
    if fits {
        return Ok(media_type);
    }
    Err(ApiError::field(
        "content_type",
        match kind {
            Kind::Video => "must be a video's",
            Kind::Image => "must be image/jpeg, image/png, image/webp, image/gif or image/heic",
        },
    ))
}
