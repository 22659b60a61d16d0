//! `/emulator/uploads/{storage_path}`: takes the bytes behind a signed link, and serves what was uploaded.

use crate::answer::File;
use crate::api::uploads::{FILE_MAX, links};
use crate::host::{Host, SqlError};
use crate::incoming::{Incoming, header};
use crate::outgoing::{self, NO_SNIFF, Response, message, response};
use crate::people::PEOPLE;
use crate::store::files;
use crate::workspaces;

/// Answers a request below `/emulator/uploads`.
pub(crate) async fn answer(host: &impl Host, incoming: Incoming<'_>) -> Response {
    let outcome = match incoming.method {
        "GET" | "HEAD" => get(host, &incoming).await,
        "PUT" => put(host, &incoming).await,
        _ => Ok(message(405, "An upload is PUT and read with GET.")),
    };
    outcome.unwrap_or_else(|error| outgoing::failed("upload", &error))
}

async fn get(host: &impl Host, incoming: &Incoming<'_>) -> Result<Response, SqlError> {
    let path = incoming.path.trim_start_matches('/');
    let Some(file) = files::get(host, path).await? else {
        return Ok(message(404, "There is no such file."));
    };
    let headers = [
        ("content-type", file.content_type.as_str()),
        ("access-control-allow-origin", "*"),
        // The portal is on this origin, so nothing in a file may run.
        ("content-security-policy", "default-src 'none'; sandbox"),
        NO_SNIFF,
    ];
    Ok(response(200, file.bytes, &headers))
}

/// The token binds the path, the media type and the time.
async fn put(host: &impl Host, incoming: &Incoming<'_>) -> Result<Response, SqlError> {
    let path = incoming.path.trim_start_matches('/');
    let mut pairs = form_urlencoded::parse(incoming.query.as_bytes());
    let token = pairs.find(|(name, _)| name == "token");
    let token = token.unwrap_or_default().1;
    let content_type = header(incoming.headers, "content-type").unwrap_or_default();
    let content_type = content_type.to_ascii_lowercase();
    let mut opened = false;
    for person in &PEOPLE {
        let workspace = workspaces::load(host, person.id).await?.workspace;
        opened |= links::opens(&workspace, path, &content_type, &token);
    }
    let (status, text) = match incoming.body.len() {
        _ if !opened => (403, "The link is expired, or for another path or type."),
        0 => (400, "The file is empty."),
        size if size > FILE_MAX => (413, "The file is too large."),
        _ => {
            let file = File {
                path: path.to_owned(),
                content_type,
                bytes: incoming.body.clone(),
            };
            files::put(host, &file).await?;
            (200, "Stored.")
        }
    };
    Ok(message(status, text))
}
