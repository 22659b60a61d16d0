//! A request to the guest, and the response to it.

use bytes::Bytes;
use http_body_util::BodyExt as _;
use spin_sdk::http::Request;

/// The response of a path: text, or the text of an error.
pub(crate) type Answer = Result<String, String>;

/// A request with its path and query.
pub(crate) struct Call {
    path: Vec<String>,
    pub(crate) query: String,
    pub(crate) request: Request,
}

impl Call {
    pub(crate) fn new(request: Request) -> Self {
        let uri = request.uri();
        let path = uri.path().split('/').skip(1).map(ToOwned::to_owned);
        Self {
            path: path.collect(),
            query: uri.query().unwrap_or_default().to_owned(),
            request,
        }
    }

    /// The path segment at `index`, or an empty text.
    pub(crate) fn segment(&self, index: usize) -> &str {
        self.path.get(index).map_or("", String::as_str)
    }

    pub(crate) async fn body(self) -> Result<Bytes, String> {
        let body = self
            .request
            .into_body()
            .collect()
            .await
            .map_err(|error| format!("{error:?}"))?;
        Ok(body.to_bytes())
    }
}
