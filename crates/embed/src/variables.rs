//! Application variables: their declarations, and where their values come from.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::error::Error;

/// The declaration of an application variable: `{ default = "…" }` or `{ required = true }`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "`description` and `secret` are part of the format; the host does not use them"
)]
pub(crate) struct Variable {
    description: Option<String>,
    #[serde(default)]
    pub(crate) required: bool,
    default: Option<String>,
    #[serde(default)]
    secret: bool,
}

impl Variable {
    /// Checks the declaration of the variable `name`.
    pub(crate) fn check(&self, name: &str) -> Result<(), Error> {
        let place = format!("variables.{name}");
        if !is_variable_name(name) {
            return Err(Error::invalid(
                place,
                "a name may contain only lower-case letters, digits and single underscores",
            ));
        }
        match (self.required, &self.default) {
            (true, Some(_)) => Err(Error::invalid(
                place,
                "has both `required = true` and a default",
            )),
            (false, None) => Err(Error::invalid(
                place,
                "needs `required = true` or a default",
            )),
            _ => Ok(()),
        }
    }
}

/// Whether `name` is a legal name of a variable: `[a-z][a-z0-9]*(_[a-z0-9]+)*`.
pub(crate) fn is_variable_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('_').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

/// Refuses a value for a variable that the manifest does not declare: it would have no effect.
pub(crate) fn check_given(
    declared: &BTreeMap<String, Variable>,
    given: &BTreeMap<String, String>,
) -> Result<(), Error> {
    match given.keys().find(|name| !declared.contains_key(*name)) {
        Some(name) => {
            let names: Vec<&str> = declared.keys().map(String::as_str).collect();
            let names = names.join(", ");
            Err(Error::invalid(
                format!("variable `{name}`"),
                format!("the manifest does not declare it; it declares {names}"),
            ))
        }
        None => Ok(()),
    }
}

/// Finds the value of every declared variable: from the embedder (`given`), else `SPIN_VARIABLE_<NAME>` in the
/// environment, else the same name in the `.env` file, else the default.
///
/// `given` may contain variables that are not declared, because an application without a manifest declares none.
pub(crate) fn resolve(
    declared: &BTreeMap<String, Variable>,
    given: BTreeMap<String, String>,
    from_environment: impl Fn(&str) -> Option<String>,
    from_file: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Error> {
    let mut values = given;
    for (name, variable) in declared {
        if values.contains_key(name) {
            continue;
        }
        let key = format!("SPIN_VARIABLE_{}", name.to_ascii_uppercase());
        let value = from_environment(&key)
            .or_else(|| from_file.get(&key).cloned())
            .or_else(|| variable.default.clone())
            .ok_or_else(|| Error::MissingVariable { name: name.clone() })?;
        values.insert(name.clone(), value);
    }
    Ok(values)
}

/// Reads a `.env` file: lines `NAME=value` and comments (`#`). A line may start with `export `, a value may be quoted.
pub(crate) fn read_env_file(path: &Path) -> Result<BTreeMap<String, String>, Error> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    parse_env_file(&text).map_err(|line| Error::Invalid {
        place: format!("{} line {line}", path.display()),
        message: "write NAME=value".to_owned(),
    })
}

/// # Errors
/// The number of the first malformed line.
fn parse_env_file(text: &str) -> Result<BTreeMap<String, String>, usize> {
    let mut values = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').ok_or(index + 1)?;
        let value = value.trim();
        let quoted = ['"', '\'']
            .into_iter()
            .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
        values.insert(name.trim().to_owned(), quoted.unwrap_or(value).to_owned());
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
        entries
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn value_comes_from_the_first_source_that_has_it() -> Result<(), Error> {
        let declared: BTreeMap<String, Variable> = toml::from_str(
            "a = { default = '1' }\nb = { default = '1' }\nc = { default = '1' }\nd = { default = '1' }",
        )
        .map_err(|error| Error::invalid("test", error.to_string()))?;
        let environment = |key: &str| {
            matches!(key, "SPIN_VARIABLE_A" | "SPIN_VARIABLE_B").then(|| "3".to_owned())
        };
        let file = map(&[
            ("SPIN_VARIABLE_A", "2"),
            ("SPIN_VARIABLE_B", "2"),
            ("SPIN_VARIABLE_C", "2"),
        ]);
        let values = resolve(&declared, map(&[("a", "4")]), environment, &file)?;
        assert_eq!(
            values,
            map(&[("a", "4"), ("b", "3"), ("c", "2"), ("d", "1")])
        );
        Ok(())
    }

    #[test]
    fn missing_value_is_an_error_that_names_the_variable() {
        let declared = toml::from_str("api_key = { required = true }").unwrap_or_default();
        let error = resolve(&declared, BTreeMap::new(), |_| None, &BTreeMap::new()).err();
        assert_eq!(
            error.map(|error| error.to_string()).as_deref(),
            Some(
                "variable `api_key` has no value: set SPIN_VARIABLE_API_KEY, pass one to the host, or give it a default"
            )
        );
    }

    #[test]
    fn env_file_has_assignments_and_comments() {
        let parsed = parse_env_file("# c\nA=1\nexport B = \"x y\"\n\nC='z'\nD=a=b\n");
        assert_eq!(
            parsed,
            Ok(map(&[("A", "1"), ("B", "x y"), ("C", "z"), ("D", "a=b")]))
        );
        assert_eq!(parse_env_file("A=1\nnonsense\n"), Err(2));
    }
}
