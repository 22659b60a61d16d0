//! `/emulator/uploads/{storage_path}`: takes the bytes behind a signed link, and serves what was uploaded.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};

use crate::controls::message;
use crate::decisions::UPLOAD_MAX;
use crate::host::{Host, SqlError};
use crate::people::PEOPLE;
use crate::pipeline::{Incoming, header};
use crate::resources::upload_tokens::may_put;
use crate::resources::uploads::File;
use crate::store::{files, settings, workspaces};

/// Answers a request for an uploaded file.
pub(crate) async fn answer(host: &impl Host, incoming: Incoming<'_>) -> Response<Bytes> {
    let path = incoming.path.trim_start_matches('/');
    let outcome = match incoming.method {
        "GET" | "HEAD" => get(host, path).await,
        "PUT" => put(host, path, &incoming).await,
        _ => Ok(say(405, "An upload is PUT and read with GET.")),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("upload: {}", error.0);
        say(500, "The emulator failed; its log says why.")
    })
}

async fn get(host: &impl Host, path: &str) -> Result<Response<Bytes>, SqlError> {
    let Some(file) = files::get(host, path).await? else {
        return Ok(say(404, "There is no such file."));
    };
    let mut response = Response::new(file.bytes);
    let media_type = HeaderValue::from_str(&file.content_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = response.headers_mut();
    headers.insert("content-type", media_type);
    // The portal lives on this origin, so nothing here may run.
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("access-control-allow-origin", "*"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// The token binds the path, the media type and the time.
async fn put(
    host: &impl Host,
    path: &str,
    incoming: &Incoming<'_>,
) -> Result<Response<Bytes>, SqlError> {
    let token = form_urlencoded::parse(incoming.query.as_bytes())
        .find(|(name, _)| name == "token")
        .map(|(_, token)| token.into_owned())
        .unwrap_or_default();
    let content_type = header(incoming.headers, "content-type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let now = settings::load(host).await?.now(host);
    let mut signed = false;
    for person in &PEOPLE {
        let workspace = workspaces::load(host, person.id).await?.workspace;
        signed |= may_put(&workspace, path, &content_type, &token, now);
    }
    if !signed {
        return Ok(say(
            403,
            "The link is not valid: it has expired, or Content-Type is another one than announced.",
        ));
    }
    if incoming.body.is_empty() {
        return Ok(say(400, "The file is empty."));
    }
    if incoming.body.len() > UPLOAD_MAX {
        return Ok(say(413, "The file is too large."));
    }
    let file = File {
        path: path.to_owned(),
        content_type,
        bytes: incoming.body.clone(),
    };
    files::put(host, &file).await?;
    Ok(say(200, "Stored."))
}

fn say(status: u16, text: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(message(text).to_string()));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert("content-type", HeaderValue::from_static("application/json"));
    response
}
