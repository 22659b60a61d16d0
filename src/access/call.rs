//! The identity of a call: what a person's yes is bound to.

use crate::digest::{hex, sha256_base64url};
use crate::secret::ApiKey;
use openapi_tools::table::Tool;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The call of a tool by the holder of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Call {
    /// SHA-256 of the key.
    pub(crate) key: String,
    pub(crate) tool: String,
    /// SHA-256 of the arguments in canonical form, which does not depend on the order of members.
    pub(crate) arguments: String,
}

impl Call {
    pub(crate) fn of(key: &ApiKey, tool: &Tool<'_>, arguments: &Map<String, Value>) -> Self {
        let mut canonical = String::new();
        write_members(&mut canonical, arguments);
        Self {
            key: hex(&key.fingerprint()),
            tool: tool.name.to_owned(),
            arguments: hex(&Sha256::digest(canonical)),
        }
    }

    /// SHA-256 of the call and a text, in base64url. Only a holder of the key can compute it.
    pub(crate) fn digest_with(&self, text: &str) -> String {
        let parts = [&*self.key, &self.tool, &self.arguments, text];
        sha256_base64url(&parts.join(" "))
    }

    /// Whether this is the key of the call.
    pub(crate) fn is_of_key(&self, key: &ApiKey) -> bool {
        let key = hex(&key.fingerprint());
        key.as_bytes().ct_eq(self.key.as_bytes()).into()
    }
}

/// Writes JSON with the members of every object sorted by name.
fn write_canonical(out: &mut String, value: &Value) {
    match value {
        Value::Object(members) => write_members(out, members),
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write_canonical(out, item);
                out.push(',');
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

fn write_members(out: &mut String, members: &Map<String, Value>) {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_unstable_by_key(|(name, _)| *name);
    out.push('{');
    for (name, value) in sorted {
        out.push_str(&Value::from(name.as_str()).to_string());
        out.push(':');
        write_canonical(out, value);
        out.push(',');
    }
    out.push('}');
}
