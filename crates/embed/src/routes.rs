//! Which component answers a path, and the `spin-*` headers that describe the match.
//!
//! The route finder is the one that Spin uses, so precedence is the same: in each segment an exact match comes before a
//! `:parameter`, and that before the wildcard.

use std::net::SocketAddr;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use routefinder::{RouteSpec, Router};

use crate::error::Error;

/// What answers a route.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Target {
    Component(String),
    /// Index into the application's static responses.
    Static(usize),
}

pub(crate) struct Routes {
    router: Router<Route>,
}

struct Route {
    pattern: String,
    target: Target,
}

/// A match, with what the component learns about it.
#[derive(Debug)]
pub(crate) struct RouteMatch<'a> {
    pub(crate) target: &'a Target,
    /// The route as it is written in the manifest.
    pattern: &'a str,
    /// For a wildcard route, the path after its prefix.
    path_info: String,
    parameters: Vec<(String, String)>,
}

impl Routes {
    pub(crate) fn new(routes: impl IntoIterator<Item = (String, Target)>) -> Result<Self, Error> {
        let mut router = Router::new();
        let mut seen = std::collections::BTreeSet::new();
        for (pattern, target) in routes {
            let place = format!("route `{pattern}`");
            if !pattern.starts_with('/') {
                return Err(Error::invalid(place, "a route starts with `/`"));
            }
            if !seen.insert(pattern.trim_end_matches('/').to_owned()) {
                return Err(Error::invalid(place, "two triggers have this route"));
            }
            let spec = match pattern.strip_suffix("/...") {
                Some(prefix) => format!("{prefix}/*"),
                None => pattern.trim_end_matches('/').to_owned(),
            };
            let spec = RouteSpec::try_from(spec.as_str())
                .map_err(|problem| Error::invalid(place, problem))?;
            // Adding a parsed route does not fail.
            let _ = router.add(spec, Route { pattern, target });
        }
        Ok(Self { router })
    }

    pub(crate) fn find(&self, path: &str) -> Option<RouteMatch<'_>> {
        let found = self.router.best_match(path)?;
        let captures = found.captures();
        let route = found.handler();
        // The route finder strips slashes from both ends of the wildcard. Spin passes them to the component.
        let path_info = captures.wildcard().map_or_else(String::new, |rest| {
            let (start, end) = (
                if rest.is_empty() { "" } else { "/" },
                if path.ends_with('/') { "/" } else { "" },
            );
            format!("{start}{rest}{end}")
        });
        let parameters = captures
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Some(RouteMatch {
            target: &route.target,
            pattern: &route.pattern,
            path_info,
            parameters,
        })
    }
}

impl<'a> RouteMatch<'a> {
    /// The match of a request that names its component (local service chaining).
    pub(crate) fn chained(target: &'a Target, path: &str) -> Self {
        Self {
            target,
            pattern: "/...",
            path_info: path.to_owned(),
            parameters: Vec::new(),
        }
    }

    /// Replaces every `spin-*` header of the client by the headers of this match.
    pub(crate) fn set_headers(&self, headers: &mut HeaderMap, full_url: &str, client: SocketAddr) {
        let forged: Vec<HeaderName> = headers
            .keys()
            .filter(|name| name.as_str().starts_with("spin-"))
            .cloned()
            .collect();
        for name in forged {
            headers.remove(name);
        }
        let mut set = |name: HeaderName, value: &str| {
            // Paths and hosts were parsed as parts of a URI, so their bytes are legal in a header.
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set(HeaderName::from_static("spin-path-info"), &self.path_info);
        set(HeaderName::from_static("spin-full-url"), full_url);
        set(HeaderName::from_static("spin-matched-route"), self.pattern);
        set(HeaderName::from_static("spin-base-path"), "/");
        set(
            HeaderName::from_static("spin-raw-component-route"),
            self.pattern,
        );
        let prefix = self.pattern.strip_suffix("/...").unwrap_or(self.pattern);
        set(HeaderName::from_static("spin-component-route"), prefix);
        set(
            HeaderName::from_static("spin-client-addr"),
            &client.to_string(),
        );
        for (name, value) in &self.parameters {
            if let Ok(name) =
                HeaderName::try_from(format!("spin-path-match-{}", name.to_ascii_lowercase()))
            {
                set(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests;
