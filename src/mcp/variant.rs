//! What an address of the MCP endpoint narrows: `/api/ext/mcp?toolsets=bundles,analytics&readonly=1&mode=compact`.
//!
//! Every such address is a protected resource of its own (RFC 8707; RFC 9728, section 3.1 expects resources with a
//! query). It can only narrow what the caller's key allows. Parameters that are not ours are ignored, because hosts add
//! their own; one that is ours but for its spelling is refused, because whoever wrote `readOnly=1` counts on it.

use crate::catalog::TOOLSETS;
use crate::oauth::form::Parameters;
use crate::reply::excerpt;
use openapi_tools::table::{Scope, Tool};
use serde::{Deserialize, Serialize};
use std::fmt;
use url::form_urlencoded::{self, byte_serialize};

const TOOLSETS_PARAMETER: &str = "toolsets";
const READONLY_PARAMETER: &str = "readonly";
const MODE_PARAMETER: &str = "mode";
const PARAMETERS: [&str; 3] = [TOOLSETS_PARAMETER, READONLY_PARAMETER, MODE_PARAMETER];
/// The longest parameter of ours, as it is written in the address: room for every toolset, percent-encoded throughout.
const MAX_PARAMETER: usize = 1_024;

/// One toolset a bit, by its position in [`TOOLSETS`].
type Set = u64;
const _: () = assert!(TOOLSETS.len() <= Set::BITS as usize);

/// What an address shows. Equal variants are the same resource, however the addresses are written.
///
/// Its text, which is also how it is serialised, is the canonical query: toolsets sorted and without duplicates,
/// parameters in fixed order, nothing for what is not narrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Variant {
    toolsets: Option<Set>,
    read_only: bool,
    compact: bool,
}

/// An address of the endpoint as a client used it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// What it means.
    pub variant: Variant,
    /// The parameters that are ours, exactly as they were written, for clients that compare addresses as text. It has
    /// only characters of a query (RFC 3986, section 3.4) and at most a few thousand of them.
    pub query: String,
}

/// An address that cannot work, with a sentence that says what would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable(pub String);

impl Address {
    /// Reads the query of an address.
    ///
    /// # Errors
    /// [`Unusable`] for an unknown or empty toolset, a value that is none of ours, or a parameter that is misspelt, too long
    /// or there twice.
    pub fn parse(query: &str) -> Result<Self, Unusable> {
        let mut ours = Vec::new();
        for pair in query.split('&') {
            let Some((name, _)) = form_urlencoded::parse(pair.as_bytes()).next() else {
                continue;
            };
            match meant(&name) {
                Some(parameter) if name == parameter => ours.push(pair),
                Some(parameter) => {
                    return Err(Unusable(format!(
                        "`{}` is not a parameter of this address: write `{parameter}`.",
                        excerpt(&name, 40)
                    )));
                }
                None => {}
            }
        }
        if ours.iter().any(|pair| pair.len() > MAX_PARAMETER) {
            return Err(Unusable(format!(
                "A parameter of this address is longer than {MAX_PARAMETER} bytes."
            )));
        }
        let query = ours.join("&");
        let parameters = Parameters::parse(query.as_bytes());
        let variant = Variant {
            toolsets: once(&parameters, TOOLSETS_PARAMETER)?
                .map(toolsets)
                .transpose()?,
            read_only: once(&parameters, READONLY_PARAMETER)?
                .map(read_only)
                .transpose()?
                .unwrap_or_default(),
            compact: once(&parameters, MODE_PARAMETER)?
                .map(compact)
                .transpose()?
                .unwrap_or_default(),
        };
        Ok(Self { variant, query })
    }
}

impl Address {
    /// The address of something that has this query, too: the endpoint, or its metadata.
    pub fn after(&self, url: &str) -> String {
        if self.query.is_empty() {
            url.to_owned()
        } else {
            format!("{url}?{}", self.query)
        }
    }
}

