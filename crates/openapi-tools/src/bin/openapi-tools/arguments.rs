//! The command line.

use std::path::PathBuf;

use lexopt::prelude::{Long, Short, Value, ValueExt};
use openapi_tools::Options;

use crate::budget::Limits;

/// The text of `--help`.
pub(crate) const USAGE: &str = "\
Usage: openapi-tools check FILE [OPTION]...
       openapi-tools budget FILE [OPTION]...
       openapi-tools lists FILE...
       openapi-tools renew FILE NEWER [--check] [--json] [OPTION]...

FILE is an OpenAPI 3.0 or 3.1 document in JSON or YAML; for lists, a result of tools/list in JSON.

check   prints everything in the document that a tool cannot express, each with its JSON pointer, and what hosts
        refuse in the input schemas
budget  prints the size of every tool in bytes and tokens
lists   prints the size of each list, one line a file
renew   takes over the document NEWER into FILE (JSON), which keeps its texts and extensions, and prints what changed

Options:
  --check                            renew: change nothing, print only
  --json                             renew: print JSON
  --prefix TEXT                      start of every tool name
  --dry-run-header NAME=HEADER       argument for operations with x-dry-run
  --idempotency-header NAME=HEADER   argument for operations with standard idempotency
  --output-max-bytes N               longest output schema; 0 for no output schemas
  --open-enums                       output schemas also accept values that an enumeration does not list
  --max-tokens N                     budget: most tokens that a model sees of one tool
  --max-mean-tokens N                budget: most tokens that a model sees of a tool on average
  --max-list-bytes N                 budget: most bytes of all entries in tools/list
  -h, --help                         this text

The limits of budget hold for renew, too. The exit status is 1 if the document has problems, a budget is exceeded, or
something that was renewed needs a person; 2 if the command line is invalid, a file cannot be read or a document cannot
be renewed; else 0.";

/// The command.
pub(crate) enum Action {
    /// Print the usage.
    Help,
    /// Print the problems and warnings of a document.
    Check(PathBuf),
    /// Print the sizes of its tools.
    Budget(PathBuf),
    /// Print the sizes of lists.
    Lists(Vec<PathBuf>),
    /// Take over a newer document.
    Renew {
        ours: PathBuf,
        newer: PathBuf,
        check: bool,
        json: bool,
    },
}

/// The command line, parsed.
pub(crate) struct Arguments {
    pub(crate) action: Action,
    pub(crate) options: Options,
    pub(crate) limits: Limits,
}

impl Arguments {
    /// Reads the arguments of the process.
    ///
    /// # Errors
    ///
    /// The command or an option is unknown, or an argument is missing or superfluous.
    pub(crate) fn from_env() -> Result<Self, lexopt::Error> {
        let mut parser = lexopt::Parser::from_env();
        let mut options = Options::default();
        let mut limits = Limits::default();
        let mut words = Vec::new();
        let (mut check, mut json) = (false, false);
        while let Some(argument) = parser.next()? {
            match argument {
                Short('h') | Long("help") => {
                    return Ok(Self {
                        action: Action::Help,
                        options,
                        limits,
                    });
                }
                Long("prefix") => options.prefix = parser.value()?.string()?,
                Long("dry-run-header") => {
                    options.dry_run_header = Some(pair(parser.value()?.string()?)?)
                }
                Long("idempotency-header") => {
                    options.idempotency_header = Some(pair(parser.value()?.string()?)?)
                }
                Long("output-max-bytes") => options.output.max_bytes = parser.value()?.parse()?,
                Long("open-enums") => options.output.open_enums = true,
                Long("max-tokens") => limits.each = Some(parser.value()?.parse()?),
                Long("max-mean-tokens") => limits.mean = Some(parser.value()?.parse()?),
                Long("max-list-bytes") => limits.list = Some(parser.value()?.parse()?),
                Long("check") => check = true,
                Long("json") => json = true,
                Value(word) => words.push(word),
                other => return Err(other.unexpected()),
            }
        }
        let mut words = words.into_iter();
        if words.as_slice().first().is_some_and(|word| word == "lists") {
            let files = words.skip(1).map(PathBuf::from).collect();
            return Ok(Self {
                action: Action::Lists(files),
                options,
                limits,
            });
        }
        if words.as_slice().first().is_some_and(|word| word == "renew") {
            let mut files = words.skip(1).map(PathBuf::from);
            let (Some(ours), Some(newer), None) = (files.next(), files.next(), files.next()) else {
                return Err("renew needs two files: the document, and the newer one".into());
            };
            return Ok(Self {
                action: Action::Renew {
                    ours,
                    newer,
                    check,
                    json,
                },
                options,
                limits,
            });
        }
        if check || json {
            return Err("--check and --json are options of renew".into());
        }
        let (Some(command), Some(file), None) = (words.next(), words.next(), words.next()) else {
            return Err("a command and one file are needed".into());
        };
        let action = match command.to_str() {
            Some("check") => Action::Check(file.into()),
            Some("budget") => Action::Budget(file.into()),
            _ => return Err(format!("unknown command {command:?}").into()),
        };
        Ok(Self {
            action,
            options,
            limits,
        })
    }
}

fn pair(text: String) -> Result<(String, String), lexopt::Error> {
    match text.split_once('=') {
        Some((name, header)) if !name.is_empty() && !header.is_empty() => {
            Ok((name.to_owned(), header.to_owned()))
        }
        _ => Err(format!("{text:?} is not of the form NAME=HEADER").into()),
    }
}
