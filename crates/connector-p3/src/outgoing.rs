//! Messages that go out: replies to clients, and requests to servers.

use bytes::Bytes;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Extensions, HeaderMap, Method, Request, StatusCode};
use spin_sdk::wasip3::http::types::{self, ErrorCode, Fields, RequestOptions, Trailers};
use spin_sdk::wasip3::wit_bindgen::{FutureReader, StreamReader};
use spin_sdk::wasip3::{spawn, wit_future, wit_stream};
use tokportal_connector::Reply;

/// The most bytes that are written at once. The pieces of a longer body are copied one after the other. A list of tools is one
/// piece.
const PIECE: usize = 128 * 1024;

/// The reply to a client. Its body is written after it was returned.
///
/// # Errors
/// A header that the host does not accept.
pub(crate) fn reply(reply: Reply) -> Result<types::Response, ErrorCode> {
    let (parts, body) = reply.into_parts();
    let (contents, trailers) = written(body, parts.extensions);
    let (response, _) = types::Response::new(fields(&parts.headers)?, contents, trailers);
    if parts.status != StatusCode::OK {
        let status = parts.status.as_u16();
        response
            .set_status_code(status)
            .map_err(|()| internal("status"))?;
    }
    Ok(response)
}

/// A request to a server.
///
/// # Errors
/// A part that the host does not accept.
pub(crate) fn request(
    request: Request<Bytes>,
    options: RequestOptions,
) -> Result<types::Request, ErrorCode> {
    let (parts, body) = request.into_parts();
    let (contents, trailers) = written(body, parts.extensions);
    let headers = fields(&parts.headers)?;
    let (request, _) = types::Request::new(headers, contents, trailers, Some(options));
    if parts.method != Method::GET {
        let method = method(&parts.method);
        request
            .set_method(&method)
            .map_err(|()| internal("method"))?;
    }
    let scheme = if parts.uri.scheme() == Some(&Scheme::HTTP) {
        types::Scheme::Http
    } else {
        types::Scheme::Https
    };
    request
        .set_scheme(Some(&scheme))
        .map_err(|()| internal("scheme"))?;
    let authority = parts.uri.authority().map(Authority::as_str);
    request
        .set_authority(authority)
        .map_err(|()| internal("authority"))?;
    let path = parts.uri.path_and_query().map(PathAndQuery::as_str);
    request
        .set_path_with_query(path)
        .map_err(|()| internal("path"))?;
    Ok(request)
}

fn internal(what: &str) -> ErrorCode {
    ErrorCode::InternalError(Some(format!("the host does not accept the {what}")))
}

fn method(method: &Method) -> types::Method {
    use types::Method as Raw;
    match *method {
        Method::GET => Raw::Get,
        Method::HEAD => Raw::Head,
        Method::POST => Raw::Post,
        Method::PUT => Raw::Put,
        Method::DELETE => Raw::Delete,
        Method::PATCH => Raw::Patch,
        _ => Raw::Other(method.to_string()),
    }
}

fn fields(headers: &HeaderMap) -> Result<Fields, ErrorCode> {
    let owned = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.as_str().to_owned(), value.as_bytes().to_owned())
    };
    let list: Vec<(String, Vec<u8>)> = headers.iter().map(owned).collect();
    Fields::from_list(&list).map_err(|_| internal("headers"))
}

type TrailersReader = FutureReader<Result<Option<Trailers>, ErrorCode>>;

/// The stream of a body, and its trailers, of which there are none. Both are written when the host asks for them. The bytes
/// and the extensions of the message are kept until all of them are written.
fn written(mut bytes: Bytes, extensions: Extensions) -> (Option<StreamReader<u8>>, TrailersReader) {
    // The default is written when the writer is dropped.
    let (_, trailers) = wit_future::new(|| Ok(None));
    if bytes.is_empty() {
        return (None, trailers);
    }
    let (mut writer, contents) = wit_stream::new();
    spawn(async move {
        while !bytes.is_empty() {
            // A piece that is the whole body is not copied.
            let piece = bytes.split_to(bytes.len().min(PIECE));
            // What is left over is what no one reads any more.
            if !writer.write_all(piece.into()).await.is_empty() {
                break;
            }
        }
        drop(extensions);
    });
    (Some(contents), trailers)
}
