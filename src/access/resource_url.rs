//! Resource URLs: the URL of the MCP endpoint with a query that narrows it, such as
//! `/api/ext/mcp?toolsets=bundles,analytics&readonly=1&mode=compact`.
//!
//! Each of them is a protected resource of its own (RFC 8707; RFC 9728, section 3.1 allows for a query). A query can
//! only narrow what the key of the caller allows. Unknown parameters are ignored, because hosts add their own. A
//! misspelt parameter such as `readOnly=1` is refused, because the person who wrote it relies on it.

use crate::catalog::TOOLSETS;
use crate::text::excerpt;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use url::form_urlencoded::{self, byte_serialize};

const TOOLSETS_PARAMETER: &str = "toolsets";
const READONLY_PARAMETER: &str = "readonly";
const MODE_PARAMETER: &str = "mode";
const CONFIRM_PARAMETER: &str = "confirm";
const PARAMETERS: [&str; 4] = [
    TOOLSETS_PARAMETER,
    READONLY_PARAMETER,
    MODE_PARAMETER,
    CONFIRM_PARAMETER,
];
/// The longest parameter in bytes, as written: room for every toolset with each character percent-encoded.
const MAX_PARAMETER: usize = 1_024;

/// One bit for each toolset, by its position in [`TOOLSETS`].
type Set = u64;
const _: () = assert!(TOOLSETS.len() <= Set::BITS as usize);

/// What the query of a resource URL narrows. Two URLs with equal narrowings are the same resource, even if they are
/// written differently.
///
/// It is displayed and serialised as the canonical query: toolsets sorted and without duplicates, parameters in a fixed
/// order, and no parameter that narrows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Narrowing {
    toolsets: Option<Set>,
    read_only: bool,
    compact: bool,
    confirms_always: bool,
}

/// A URL of the endpoint as a client wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ResourceUrl {
    pub(crate) narrowing: Narrowing,
    /// Whether the path ends with a slash. It is the same resource, but clients compare the URL as text.
    ends_with_slash: bool,
    /// The known parameters exactly as written, for clients that compare URLs as text. It is safe in a
    /// header: every value passed its check, and there are at most four parameters of 1,024 bytes.
    query: String,
}

/// Why a query is not valid, as a sentence that says what would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResourceUrlError(pub(crate) String);

impl ResourceUrl {
    /// Reads the query of a URL. An empty value is not the same as an absent parameter here: it is refused, because
    /// the person who wrote it relies on it.
    ///
    /// # Errors
    /// [`ResourceUrlError`] for an unknown or empty toolset, an unknown value, or a parameter that is misspelt, too
    /// long or repeated.
    pub(crate) fn parse(query: &str) -> Result<Self, ResourceUrlError> {
        let mut known = Vec::new();
        for pair in query.split('&') {
            let Some((name, value)) = form_urlencoded::parse(pair.as_bytes()).next() else {
                continue;
            };
            match intended_parameter(&name) {
                Some(parameter) if name == parameter => known.push((parameter, value, pair)),
                Some(parameter) => {
                    return Err(ResourceUrlError(format!(
                        "`{}` is not a parameter of this address: write `{parameter}`.",
                        excerpt(&name, 40)
                    )));
                }
                None => {}
            }
        }
        if known.iter().any(|(_, _, pair)| pair.len() > MAX_PARAMETER) {
            return Err(ResourceUrlError(format!(
                "A parameter of this address is longer than {MAX_PARAMETER} bytes."
            )));
        }
        let narrowing = Narrowing {
            toolsets: at_most_once(&known, TOOLSETS_PARAMETER)?
                .map(toolsets)
                .transpose()?,
            read_only: at_most_once(&known, READONLY_PARAMETER)?
                .map(read_only)
                .transpose()?
                .unwrap_or_default(),
            compact: at_most_once(&known, MODE_PARAMETER)?
                .map(compact)
                .transpose()?
                .unwrap_or_default(),
            confirms_always: at_most_once(&known, CONFIRM_PARAMETER)?
                .map(confirms_always)
                .transpose()?
                .unwrap_or_default(),
        };
        let pairs: Vec<&str> = known.iter().map(|(_, _, pair)| *pair).collect();
        Ok(Self {
            narrowing,
            ends_with_slash: false,
            query: pairs.join("&"),
        })
    }

    /// The same resource with the end of the path at which a client asked for it.
    pub(crate) fn at(self, path: &str) -> Self {
        Self {
            ends_with_slash: path.ends_with('/'),
            ..self
        }
    }

