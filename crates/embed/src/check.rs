//! `--check` and `--check-portal`: build the application and ask it whether it is ready, without listening.

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Empty, Limited};
use serde::Deserialize;
use tokportal_embed::App;

use crate::arguments::Arguments;
use crate::{build, print_line};

/// Where the application says whether it is ready: 200 or 503 with a [`Readiness`].
const READY_PATH: &str = "/readyz";
/// Where it says whether people can sign in, and what to change if they cannot, in the same form.
const PORTAL_PATH: &str = "/readyz/portal";
/// The longest answer that is read, in bytes.
const MAX_ANSWER: usize = 1 << 20;

#[derive(Deserialize)]
struct Readiness {
    ready: bool,
    checks: Vec<Check>,
}

#[derive(Deserialize)]
struct Check {
    name: String,
    ok: bool,
    /// What was found out.
    note: Option<String>,
    /// What does not work; if `ok`, what could not be found out.
    problem: Option<String>,
    /// What to change.
    fix: Option<String>,
}

/// Prints a line for each check: the host's own (manifest, runtime configuration, variables, components), then those
/// of the application. Returns whether all passed.
pub(crate) async fn check(arguments: &Arguments) -> bool {
    // The port is needed for {url} in a variable only.
    let port = arguments
        .listen
        .rsplit_once(':')
        .map_or("3000", |(_, port)| port);
    let url = format!("http://localhost:{port}");
    let app = match build(arguments, &url).await {
        Ok(app) => app,
        Err(error) => {
            print_line(&failed("host", &error.to_string()));
            return false;
        }
    };
    print_line("ok      host");
    let path = if arguments.check_portal {
        PORTAL_PATH
    } else {
        READY_PATH
    };
    let mut answer = ask(&app, &url, path).await;
    // The first question to a new store leaves a row there, and the second one finds it.
    if answer.as_ref().is_ok_and(|readiness| !readiness.ready) {
        answer = ask(&app, &url, path).await;
    }
    match answer {
        Ok(readiness) => {
            for check in &readiness.checks {
                print_line(&check.line());
            }
            readiness.ready && readiness.checks.iter().all(|check| check.ok)
        }
        Err(problem) => {
            print_line(&failed("application", &problem));
            false
        }
    }
}

async fn ask(app: &App, url: &str, path: &str) -> Result<Readiness, String> {
    let request = Request::get(format!("{url}{path}"))
        .body(Empty::<Bytes>::new())
        .map_err(|error| format!("--listen is not ADDRESS:PORT: {error}"))?;
    let response = app.handle(request).await;
    let status = response.status();
    if status == StatusCode::NOT_FOUND {
        return Err(format!(
            "it does not answer {path}, so its store and what it calls were not checked. Give the component that \
             route in the manifest."
        ));
    }
    let body = Limited::new(response.into_body(), MAX_ANSWER)
        .collect()
        .await
        .map_err(|error| format!("the answer of {path} broke off: {error}"))?;
    serde_json::from_slice(&body.to_bytes()).map_err(|error| {
        format!("{path} answered {status} with something else than checks: {error}")
    })
}

impl Check {
    fn line(&self) -> String {
        let mark = match (self.ok, &self.problem) {
            (false, _) => "FAILED",
            (true, Some(_)) => "NOTE",
            (true, None) => "ok",
        };
        let parts: Vec<&str> = [&self.note, &self.problem, &self.fix]
            .into_iter()
            .filter_map(|part| part.as_deref())
            .collect();
        line(mark, &self.name, &parts.join(" "))
    }
}

fn failed(name: &str, text: &str) -> String {
    line("FAILED", name, text)
}

/// The marks stand in one column, and the names in another.
fn line(mark: &str, name: &str, text: &str) -> String {
    if text.is_empty() {
        format!("{mark:<8}{name}")
    } else {
        format!("{mark:<8}{name}: {text}")
    }
}
