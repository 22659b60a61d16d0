//! Sends the requests of the checks, and notes what several checks need: who could not be asked, and what time it is
//! there.

use crate::app::Context;
use crate::host::{Host, HttpError, HttpResponse};
use crate::upstream::limits::PORTAL_CHECK;
use crate::upstream::portal::metadata::ProviderMetadata;
use crate::upstream::request::anonymous;
use crate::web::uri::origin_of;
use bytes::Bytes;
use http::header::{AGE, DATE};
use http::{HeaderMap, HeaderName, Request};
use std::cell::RefCell;
use std::time::SystemTime;

/// A server that the checks ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Server {
    Issuer,
    Authorization,
    Token,
    Userinfo,
    Keyset,
    KeysApi,
    Api,
}

impl Server {
    /// Whether this is a part of the OpenID provider.
    fn is_provider(self) -> bool {
        !matches!(self, Self::KeysApi | Self::Api)
    }
}

/// The checks of one request.
pub(super) struct Asking<'a, H> {
    pub(super) context: &'a Context<'a, H>,
    /// Servers to which this host allows no request, with their origins.
    pub(super) refused: RefCell<Vec<(Server, String)>>,
    /// By how many seconds clocks of the provider are ahead of this host's.
    pub(super) ahead: RefCell<Vec<i64>>,
}

impl<'a, H: Host> Asking<'a, H> {
    pub(super) fn new(context: &'a Context<'a, H>) -> Self {
        Self {
            context,
            refused: RefCell::default(),
            ahead: RefCell::default(),
        }
    }

    /// Sends a request.
    ///
    /// # Errors
    /// [`HttpError`].
    pub(super) async fn send(
        &self,
        server: Server,
        request: Request<Bytes>,
    ) -> Result<HttpResponse, HttpError> {
        let url = request.uri().to_string();
        let result = self.context.send(request, &PORTAL_CHECK).await;
        match &result {
            Err(HttpError::Forbidden) => {
                self.refused.borrow_mut().push((server, origin_of(&url)));
            }
            Ok(answer) if server.is_provider() => {
                let now = self.context.host.now().as_secs();
                let ahead = seconds_ahead(answer.response.headers(), now);
                self.ahead.borrow_mut().extend(ahead);
            }
            _ => {}
        }
        result
    }

    /// Asks userinfo without a token, to see whether this host allows it. A sign-in can do without userinfo.
    pub(super) async fn try_userinfo(&self, metadata: &ProviderMetadata) {
        if let Some(url) = &metadata.userinfo_endpoint {
            let _ = self.send(Server::Userinfo, anonymous(url)).await;
        }
    }
}

/// By how many seconds the clock of the server that sent these headers is ahead. `Age` says for how long a cache has had
/// the answer (RFC 9111, section 5.1).
fn seconds_ahead(headers: &HeaderMap, now: u64) -> Option<i64> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let date = httpdate::parse_http_date(text(DATE)?).ok()?;
    let date = date.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    let age = text(AGE).and_then(|age| age.parse::<u32>().ok());
    let time = date.checked_add(age.unwrap_or(0).into())?;
    time.checked_signed_diff(now)
}
