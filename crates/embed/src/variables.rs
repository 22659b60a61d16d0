//! The values of application variables, and where they come from.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::Error;
use crate::manifest::Variable;

/// Finds the value of every declared variable: `given` by the embedder, `SPIN_VARIABLE_<NAME>` in the environment, the
/// same in the `.env` file, or the default.
///
/// `given` may have variables that are not declared; an application without a manifest declares none.
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

/// Reads a `.env` file: lines `NAME=value`, `#` comments, an optional `export `, optional quotes around the value.
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

/// The number of the first line that cannot be read is the error.
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
    fn the_nearest_source_wins() -> Result<(), Error> {
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
    fn a_missing_value_names_the_variable() {
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
    fn env_files() {
        let parsed = parse_env_file("# c\nA=1\nexport B = \"x y\"\n\nC='z'\nD=a=b\n");
        assert_eq!(
            parsed,
            Ok(map(&[("A", "1"), ("B", "x y"), ("C", "z"), ("D", "a=b")]))
        );
        assert_eq!(parse_env_file("A=1\nnonsense\n"), Err(2));
    }
}
