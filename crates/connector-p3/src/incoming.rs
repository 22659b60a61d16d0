//! Messages that come in: requests of clients, and responses of servers.
//!
//! The conversions of the SDK make more resources of the host than the connector needs, and read a body to the end of its
//! stream even when `Content-Length` says that nothing follows. Both are calls of the host, for each request.

use http::header::CONTENT_LENGTH;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use spin_sdk::wasip3::http::types::{self, ErrorCode, Fields, Trailers};
use spin_sdk::wasip3::wit_bindgen::{FutureReader, FutureWriter, StreamReader, StreamResult};
use spin_sdk::wasip3::wit_future;

/// The most bytes that are read at once.
const CHUNK: usize = 64 * 1024;

/// The request of a client.
///
/// # Errors
/// A method, URL or header that is not valid HTTP.
pub(crate) fn request(raw: types::Request) -> Result<Request<Body>, http::Error> {
    let headers = headers(&raw.get_headers())?;
    let mut uri = Uri::builder();
    if let Some(authority) = raw.get_authority() {
        // The builder wants a scheme beside an authority; the core reads none.
        let authority: Authority = authority.parse()?;
        uri = uri.scheme(Scheme::HTTP).authority(authority);
    }
    let path = raw.get_path_with_query();
    let path: PathAndQuery = path.as_deref().unwrap_or("/").parse()?;
    let uri = uri.path_and_query(path).build()?;
    let method = method(raw.get_method())?;
    let (result, sent) = wit_future::new(|| Ok(()));
    let (stream, trailers) = types::Request::consume_body(raw, sent);
    let mut request = Request::new(Body::new(stream, trailers, result, &headers));
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(request)
}

/// The response of a server.
///
/// # Errors
/// A status or header that is not valid HTTP.
pub(crate) fn response(raw: types::Response) -> Result<Response<Body>, http::Error> {
    let status = StatusCode::from_u16(raw.get_status_code())?;
    let headers = headers(&raw.get_headers())?;
    let (result, sent) = wit_future::new(|| Ok(()));
    let (stream, trailers) = types::Response::consume_body(raw, sent);
    let mut response = Response::new(Body::new(stream, trailers, result, &headers));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

fn headers(fields: &Fields) -> Result<HeaderMap, http::Error> {
    let fields = fields.copy_all();
    let mut headers = HeaderMap::with_capacity(fields.len());
    for (name, value) in fields {
        let name = HeaderName::from_bytes(name.as_bytes())?;
        headers.try_append(
            name,
            HeaderValue::from_maybe_shared(bytes::Bytes::from(value))?,
        )?;
    }
    Ok(headers)
}

fn method(raw: types::Method) -> Result<Method, http::Error> {
    use types::Method as Raw;
    Ok(match raw {
        Raw::Get => Method::GET,
        Raw::Head => Method::HEAD,
        Raw::Post => Method::POST,
        Raw::Put => Method::PUT,
        Raw::Delete => Method::DELETE,
        Raw::Connect => Method::CONNECT,
        Raw::Options => Method::OPTIONS,
        Raw::Trace => Method::TRACE,
        Raw::Patch => Method::PATCH,
        Raw::Other(name) => Method::from_bytes(name.as_bytes())?,
    })
}

type TrailersReader = FutureReader<Result<Option<Trailers>, ErrorCode>>;

/// A body that is being read.
pub(crate) struct Body {
    stream: StreamReader<u8>,
    /// Taken at the end of the stream, where it says whether the body is complete.
    trailers: Option<TrailersReader>,
    /// How many bytes are left by `Content-Length`, if the message has it.
    left: Option<usize>,
    /// Tells the host that the body was read, when it is dropped.
    _result: FutureWriter<Result<(), ErrorCode>>,
}

impl Body {
    fn new(
        stream: StreamReader<u8>,
        trailers: TrailersReader,
        result: FutureWriter<Result<(), ErrorCode>>,
        headers: &HeaderMap,
    ) -> Self {
        let length = headers.get(CONTENT_LENGTH);
        Self {
            stream,
            trailers: Some(trailers),
            left: length.and_then(|length| length.to_str().ok()?.parse().ok()),
            _result: result,
        }
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// The body broke off.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Vec<u8>>, ErrorCode> {
        if self.left == Some(0) || self.trailers.is_none() {
            return Ok(None);
        }
        let room = self.left.unwrap_or(CHUNK).min(CHUNK);
        let (status, chunk) = self.stream.read(Vec::with_capacity(room)).await;
        if !chunk.is_empty() {
            self.left = self.left.map(|left| left.saturating_sub(chunk.len()));
            return Ok(Some(chunk));
        }
        match (status, self.trailers.take()) {
            (StreamResult::Dropped, Some(trailers)) => trailers.await.map(|_| None),
            _ => Ok(None),
        }
    }
}
