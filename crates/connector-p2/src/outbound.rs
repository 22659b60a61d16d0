//! Outbound HTTP by `wasi:http/outgoing-handler`.

use crate::host::P2Host;
use crate::wait::{Registration, nanoseconds, sleep};
use crate::{Platform, body};
use bytes::Bytes;
use futures::future::{Either, select};
use http::uri::Scheme;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use tokportal_connector::host::{HttpClient, HttpError, HttpLimits, HttpResponse, Received, Room};
use wasi::http::outgoing_handler;
use wasi::http::types::{
    self, ErrorCode, Fields, FutureIncomingResponse, IncomingResponse, OutgoingRequest,
    RequestOptions,
};

impl<P: Platform> HttpClient for P2Host<P> {
    async fn send(
        &self,
        request: Request<Bytes>,
        limits: &HttpLimits,
        room: &dyn Room,
    ) -> Result<HttpResponse, HttpError> {
        let call = pin!(exchange(request, limits, room));
        let deadline = pin!(sleep(limits.total));
        match select(call, deadline).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => Err(HttpError::Timeout),
        }
    }
}

async fn exchange(
    request: Request<Bytes>,
    limits: &HttpLimits,
    room: &dyn Room,
) -> Result<HttpResponse, HttpError> {
    let (request, bytes) = convert(request)?;
    let body = request.body().map_err(|()| failed("the body"))?;
    let pending = outgoing_handler::handle(request, Some(options(limits))).map_err(http_error)?;
    // A server may answer before it has read the body, and close the connection then: its answer counts.
    let _ = body::write(body, &bytes).await;
    let response = response(pending).await.map_err(http_error)?;
    let mut converted = Response::new(Bytes::new());
    *converted.status_mut() =
        StatusCode::from_u16(response.status()).map_err(|_| failed("the status"))?;
    for (name, value) in response.headers().entries() {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| failed("a header"))?;
        let value = HeaderValue::from_bytes(&value).map_err(|_| failed("a header"))?;
        let added = converted.headers_mut().try_append(name, value);
        added.map_err(|_| failed("that many headers"))?;
    }
    let body = response.consume().map_err(|()| failed("the body"))?;
    let broken = |body::Broken| failed("the body broke off");
    let mut reader = body::Reader::new(body).map_err(broken)?;
    let mut received = Received::new(limits.max_body, room);
    while let Some(chunk) = reader.next().await.map_err(broken)? {
        if !received.push(&chunk) {
            break;
        }
    }
    let (bytes, truncated) = received.finish();
    *converted.body_mut() = bytes;
    Ok(HttpResponse {
        response: converted,
        truncated,
    })
}

async fn response(pending: FutureIncomingResponse) -> Result<IncomingResponse, ErrorCode> {
    let mut waiting = Waiting {
        registration: Registration::default(),
        pending,
    };
    let Waiting {
        registration,
        pending,
    } = &mut waiting;
    poll_fn(|context| match pending.get() {
        Some(result) => Poll::Ready(result.unwrap_or(Err(ErrorCode::InternalError(None)))),
        None => registration.wait_for(pending.subscribe(), context),
    })
    .await
}

/// The registration is dropped before the resource that it belongs to.
struct Waiting {
    registration: Registration,
    pending: FutureIncomingResponse,
}

fn convert(request: Request<Bytes>) -> Result<(OutgoingRequest, Bytes), HttpError> {
    let (parts, bytes) = request.into_parts();
    let headers = Fields::new();
    for (name, value) in &parts.headers {
        headers
            .append(&name.as_str().to_owned(), &value.as_bytes().to_vec())
            .map_err(|error| failed(&format!("the header {name} ({error})")))?;
    }
    let method = match parts.method {
        Method::GET => types::Method::Get,
        Method::HEAD => types::Method::Head,
        Method::POST => types::Method::Post,
        Method::PUT => types::Method::Put,
        Method::DELETE => types::Method::Delete,
        Method::PATCH => types::Method::Patch,
        Method::OPTIONS => types::Method::Options,
        method => types::Method::Other(method.as_str().to_owned()),
    };
    let scheme = if parts.uri.scheme() == Some(&Scheme::HTTP) {
        types::Scheme::Http
    } else {
        types::Scheme::Https
    };
    let authority = parts.uri.authority().map(|authority| authority.as_str());
    let path = parts.uri.path_and_query().map(|path| path.as_str());
    let request = OutgoingRequest::new(headers);
    request
        .set_method(&method)
        .and_then(|()| request.set_scheme(Some(&scheme)))
        .and_then(|()| request.set_authority(authority))
        .and_then(|()| request.set_path_with_query(path))
        .map_err(|()| failed("the method or the URL"))?;
    Ok((request, bytes))
}

fn options(limits: &HttpLimits) -> RequestOptions {
    let options = RequestOptions::new();
    // A host that does not support one of them returns an error; the deadline in `send` applies in any case.
    let _ = options.set_connect_timeout(Some(nanoseconds(limits.connect)));
    let _ = options.set_first_byte_timeout(Some(nanoseconds(limits.first_byte)));
    let _ = options.set_between_bytes_timeout(Some(nanoseconds(limits.first_byte)));
    options
}

fn failed(what: &str) -> HttpError {
    HttpError::Failed(format!("`wasi:http` does not accept {what}"))
}

fn http_error(error: ErrorCode) -> HttpError {
    match error {
        ErrorCode::HttpRequestDenied | ErrorCode::DestinationIpProhibited => HttpError::Forbidden,
        ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::DnsTimeout
        | ErrorCode::HttpResponseTimeout => HttpError::Timeout,
        // The text contains neither headers nor the body of the request.
        error => HttpError::Failed(format!("{error:?}")),
    }
}
