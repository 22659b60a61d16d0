//! The table of operations, and which one a request is for.

use percent_encoding::percent_decode_str;

/// One operation of the REST API.
#[derive(Debug)]
pub(crate) struct Operation {
    /// `operationId`.
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    /// Path template below `/api/ext`.
    pub(crate) path: &'static str,
    /// The scope that a key needs; none where no key is needed.
    pub(crate) scope: Option<&'static str>,
    /// `not-applicable`, `standard`, or `refused` where the answer holds a secret.
    pub(crate) idempotency: &'static str,
    /// The rules as JSON; [`super::of_operation`] parses them once.
    pub(super) rules: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/operations.rs"));

impl Operation {
    /// The operation with this id.
    pub(crate) fn of(id: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|operation| operation.id == id)
    }

    /// The rules as JSON.
    #[cfg(test)]
    pub(crate) const fn rules(&self) -> &'static str {
        self.rules
    }

    /// Whether it changes anything: then it can be simulated.
    pub(crate) fn is_write(&self) -> bool {
        self.method != "GET"
    }
}

/// Where a method and a path lead.
pub(crate) enum Route {
    Found(&'static Operation, Vec<(&'static str, String)>),
    /// The path takes these methods only.
    OtherMethods(Vec<&'static str>),
    Unknown,
}

/// Finds the operation; a literal segment of a template takes precedence over a parameter.
pub(crate) fn route(method: &str, path: &str) -> Route {
    let fit = |it: &'static Operation| Some((it, path_values(it.path, path)?));
    let mut fitting: Vec<_> = OPERATIONS.iter().filter_map(fit).collect();
    let fewest = fitting.iter().map(|(_, values)| values.len()).min();
    fitting.retain(|(_, values)| Some(values.len()) == fewest);
    let methods = fitting.iter().map(|(operation, _)| operation.method);
    match methods.clone().position(|fits| fits == method) {
        Some(index) => {
            let (operation, values) = fitting.swap_remove(index);
            Route::Found(operation, values)
        }
        None if fitting.is_empty() => Route::Unknown,
        None => Route::OtherMethods(methods.collect()),
    }
}

/// The values of the template's parameters, if the path fits.
fn path_values(template: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let mut values = Vec::new();
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        let (wanted, given) = match (wanted.next(), given.next()) {
            (None, None) => return Some(values),
            (Some(wanted), Some(given)) => (wanted, given),
            _ => return None,
        };
        let name = wanted.strip_prefix('{');
        match name.and_then(|name| name.strip_suffix('}')) {
            Some(name) if !given.is_empty() => {
                let value = percent_decode_str(given).decode_utf8().ok()?;
                values.push((name, value.into_owned()));
            }
            None if wanted == given => {}
            _ => return None,
        }
    }
}
