//! Which component answers a path, and the `spin-*` headers that tell it how it was found.
//!
//! Precedence is Spin's, because the route finder is Spin's: segment by segment an exact one before a `:parameter`
//! before the wildcard.

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

/// A match, with what the component is told about it.
#[derive(Debug)]
pub(crate) struct RouteMatch<'a> {
    pub(crate) target: &'a Target,
    /// The route as the manifest has it.
    pattern: &'a str,
    /// The path behind the route's prefix, for wildcard routes.
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
            // Adding a parsed route cannot fail.
            let _ = router.add(spec, Route { pattern, target });
        }
        Ok(Self { router })
    }

    pub(crate) fn find(&self, path: &str) -> Option<RouteMatch<'_>> {
        let found = self.router.best_match(path)?;
        let captures = found.captures();
        let route = found.handler();
        // The route finder leaves slashes at both ends out of the wildcard; Spin hands them on.
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
    /// The match of a request that names its component: service chaining.
    pub(crate) fn chained(target: &'a Target, path: &str) -> Self {
        Self {
            target,
            pattern: "/...",
            path_info: path.to_owned(),
            parameters: Vec::new(),
        }
    }

    /// Replaces every `spin-*` header by the true ones.
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
            // Paths and hosts have been parsed as URIs, so their bytes are legal in a header.
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
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed lookup is a failed test")]
    use super::*;

    fn routes(patterns: &[&str]) -> Routes {
        Routes::new(
            patterns
                .iter()
                .map(|p| ((*p).to_owned(), Target::Component((*p).to_owned()))),
        )
        .unwrap()
    }

    #[test]
    fn the_most_specific_route_wins() {
        let routes = routes(&["/...", "/a/...", "/a/:id", "/a/b", "/a/:id/c", "/"]);
        for (path, expected) in [
            ("/", "/"),
            ("/x", "/..."),
            ("/x/y/", "/..."),
            ("/a", "/a/..."),
            ("/a/", "/a/..."),
            ("/a/b", "/a/b"),
            ("/a/b/", "/a/b"),
            ("/a/z", "/a/:id"),
            ("/a/z/c", "/a/:id/c"),
            ("/a/z/d", "/a/..."),
            ("/ab", "/..."),
        ] {
            assert_eq!(routes.find(path).unwrap().pattern, expected, "{path}");
        }
    }

    #[test]
    fn no_route_no_match() {
        let routes = routes(&["/a"]);
        assert!(routes.find("/b").is_none());
        assert!(routes.find("/a/b").is_none());
        assert!(routes.find("*").is_none());
    }

    #[test]
    fn headers_are_those_of_spin_and_only_those() {
        let routes = routes(&["/api/:id/..."]);
        let mut headers = HeaderMap::new();
        headers.insert("spin-client-addr", HeaderValue::from_static("6.6.6.6:6"));
        headers.insert("spin-anything", HeaderValue::from_static("forged"));
        headers.insert("accept", HeaderValue::from_static("*/*"));
        let found = routes.find("/api/42/x/y").unwrap();
        found.set_headers(
            &mut headers,
            "http://h/api/42/x/y?q",
            "127.0.0.1:9".parse().unwrap(),
        );
        let mut lines: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        lines.sort();
        assert_eq!(
            lines,
            [
                "accept: */*",
                "spin-base-path: /",
                "spin-client-addr: 127.0.0.1:9",
                "spin-component-route: /api/:id",
                "spin-full-url: http://h/api/42/x/y?q",
                "spin-matched-route: /api/:id/...",
                "spin-path-info: /x/y",
                "spin-path-match-id: 42",
                "spin-raw-component-route: /api/:id/...",
            ]
        );
    }

    #[test]
    fn wrong_routes_are_named() {
        let error = Routes::new([("x".to_owned(), Target::Static(0))])
            .err()
            .unwrap();
        assert_eq!(error.to_string(), "route `x`: a route starts with `/`");
        let twice = ["/a", "/a/"].map(|p| (p.to_owned(), Target::Static(0)));
        assert_eq!(
            Routes::new(twice).err().unwrap().to_string(),
            "route `/a/`: two triggers have this route"
        );
    }
}
