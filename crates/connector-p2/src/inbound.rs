//! A request of the host becomes one of the core, and the core's reply one of the host.

use crate::host::P2Host;
use crate::{Platform, body};
use bytes::Bytes;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use tokportal_connector::host::{BodyError, IncomingBody};
use tokportal_connector::{Instance, Reply, malformed_request, serve as answer};
use wasi::http::types::{self, Fields, IncomingRequest, OutgoingResponse, ResponseOutparam};

/// Answers one request.
pub fn serve<P: Platform>(request: IncomingRequest, response: ResponseOutparam) {
    static INSTANCE: Instance = Instance::new();
    spin_executor::run(async {
        let variable = async |name: &'static str| P::variable(name);
        let host = P2Host::<P>::new();
        let reply = match convert(request, P::SETS_SPIN_HEADERS) {
            Some(request) => answer(host, &INSTANCE, variable, request).await,
            None => malformed_request(),
        };
        send(reply, response).await;
    });
}

/// The body of an incoming request.
enum P2Body {
    /// `None` if the host has given it away.
    Unread(Option<types::IncomingBody>),
    Reading(body::Reader),
}

impl IncomingBody for P2Body {
    async fn chunk(&mut self) -> Result<Option<Bytes>, BodyError> {
        let broken = |body::Broken| BodyError::Broken;
        if let Self::Unread(body) = self {
            let body = body.take().ok_or(BodyError::Broken)?;
            *self = Self::Reading(body::Reader::new(body).map_err(broken)?);
        }
        match self {
            Self::Reading(reader) => Ok(reader.next().await.map_err(broken)?.map(Bytes::from)),
            Self::Unread(_) => Err(BodyError::Broken),
        }
    }
}

/// `None` if a part of the request is not valid HTTP, which the host should have refused.
fn convert(request: IncomingRequest, spin_headers: bool) -> Option<Request<P2Body>> {
    let method = match request.method() {
        types::Method::Get => Method::GET,
        types::Method::Head => Method::HEAD,
        types::Method::Post => Method::POST,
        types::Method::Put => Method::PUT,
        types::Method::Delete => Method::DELETE,
        types::Method::Connect => Method::CONNECT,
        types::Method::Options => Method::OPTIONS,
        types::Method::Trace => Method::TRACE,
        types::Method::Patch => Method::PATCH,
        types::Method::Other(name) => Method::from_bytes(name.as_bytes()).ok()?,
    };
    let path = request.path_with_query().unwrap_or_else(|| "/".to_owned());
    let path: PathAndQuery = path.parse().ok()?;
    let mut converted = Request::new(P2Body::Unread(None));
    for (name, value) in request.headers().entries() {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        if !spin_headers && name.as_str().starts_with("spin-") {
            continue;
        }
        let value = HeaderValue::from_bytes(&value).ok()?;
        converted.headers_mut().try_append(name, value).ok()?;
    }
    let authority: Option<Authority> = match request.authority() {
        Some(authority) => Some(authority.parse().ok()?),
        None => None,
    };
    let mut uri = http::uri::Parts::default();
    uri.path_and_query = Some(path);
    if let Some(authority) = authority {
        uri.scheme = Some(match request.scheme() {
            Some(types::Scheme::Https) => Scheme::HTTPS,
            _ => Scheme::HTTP,
        });
        uri.authority = Some(authority);
    }
    *converted.uri_mut() = Uri::from_parts(uri).ok()?;
    *converted.method_mut() = method;
    *converted.body_mut() = P2Body::Unread(request.consume().ok());
    Some(converted)
}

/// Hands the reply to the host. A failure is not reported, because the client has gone.
async fn send(reply: Reply, response: ResponseOutparam) {
    // The parts hold the room for the body until it is written.
    let (parts, bytes) = reply.into_parts();
    let headers = Fields::new();
    for (name, value) in &parts.headers {
        // A host that refuses a header, such as `connection`, sets it by itself.
        let _ = headers.append(&name.as_str().to_owned(), &value.as_bytes().to_vec());
    }
    let outgoing = OutgoingResponse::new(headers);
    let _ = outgoing.set_status_code(parts.status.as_u16());
    let body = outgoing.body();
    ResponseOutparam::set(response, Ok(outgoing));
    if let Ok(body) = body {
        let _ = body::write(body, &bytes).await;
    }
}
