//! The command `openapi-tools`: checks an OpenAPI document, measures its tool list, and takes over a newer document.

mod arguments;
mod budget;
mod document;
mod lists;
mod renew;

use std::io::{self, Write};
use std::process::ExitCode;

use arguments::{Action, Arguments};
use openapi_tools::hosts::{self, Finding};
use openapi_tools::{Arena, Catalogue, Problem};

/// Exit status for an invalid command line or an unreadable file.
const UNUSABLE: u8 = 2;

fn main() -> ExitCode {
    let arguments = match Arguments::from_env() {
        Ok(arguments) => arguments,
        Err(error) => return fail(&format!("{error}\n\n{}", arguments::USAGE)),
    };
    match run(&arguments, &mut io::stdout().lock()) {
        Ok(code) => code,
        // The reader closed the pipe, for example `head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
    }
}

fn fail(message: &str) -> ExitCode {
    eprintln!("openapi-tools: {message}");
    ExitCode::from(UNUSABLE)
}

/// Runs the command. The status is 1 if the document has problems or a budget is exceeded.
fn run(arguments: &Arguments, out: &mut impl Write) -> io::Result<ExitCode> {
    let file = match &arguments.action {
        Action::Help => {
            writeln!(out, "{}", arguments::USAGE)?;
            return Ok(ExitCode::SUCCESS);
        }
        Action::Lists(files) => {
            lists::write(files, out)?;
            return Ok(ExitCode::SUCCESS);
        }
        Action::Renew {
            ours,
            newer,
            check,
            json,
        } => {
            let request = renew::Request {
                ours,
                newer,
                check: *check,
                json: *json,
                options: &arguments.options,
                limits: arguments.limits,
            };
            return Ok(if renew::run(&request, out)? {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            });
        }
        Action::Check(file) | Action::Budget(file) => file,
    };
    let document = document::read(file)?;
    let arena = Arena::default();
    let (catalogue, problems) = Catalogue::read(&document, &arguments.options, &arena);
    let within = match arguments.action {
        Action::Budget(_) => {
            for problem in &problems {
                eprintln!("problem {problem}");
            }
            budget::write(&catalogue, arguments.limits, out)?
        }
        Action::Check(_) | Action::Help | Action::Lists(_) | Action::Renew { .. } => {
            check(&catalogue, &problems, out)?;
            true
        }
    };
    Ok(if problems.is_empty() && within {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn check(catalogue: &Catalogue<'_>, problems: &[Problem], out: &mut impl Write) -> io::Result<()> {
    for problem in problems {
        writeln!(out, "problem {problem}")?;
    }
    for warning in catalogue.warnings() {
        writeln!(out, "warning {warning}")?;
    }
    let (mut listed, mut left_out) = (0, 0);
    for tool in &catalogue.tools {
        let checked = tool.input_schema.unwrap_or_default();
        let checked = serde_json::from_str(checked).unwrap_or_default();
        let checked = hosts::findings(&checked);
        let shown = hosts::findings(&hosts::listed_schema(tool));
        left_out += checked.iter().filter(|one| !shown.contains(one)).count();
        listed += shown.len();
        for finding in &checked {
            let fate = if shown.contains(finding) {
                "listed"
            } else {
                "not listed"
            };
            let Finding {
                pointer,
                what,
                hosts,
            } = finding;
            let hosts = hosts.join(", ");
            writeln!(out, "{fate} {}#{pointer}: {what} ({hosts})", tool.name)?;
        }
    }
    writeln!(
        out,
        "{} tools, {} problems, {} warnings; refused by some host: {listed} listed, {left_out} not listed",
        catalogue.tools.len(),
        problems.len(),
        catalogue.warnings().len()
    )
}
