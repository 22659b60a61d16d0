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
fn most_specific_route_wins() {
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
fn path_without_a_route_has_no_match() {
    let routes = routes(&["/a"]);
    assert!(routes.find("/b").is_none());
    assert!(routes.find("/a/b").is_none());
    assert!(routes.find("*").is_none());
}

#[test]
fn spin_headers_of_the_client_are_replaced() {
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
fn invalid_route_is_an_error_that_names_it() {
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
