//! `/upload`: signed links, files in a form, and images from links. The files themselves are in [`crate::store::files`];
//! [`crate::upload_links`] takes and serves them.

pub(crate) mod links;
mod media_types;

use bytes::Bytes;
use serde_json::json;
use url::Url;

pub(crate) use self::media_types::Kind;
use self::media_types::media_type;
use crate::answer::{Answer, File};
use crate::api::orders::bundle::Bundle;
use crate::call::{Call, Reply};
use crate::error::{ApiError, Code};
use crate::workspace::Workspace;

/// Bytes of a file.
pub(crate) const FILE_MAX: usize = 20 << 20;

/// One transparent pixel, which stands for every image from a link.
const PIXEL: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
    \0\0\0\x0bIDAT\x78\x9c\x63\x60\0\x02\0\0\x05\0\x01\x7a\x5e\xab\x3f\0\0\0\0IEND\xae\x42\x60\x82";

/// `POST /upload/image/from-url`. The emulator fetches nothing.
pub(crate) fn image_from_url(workspace: &mut Workspace, call: &Call) -> Reply {
    let url = Url::parse(call.field("url").unwrap_or_default());
    let url = url.ok().filter(is_public);
    let url = url.ok_or_else(|| ApiError::field("url", "must be a public link"))?;
    let name = url.path().rsplit('/').next().unwrap_or_default();
    // A link without an ending may lead to an image. HEIC is taken from files only.
    let implied = media_type(Kind::Image, None, name);
    if name.contains('.') && implied.map_or(true, |implied| implied.starts_with("image/hei")) {
        return Err(ApiError::field("url", "must lead to an image"));
    }
    let path = new_path(workspace, call, call.field("bundle_id"), name)?;
    let pixel = Bytes::from_static(PIXEL);
    Ok(stored(call, name, path, "image/png".to_owned(), pixel))
}

/// `POST /upload/video` and `/upload/image`.
pub(crate) fn link(workspace: &mut Workspace, call: &Call, kind: Kind) -> Reply {
    let name = call.field("filename").unwrap_or_default();
    let content_type = media_type(kind, call.field("content_type"), name)?;
    let path = new_path(workspace, call, call.field("bundle_id"), name)?;
    let token = links::sign(workspace, call, &path, &content_type);
    let public_url = public_url(call, &path);
    Ok(Answer::data(json!({
        "upload_url": format!("{public_url}?token={token}"),
        "public_url": public_url,
        "token": token,
        "storage_path": path,
    })))
}

/// `POST /upload/video/direct` and `/upload/image/direct`; only the latter has a purpose.
pub(crate) fn direct(workspace: &mut Workspace, call: &Call, kind: Kind) -> Reply {
    let form = call.form()?;
    let purpose = form.text("purpose");
    let purpose = purpose.filter(|_| matches!(kind, Kind::Image));
    if purpose.is_some_and(|purpose| !["carousel", "profile_picture"].contains(&&*purpose)) {
        let rule = "must be carousel or profile_picture";
        return Err(ApiError::field("purpose", rule));
    }
    let part = form.part("file")?;
    let name = part.file_name.as_deref().unwrap_or_default();
    // Clients state this type when they do not know a better one.
    let unknown = "application/octet-stream";
    let stated = part.content_type.as_deref().filter(|of| *of != unknown);
    let content_type = media_type(kind, stated, name)?;
    if part.bytes.is_empty() {
        return Err(ApiError::field("file", "is empty"));
    }
    if part.bytes.len() > FILE_MAX {
        let message = format!("A file has at most {FILE_MAX} bytes.");
        return Err(ApiError::new(Code::PayloadTooLarge, message));
    }
    let path = new_path(workspace, call, form.text("bundle_id").as_deref(), name)?;
    Ok(stored(call, name, path, content_type, part.bytes.clone()))
}

fn stored(call: &Call, name: &str, path: String, content_type: String, bytes: Bytes) -> Answer {
    let mut answer = Answer::data(json!({
        "public_url": public_url(call, &path),
        "storage_path": path,
        "filename": name,
        "size_bytes": bytes.len(),
        "content_type": content_type,
    }));
    answer.file = Some(File {
        path,
        content_type,
        bytes,
    });
    answer
}

/// A path for a new file of an order, which a link can spell as it is. No other call gets the same one, even if the two
/// run at once.
fn new_path(
    workspace: &Workspace,
    call: &Call,
    id: Option<&str>,
    name: &str,
) -> Result<String, ApiError> {
    let bundle = id.ok_or_else(|| ApiError::field("bundle_id", "is required"))?;
    let bundle = workspace.find::<Bundle>(bundle)?.id;
    let safe = |c: &char| c.is_ascii_alphanumeric() || "-_.".contains(*c);
    let name: String = name.chars().filter(safe).collect();
    // The end of a long name has the ending.
    let name = match name[name.len().saturating_sub(80)..].trim_start_matches('.') {
        "" => "file",
        name => name,
    };
    Ok(format!("{bundle}/{}-{name}", &call.secret()[..32]))
}

fn public_url(call: &Call, path: &str) -> String {
    format!("{}/emulator/uploads/{path}", call.public_url)
}

/// Whether a link names a host as the internet does: not by an address, and not below a name of a local network.
fn is_public(url: &Url) -> bool {
    let name = url.domain().and_then(|name| name.rsplit_once('.'));
    let inner = ["invalid", "local", "localhost"];
    let public = name.is_some_and(|(_, top)| !inner.contains(&top));
    public && matches!(url.scheme(), "http" | "https")
}
