//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use lexopt::prelude::{Long, Short, ValueExt as _};

pub(crate) const HELP: &str = "\
Runs a Spin application from its manifest, without the spin binary.

Usage: tokportal-embed [OPTIONS]

  --manifest FILE           The manifest (default: spin.toml)
  --listen ADDRESS:PORT     Where to listen; port 0 chooses a free port (default: 127.0.0.1:3000)
  --variable NAME=VALUE     The value of an application variable; {url} in it is the server's own URL.
                            May be given more than once. Other sources, in order: SPIN_VARIABLE_NAME in the
                            environment, the same in the file .env next to the manifest, the default.
  --state-dir DIR           Where key-value stores and databases are kept (default: .spin)
  --runtime-config-file FILE
                            Spin's runtime configuration: where each key-value store is kept (types \"redis\" and
                            \"spin\"), and whether private networks are blocked
  --in-memory               Keep key-value stores and databases in memory
  --cache-dir DIR           Keep compiled components there, so that the next start need not compile them (default: cache in
                            the state directory; nothing with --in-memory). The host runs what is in it, so no other user
                            may write there.
  --check                   Do not listen. Build the application, ask it at /readyz whether it is ready, print a line for
                            each check, and exit with 0 if all passed, else with 1.
  --check-portal            The same, but ask it at /readyz/portal whether people can sign in at the portal
  --banner FILE             Print this file once the server listens; {url} in it is the server's own URL
  --block-private-networks  Refuse connections of components to private and local addresses, even under a name that
                            they may call. Under `*` in allowed_outbound_hosts they are refused always.
  --resolve HOST:PORT:ADDRESS[:PORT]
                            Connect to ADDRESS where a component calls the name HOST at that port. ADDRESS alone stands
                            for an answer of the name service, and is refused where a private address is. ADDRESS:PORT
                            is used as it is. IPv6 with a port: [::1]:8443. May be given more than once.
  --root-certificate FILE   Trust the certificates in FILE (PEM) beside the usual roots. May be given more than once.
  --connections-per-address N
                            Open connections of one address (default: 256). Behind a reverse proxy all come from the proxy.
  --clock-ahead SECONDS     Set the wall clock of components ahead, to test expiry
  --quiet                   Print the messages of the host, but not the output of components
  --version                 Print the version
  --help                    Print this text

The last line printed before requests are served is `Listening on http://localhost:PORT`.
Ctrl-C and SIGTERM end the server after the requests in flight.";

/// What the command line asks for.
pub(crate) enum Command {
    Serve(Box<Arguments>),
    Version,
    Help,
}

pub(crate) struct Arguments {
    pub(crate) manifest: PathBuf,
    pub(crate) listen: String,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) state_dir: Option<PathBuf>,
    pub(crate) runtime_config: Option<PathBuf>,
    pub(crate) in_memory: bool,
    pub(crate) cache_dir: Option<PathBuf>,
    pub(crate) check: bool,
    pub(crate) check_portal: bool,
    pub(crate) banner: Option<PathBuf>,
    pub(crate) block_private_networks: bool,
    pub(crate) resolve: Vec<String>,
    pub(crate) root_certificates: Vec<PathBuf>,
    pub(crate) connections_per_address: Option<usize>,
    pub(crate) clock_ahead: Option<Duration>,
    pub(crate) quiet: bool,
}

/// Reads the command line.
///
/// # Errors
/// A message for the person who typed the command line.
pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut arguments = Arguments {
        manifest: "spin.toml".into(),
        listen: "127.0.0.1:3000".to_owned(),
        variables: Vec::new(),
        state_dir: None,
        runtime_config: None,
        in_memory: false,
        cache_dir: None,
        check: false,
        check_portal: false,
        banner: None,
        block_private_networks: false,
        resolve: Vec::new(),
        root_certificates: Vec::new(),
        connections_per_address: None,
        clock_ahead: None,
        quiet: false,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("manifest") | Short('f') => arguments.manifest = parser.value()?.into(),
            Long("listen") => arguments.listen = parser.value()?.string()?,
            Long("variable") => {
                let text = parser.value()?.string()?;
                let (name, value) = text.split_once('=').ok_or_else(|| {
                    lexopt::Error::from(format!("--variable {text} is not NAME=VALUE"))
                })?;
                arguments
                    .variables
                    .push((name.to_owned(), value.to_owned()));
            }
            Long("state-dir") => arguments.state_dir = Some(parser.value()?.into()),
            Long("runtime-config-file") => arguments.runtime_config = Some(parser.value()?.into()),
            Long("cache-dir") => arguments.cache_dir = Some(parser.value()?.into()),
            Long("check") => arguments.check = true,
            Long("check-portal") => arguments.check_portal = true,
            Long("in-memory") => arguments.in_memory = true,
            Long("banner") => arguments.banner = Some(parser.value()?.into()),
            Long("block-private-networks") => arguments.block_private_networks = true,
            Long("resolve") => arguments.resolve.push(parser.value()?.string()?),
            Long("root-certificate") => arguments.root_certificates.push(parser.value()?.into()),
            Long("connections-per-address") => {
                arguments.connections_per_address = Some(parser.value()?.parse()?);
            }
            Long("clock-ahead") => {
                arguments.clock_ahead = Some(Duration::from_secs(parser.value()?.parse()?));
            }
            Long("quiet") => arguments.quiet = true,
            Long("version") | Short('V') => return Ok(Command::Version),
            Long("help") | Short('h') => return Ok(Command::Help),
            other => return Err(other.unexpected()),
        }
    }
    if arguments.check && arguments.check_portal {
        return Err("--check and --check-portal exclude each other".into());
    }
    if arguments.in_memory && arguments.state_dir.is_some() {
        return Err("--in-memory and --state-dir exclude each other".into());
    }
    Ok(Command::Serve(Box::new(arguments)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(line: &[&str]) -> Option<String> {
        parse(lexopt::Parser::from_args(line))
            .err()
            .map(|error| error.to_string())
    }

    #[test]
    fn variable_may_contain_equal_signs() {
        let parsed = parse(lexopt::Parser::from_args([
            "--variable",
            "a=b=c",
            "--listen",
            "127.0.0.1:0",
        ]));
        assert!(matches!(parsed, Ok(Command::Serve(arguments))
            if arguments.variables == [("a".to_owned(), "b=c".to_owned())] && arguments.listen == "127.0.0.1:0"));
    }

    #[test]
    fn invalid_argument_is_an_error_that_names_it() {
        assert_eq!(
            error_of(&["--variable", "x"]).as_deref(),
            Some("--variable x is not NAME=VALUE")
        );
        assert_eq!(
            error_of(&["--clock-ahead", "-1"]).as_deref(),
            Some("cannot parse argument \"-1\": invalid digit found in string")
        );
        assert_eq!(
            error_of(&["--check", "--check-portal"]).as_deref(),
            Some("--check and --check-portal exclude each other")
        );
        assert_eq!(
            error_of(&["--bogus"]).as_deref(),
            Some("invalid option '--bogus'")
        );
        assert_eq!(
            error_of(&["--in-memory", "--state-dir", "x"]).as_deref(),
            Some("--in-memory and --state-dir exclude each other")
        );
    }
}