    /// A URL of the endpoint or of its metadata with the slash and the query of this resource.
    pub(crate) fn applied_to(&self, url: &str) -> String {
        let slash = if self.ends_with_slash { "/" } else { "" };
        if self.query.is_empty() {
            format!("{url}{slash}")
        } else {
            format!("{url}{slash}?{}", self.query)
        }
    }
}

/// The known parameter that a name stands for: its exact name, or a misspelling in case or punctuation, or with the
/// `amp;` of a URL that was copied from HTML.
fn intended_parameter(name: &str) -> Option<&'static str> {
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

/// The value of a parameter.
///
/// # Errors
/// A repeated parameter.
fn at_most_once<'a>(
    known: &'a [(&str, Cow<'_, str>, &str)],
    name: &str,
) -> Result<Option<&'a str>, ResourceUrlError> {
    let mut values = known.iter().filter(|(known, _, _)| *known == name);
    let value = values.next();
    if values.next().is_some() {
        return Err(ResourceUrlError(format!("`{name}` occurs more than once.")));
    }
    Ok(value.map(|(_, value, _)| value.as_ref()))
}

fn toolsets(value: &str) -> Result<Set, ResourceUrlError> {
    let known = || TOOLSETS.join(", ");
    let mut set = 0;
    for name in value.split(',') {
        let Ok(index) = TOOLSETS.binary_search(&name) else {
            let problem = if name.is_empty() {
                "`toolsets` has an empty name".to_owned()
            } else {
                format!("There is no toolset {:?}", excerpt(name, 40))
            };
            return Err(ResourceUrlError(format!(
                "{problem}: it takes names with commas between them, of {}.",
                known()
            )));
        };
        set |= 1 << index;
    }
    Ok(set)
}

fn read_only(value: &str) -> Result<bool, ResourceUrlError> {
    match value {
        "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        _ => Err(ResourceUrlError(
            "`readonly` must be 1 or true, or 0 or false.".to_owned(),
        )),
    }
}

fn compact(value: &str) -> Result<bool, ResourceUrlError> {
    match value {
        "compact" => Ok(true),
        _ => Err(ResourceUrlError(
            "`mode` must be compact; without it every tool is listed.".to_owned(),
        )),
    }
}

fn confirms_always(value: &str) -> Result<bool, ResourceUrlError> {
    match value {
        "always" => Ok(true),
        _ => Err(ResourceUrlError(
            "`confirm` must be always; without it the operator decides when a person confirms."
                .to_owned(),
        )),
    }
}

impl Narrowing {
    /// Of the address without a query.
    #[cfg(test)]
    pub(crate) const EVERYTHING: Self = Self {
        toolsets: None,
        read_only: false,
        compact: false,
        confirms_always: false,
    };

    /// Whether a person has to agree before every call that spends credits or cannot be undone.
    pub(crate) fn confirms_always(self) -> bool {
        self.confirms_always
    }

    /// Whether the resource lists the compact tools instead of the catalogue.
    pub(crate) fn is_compact(self) -> bool {
        self.compact
    }

    /// Whether the resource has only tools that read.
    pub(crate) fn is_read_only(self) -> bool {
        self.read_only
    }

    /// The narrowing as two numbers: the toolsets, and the rest.
    pub(crate) fn numbers(self) -> (u64, u64) {
        let flags = [
            self.toolsets.is_some(),
            self.read_only,
            self.compact,
            self.confirms_always,
        ];
        let flags = flags
            .iter()
            .fold(0, |bits, flag| bits << 1 | u64::from(*flag));
        (self.toolsets.unwrap_or_default(), flags)
    }

    /// Whether the resource has the toolset with this position in [`TOOLSETS`].
    pub(super) fn has_toolset(self, index: u16) -> bool {
        self.toolsets.is_none_or(|set| set & (1 << index) != 0)
    }

    /// The toolsets that the query names, in alphabetical order; `None` if it names none.
    pub(crate) fn toolsets(self) -> Option<Vec<&'static str>> {
        let set = self.toolsets?;
        let named =
            |(index, name): (usize, &&'static str)| (set & (1 << index) != 0).then_some(*name);
        Some(TOOLSETS.iter().enumerate().filter_map(named).collect())
    }
}

impl fmt::Display for Narrowing {
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
            separator = "&";
        }
        if self.confirms_always {
            write!(f, "{separator}{CONFIRM_PARAMETER}=always")?;
        }
        Ok(())
    }
}

impl From<Narrowing> for String {
    fn from(narrowing: Narrowing) -> Self {
        narrowing.to_string()
    }
}

impl TryFrom<String> for Narrowing {
    type Error = String;

    fn try_from(query: String) -> Result<Self, Self::Error> {
        ResourceUrl::parse(&query)
            .map(|resource| resource.narrowing)
            .map_err(|error| error.0)
    }
}

#[cfg(test)]
mod tests;
