//! Which media the uploads take, and how the media type of a file is found.

use crate::error::ApiError;

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Video,
    Image,
}

/// Images that are taken. SVG is not: it can hold scripts.
const IMAGES: [&str; 6] = ["jpeg", "png", "webp", "gif", "heic", "heif"];

/// The stated media type, or the one that the name of the file implies, if the operation takes it.
pub(super) fn media_type(kind: Kind, stated: Option<&str>, name: &str) -> Result<String, ApiError> {
    let found = stated.map_or_else(|| implied(kind, name), str::to_owned);
    let found = found.trim().to_ascii_lowercase();
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-.+".contains(&byte);
    let fits = match (kind, found.split_once('/')) {
        (Kind::Video, Some(("video", rest))) => !rest.is_empty() && rest.bytes().all(is_token),
        (Kind::Image, Some(("image", rest))) => IMAGES.contains(&rest),
        _ => false,
    };
    let rule = match kind {
        Kind::Video => "must be that of a video",
        Kind::Image => "must be that of a JPEG, PNG, WebP, GIF or HEIC image",
    };
    let misfit = || ApiError::field("content_type", rule);
    fits.then_some(found).ok_or_else(misfit)
}

/// The media type that the ending of a file name stands for. A video may have any ending.
fn implied(kind: Kind, name: &str) -> String {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match (ending.to_ascii_lowercase().as_str(), kind) {
        ("mov", _) => "video/quicktime".to_owned(),
        ("m4v", _) => "video/x-m4v".to_owned(),
        ("jpg", _) => "image/jpeg".to_owned(),
        ("webm", _) => "video/webm".to_owned(),
        (image, _) if IMAGES.contains(&image) => format!("image/{image}"),
        (_, Kind::Video) => "video/mp4".to_owned(),
        (_, Kind::Image) => String::new(),
    }
}
