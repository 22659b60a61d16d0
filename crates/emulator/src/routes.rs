//! From a method and a path to an operation of the table.

use crate::operations::{OPERATIONS, Operation};

/// Values of a path template, decoded, in order.
pub type PathValues = Vec<(&'static str, String)>;

/// How a path and method fit the table.
#[derive(Debug)]
pub enum Route {
    /// This operation, with the values of its path template.
    Found(&'static Operation, PathValues),
    /// The path exists with these methods only.
    OtherMethods(Vec<&'static str>),
    /// No operation has this path.
    Unknown,
}

/// Finds the operation for a method and a path below `/api/ext`. Where several templates fit, that with the fewest
/// parameters is meant, whatever the method.
pub fn route(method: &str, path: &str) -> Route {
    let mut fitting: Vec<(&'static Operation, PathValues)> = OPERATIONS
        .iter()
        .filter_map(|operation| Some((operation, fit(operation.path, path)?)))
        .collect();
    let Some(parameters) = fitting.iter().map(|(_, values)| values.len()).min() else {
        return Route::Unknown;
    };
    fitting.retain(|(_, values)| values.len() == parameters);
    let methods = fitting.iter().map(|(operation, _)| operation.method);
    let methods = methods.collect();
    fitting
        .into_iter()
        .find(|(operation, _)| operation.method == method)
        .map_or(Route::OtherMethods(methods), |(operation, values)| {
            Route::Found(operation, values)
        })
}

fn fit(template: &'static str, path: &str) -> Option<PathValues> {
    let mut values = Vec::new();
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(values),
            (Some(wanted), Some(given)) => match wanted
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'))
            {
                Some(name) if !given.is_empty() => {
                    values.push((
                        name,
                        percent_encoding::percent_decode_str(given)
                            .decode_utf8()
                            .ok()?
                            .into_owned(),
                    ));
                }
                None if wanted == given => {}
                _ => return None,
            },
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_segment_wins_over_a_parameter() {
        let Route::Found(operation, values) = route("PUT", "/bundles/abc/videos/batch") else {
            panic!("no route")
        };
        assert_eq!(
            (operation.id, values.len()),
            ("batchConfigureBundleVideos", 1)
        );
        let Route::Found(operation, values) = route("PUT", "/bundles/abc/videos/7") else {
            panic!("no route")
        };
        assert_eq!(
            (operation.id, values[1].1.as_str()),
            ("configureBundleVideo", "7")
        );
    }

    #[test]
    fn another_method_is_told_from_another_path() {
        assert!(
            matches!(route("DELETE", "/me"), Route::OtherMethods(methods) if methods == ["GET", "PATCH"])
        );
        assert!(
            matches!(route("PATCH", "/bundles/bulk"), Route::OtherMethods(methods) if methods == ["POST"])
        );
        assert!(matches!(route("GET", "/me/too"), Route::Unknown));
        assert!(matches!(route("GET", "/bundles/"), Route::Unknown));
    }
}
