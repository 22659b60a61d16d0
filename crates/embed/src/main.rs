//! `tokportal-embed`: runs a Spin application from its manifest, without the `spin` binary.

mod arguments;
mod check;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use arguments::{Arguments, Command};
use tokio::net::TcpListener;
use tokportal_embed::{
    App, Error, Limits, LogLine, LogSink as _, LogSource, Server, StderrLog, TestClock,
};

/// Tasks that a thread runs before it polls for network events. A task that computes in a component runs for a
/// millisecond, so tokio's default of 61 tasks would delay other requests.
const EVENT_INTERVAL: u32 = 8;
/// How long the program waits for compilation and database work after the server has stopped.
const BLOCKING_WORK_TIME: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let arguments = match arguments::parse(lexopt::Parser::from_env()) {
        Ok(Command::Serve(arguments)) => arguments,
        Ok(Command::Version) => {
            print_line(concat!("tokportal-embed ", env!("CARGO_PKG_VERSION")));
            return ExitCode::SUCCESS;
        }
        Ok(Command::Help) => {
            print_line(arguments::HELP);
            return ExitCode::SUCCESS;
        }
        Err(error) => return fail(&format!("{error}; see --help")),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .event_interval(EVENT_INTERVAL)
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.to_string()),
    };
    let result = if arguments.check || arguments.check_portal {
        Ok(runtime.block_on(check::check(&arguments)))
    } else {
        runtime.block_on(run(&arguments)).map(|()| true)
    };
    runtime.shutdown_timeout(BLOCKING_WORK_TIME);
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => fail(&error.to_string()),
    }
}

async fn run(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let mut signals = Signals::new()?;
    let server = tokio::select! {
        served = serve(arguments) => served?,
        () = signals.stop() => return Ok(()),
    };
    signals.stop().await;
    print_line("Stopping.");
    tokio::select! {
        () = server.shutdown() => {}
        // A second signal ends the program without waiting for requests.
        () = signals.stop() => {}
    }
    Ok(())
}

async fn serve(arguments: &Arguments) -> Result<Server, Error> {
    // The program opens the socket before it builds the application, because {url} in a variable needs the port, and
    // so that a port in use is reported at once.
    let listener = TcpListener::bind(&arguments.listen)
        .await
        .map_err(|source| Error::Bind {
            address: arguments.listen.clone(),
            source,
        })?;
    let port = listener
        .local_addr()
        .map_err(|source| Error::Bind {
            address: arguments.listen.clone(),
            source,
        })?
        .port();
    let url = format!("http://localhost:{port}");
    let banner = match &arguments.banner {
        Some(path) => Some(std::fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.clone(),
            source,
        })?),
        None => None,
    };

    let app = build(arguments, &url).await?;
    let server = app.serve(listener)?;
    if let Some(banner) = banner {
        print_line(banner.replace("{url}", &url).trim_end());
    }
    print_line(&format!("Listening on {url}"));
    Ok(server)
}

/// Builds the application. `{url}` in a variable becomes `url`.
async fn build(arguments: &Arguments, url: &str) -> Result<App, Error> {
    let mut builder = App::builder().manifest(&arguments.manifest)?;
    for (name, value) in &arguments.variables {
        builder = builder.variable(name, value.replace("{url}", url));
    }
    let env_file = arguments
        .manifest
        .parent()
        .unwrap_or_else(|| Path::new(""))
        .join(".env");
    if env_file.is_file() {
        builder = builder.env_file(env_file);
    }
    if let Some(directory) = &arguments.state_dir {
        builder = builder.state_dir(directory);
    }
    if let Some(file) = &arguments.runtime_config {
        builder = builder.runtime_config(file)?;
    }
    builder = match &arguments.cache_dir {
        Some(directory) => builder.cache_dir(directory),
        None => builder.cache_in_state_dir(),
    };
    if arguments.in_memory {
        builder = builder.in_memory();
    }
    for mapping in &arguments.resolve {
        builder = builder.resolve(mapping)?;
    }
    for file in &arguments.root_certificates {
        builder = builder.root_certificates(file)?;
    }
    if let Some(connections_per_address) = arguments.connections_per_address {
        builder = builder.limits(Limits {
            connections_per_address,
            ..Limits::default()
        });
    }
    if let Some(ahead) = arguments.clock_ahead {
        let clock = TestClock::new();
        clock.advance(ahead);
        builder = builder.clock(clock);
    }
    if arguments.quiet {
        builder = builder.log(|line: LogLine<'_>| {
            if line.source == LogSource::Host {
                StderrLog.line(line);
            }
        });
    }
    builder
        .block_private_networks(arguments.block_private_networks)
        .build()
        .await
}

/// The signals that stop the program after the requests in flight: Ctrl-C and, on Unix, SIGTERM.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn stop(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {})
    }

    async fn stop(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // The handler could not be installed, so Ctrl-C ends the program without it.
            std::future::pending::<()>().await;
        }
    }
}

fn print_line(text: &str) {
    // The server keeps serving when standard output is closed.
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

fn fail(message: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr().lock(), "tokportal-embed: {message}");
    ExitCode::FAILURE
}
