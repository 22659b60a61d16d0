//! `/upload`: signed links, files sent inline, and images from links. The bytes are stored beside the workspace, see
//! [`crate::store::files`]; what a signed link accepts is in [`crate::upload_links`].

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::{Host, Url};

use crate::answer::Answer;
use crate::decisions::{UNREACHABLE_DOMAIN, UPLOAD_LINK_LIFE_MS, UPLOAD_MAX};
use crate::error::{ApiError, Code};
use crate::request::{Context, Request};
use crate::resources::media_types::{Kind, media_type};
use crate::resources::upload_tokens::sign;
use crate::workspace::Workspace;

/// What the uploads of a workspace need.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uploads {
    /// Signs links. Made with the first one.
    #[serde(default)]
    pub(super) secret: Option<String>,
}

/// A file to be stored beside the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// `storage_path`.
    pub path: String,
    /// Media type.
    pub content_type: String,
    /// Content.
    pub bytes: Bytes,
}

/// One transparent pixel, which stands for every image from a link.
const PIXEL: [u8; 68] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x15, 0xc4,
    0x89, 0x00, 0x00, 0x00, 0x0b, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x60, 0x00, 0x02, 0x00,
    0x00, 0x05, 0x00, 0x01, 0x7a, 0x5e, 0xab, 0x3f, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44,
    0xae, 0x42, 0x60, 0x82,
];
/// What stands for itself in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'/');

/// `POST /upload/video`.
pub fn video_link(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    link(workspace, request, context, Kind::Video)
}

/// `POST /upload/image`.
pub fn image_link(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    link(workspace, request, context, Kind::Image)
}

fn link(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
    kind: Kind,
) -> Result<Answer, ApiError> {
    let field = |name: &str| request.body[name].as_str().unwrap_or_default();
    let name = field("filename");
    let content_type = media_type(kind, request.body["content_type"].as_str(), name)?;
    let path = new_path(workspace, context, field("bundle_id"), name)?;
    let secret = if context.dry_run {
        // Such a link opens nothing.
        context.secret()
    } else {
        workspace
            .uploads
            .secret
            .get_or_insert_with(|| context.secret())
            .clone()
    };
    let until = context.now + UPLOAD_LINK_LIFE_MS;
    let token = format!("{until}.{}", sign(&secret, &path, &content_type, until));
    let public_url = public_url(context, &path);
    let mut links = json!({
        "upload_url": format!("{public_url}?token={token}"),
        "public_url": public_url,
    });
    if kind == Kind::Image {
        links["token"] = json!(token);
        links["storage_path"] = json!(path);
    }
    Ok(Answer::ok(links))
}

/// `POST /upload/video/direct`.
pub fn video_direct(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    direct(workspace, request, context, Kind::Video)
}

/// `POST /upload/image/direct`.
pub fn image_direct(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    direct(workspace, request, context, Kind::Image)
}

fn direct(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
    kind: Kind,
) -> Result<Answer, ApiError> {
    let form = request.form()?;
    let bundle_id = form
        .text("bundle_id")
        .ok_or_else(|| ApiError::field("bundle_id", "is required"))?;
    if let Some(purpose) = form.text("purpose").filter(|_| kind == Kind::Image)
        && !["carousel", "profile_picture"].contains(&purpose.as_str())
    {
        return Err(ApiError::field(
            "purpose",
            "must be carousel or profile_picture",
        ));
    }
    let part = form.part("file")?;
    let name = part.file_name.as_deref().unwrap_or_default();
    // Clients that do not know a type say this one.
    let stated = part
        .content_type
        .as_deref()
        .filter(|stated| *stated != "application/octet-stream");
    let content_type = media_type(kind, stated, name)?;
    if part.bytes.is_empty() {
        return Err(ApiError::field("file", "is empty"));
    }
    if part.bytes.len() > UPLOAD_MAX {
        return Err(ApiError::new(
            Code::PayloadTooLarge,
            format!("A file has at most {UPLOAD_MAX} bytes here."),
        ));
    }
    let path = new_path(workspace, context, &bundle_id, name)?;
    let file = File {
        path,
        content_type,
        bytes: part.bytes.clone(),
    };
    Ok(stored(context, name, file))
}

/// `POST /upload/image/from-url`: one pixel stands for the image, because the emulator fetches nothing.
pub fn image_from_url(
    workspace: &mut Workspace,
    request: &Request,
    context: &Context,
) -> Result<Answer, ApiError> {
    let field = |name: &str| request.body[name].as_str().unwrap_or_default();
    let url = Url::parse(field("url")).map_err(|_| ApiError::field("url", "must be a URL"))?;
    if !is_public(&url) {
        return Err(ApiError::field("url", "must be a public link"));
    }
    let name = url
        .path_segments()
        .and_then(|mut segments| segments.next_back())
        .unwrap_or_default();
    // A link without an ending may well lead to an image.
    if name.contains('.') {
        media_type(Kind::Image, None, name)
            .map_err(|_| ApiError::field("url", "must lead to an image"))?;
    }
    let path = new_path(workspace, context, field("bundle_id"), name)?;
    let file = File {
        path,
        content_type: "image/png".to_owned(),
        bytes: Bytes::from_static(&PIXEL),
    };
    Ok(stored(context, name, file))
}

fn stored(context: &Context, name: &str, file: File) -> Answer {
    let data: Value = json!({
        "public_url": public_url(context, &file.path),
        "storage_path": file.path,
        "filename": name,
        "size_bytes": file.bytes.len(),
        "content_type": file.content_type,
    });
    Answer::ok(data).with_file(file)
}

/// A path for a new file of an order. It holds a fresh id, so nothing is ever replaced by accident.
fn new_path(
    workspace: &mut Workspace,
    context: &Context,
    bundle_id: &str,
    name: &str,
) -> Result<String, ApiError> {
    let bundle_id = workspace.bundle(bundle_id)?.id.clone();
    let safe: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        .collect();
    // The end of a long name has the ending.
    let tail = safe.len().saturating_sub(80);
    let safe = match safe[tail..].trim_start_matches('.') {
        "" => "file",
        safe => safe,
    };
    let id = workspace.new_id(context);
    Ok(format!("{bundle_id}/{id}-{safe}"))
}

fn public_url(context: &Context, path: &str) -> String {
    let path = utf8_percent_encode(path, PATH);
    format!("{}/emulator/uploads/{path}", context.public_url)
}

fn is_public(url: &Url) -> bool {
    let web = matches!(url.scheme(), "http" | "https");
    let public = match url.host() {
        Some(Host::Domain(name)) => {
            name.contains('.')
                && !name.ends_with(UNREACHABLE_DOMAIN)
                && !name.ends_with(".local")
                && !name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => {
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_unspecified())
        }
        Some(Host::Ipv6(address)) => !(address.is_loopback() || address.is_unspecified()),
        None => false,
    };
    web && public
}
