//! One call of the API.

use rmcp::model::JsonObject;
use serde_json::Value;

/// How a tool becomes a request.
#[derive(serde::Deserialize)]
pub(crate) struct Operation {
    method: String,
    /// With `{name}` for arguments.
    path: String,
    /// Arguments of the query.
    query: Vec<String>,
    /// Headers that have an argument, by the argument.
    headers: std::collections::HashMap<String, String>,
}

pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) value: Option<Value>,
    pub(crate) failed: bool,
}

pub(crate) struct Api {
    origin: String,
    client: reqwest::Client,
}

impl Api {
    pub(crate) fn new(origin: String) -> Self {
        let client = reqwest::Client::new();
        Self { origin, client }
    }

    /// Sends a request with the arguments in path, query, headers and body.
    pub(crate) async fn call(
        &self,
        operation: &Operation,
        mut arguments: JsonObject,
        key: &str,
    ) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let mut path = String::with_capacity(operation.path.len() + 64);
        for part in operation.path.split_inclusive('/') {
            let name = part.trim_end_matches('/');
            match name
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'))
            {
                Some(name) => {
                    let value = arguments.remove(name).ok_or("an argument is missing")?;
                    path.push_str(&segment(&value));
                    path.push_str(&part[name.len() + 2..]);
                }
                None => path.push_str(part),
            }
        }
        let method = reqwest::Method::from_bytes(operation.method.as_bytes())?;
        let url = format!("{}/api/ext{path}", self.origin);
        let mut request = self
            .client
            .request(method.clone(), url)
            .header("X-API-Key", key);
        for (name, header) in &operation.headers {
            if let Some(value) = arguments.remove(name) {
                request = request.header(header, plain(&value));
            }
        }
        let query: Vec<(&str, String)> = operation
            .query
            .iter()
            .filter_map(|name| Some((name.as_str(), plain(&arguments.remove(name)?))))
            .collect();
        if !query.is_empty() {
            request = request.query(&query);
        }
        if method != reqwest::Method::GET {
            request = request.json(&arguments);
        }
        let response = request.send().await?;
        let failed = !response.status().is_success();
        let text = response.text().await?;
        let value = serde_json::from_str(&text).ok();
        Ok(Answer {
            text,
            value,
            failed,
        })
    }
}

/// A value as a segment of a path.
fn segment(value: &Value) -> String {
    let text = plain(value);
    percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}