/// The parameter of ours that a name is, or would be without regard to case and punctuation, or to the `amp;` of an
/// address that was copied out of HTML.
fn meant(name: &str) -> Option<&'static str> {
    let letters = |c: &char| c.is_alphanumeric();
    let bare: String = name
        .strip_prefix("amp;")
        .unwrap_or(name)
        .chars()
        .filter(letters)
        .collect();
    PARAMETERS
        .into_iter()
        .find(|parameter| bare.eq_ignore_ascii_case(parameter))
}

fn once<'a>(
    parameters: &'a Parameters<'_>,
    name: &'static str,
) -> Result<Option<&'a str>, Unusable> {
    let mut values = parameters.all(name);
    let value = values.next();
    if values.next().is_some() {
        return Err(Unusable(format!("`{name}` is there more than once.")));
    }
    Ok(value)
}

fn toolsets(value: &str) -> Result<Set, Unusable> {
    let known = || TOOLSETS.join(", ");
    let mut set = 0;
    for name in value.split(',') {
        let Ok(index) = TOOLSETS.binary_search(&name) else {
            let problem = if name.is_empty() {
                "`toolsets` has an empty name".to_owned()
            } else {
                format!("There is no toolset {:?}", excerpt(name, 40))
            };
            return Err(Unusable(format!(
                "{problem}: it takes names with commas between them, of {}.",
                known()
            )));
        };
        set |= 1 << index;
    }
    Ok(set)
}

fn read_only(value: &str) -> Result<bool, Unusable> {
    match value {
        "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        _ => Err(Unusable(
            "`readonly` must be 1 or true, or 0 or false.".to_owned(),
        )),
    }
}

fn compact(value: &str) -> Result<bool, Unusable> {
    match value {
        "compact" => Ok(true),
        _ => Err(Unusable(
            "`mode` must be compact; without it every tool is listed.".to_owned(),
        )),
    }
}

impl Variant {
    /// Whether the address lists the tools by which others are found and called, instead of those themselves.
    pub fn is_compact(self) -> bool {
        self.compact
    }

    /// Whether the address shows nothing that changes anything.
    pub fn is_read_only(self) -> bool {
        self.read_only
    }

    /// Whether the address shows the tools of this tool's toolset.
    pub fn has_toolset_of(self, tool: &Tool<'_>) -> bool {
        self.toolsets
            .is_none_or(|set| set & (1 << tool.toolset_index) != 0)
    }

    /// Whether the address shows a tool.
    pub fn shows(self, tool: &Tool<'_>) -> bool {
        self.has_toolset_of(tool) && (tool.facts.scope == Scope::Read || !self.read_only)
    }

    /// The toolsets of an address that names any, in alphabetical order.
    pub fn toolsets(self) -> Option<Vec<&'static str>> {
        let set = self.toolsets?;
        let named =
            |(index, name): (usize, &&'static str)| (set & (1 << index) != 0).then_some(*name);
        Some(TOOLSETS.iter().enumerate().filter_map(named).collect())
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        if let Some(names) = self.toolsets() {
            let names: Vec<String> = names
                .iter()
                .map(|name| byte_serialize(name.as_bytes()).collect())
                .collect();
            write!(f, "{TOOLSETS_PARAMETER}={}", names.join(","))?;
            separator = "&";
        }
        if self.read_only {
            write!(f, "{separator}{READONLY_PARAMETER}=1")?;
            separator = "&";
        }
        if self.compact {
            write!(f, "{separator}{MODE_PARAMETER}=compact")?;
        }
        Ok(())
    }
}

impl From<Variant> for String {
    fn from(variant: Variant) -> Self {
        variant.to_string()
    }
}

impl TryFrom<String> for Variant {
    type Error = String;

    fn try_from(query: String) -> Result<Self, Self::Error> {
        Address::parse(&query)
            .map(|address| address.variant)
            .map_err(|unusable| unusable.0)
    }
}

#[cfg(test)]
#[path = "variant_tests.rs"]
mod tests;
