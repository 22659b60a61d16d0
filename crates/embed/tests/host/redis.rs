//! A Redis of its own for a test: Debian's `redis-server` on a free port, with its data in a temporary directory. The
//! end-to-end tests of the connector use this module, too.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Another program may take a free port before Redis does.
const ATTEMPTS: usize = 20;

/// A running Redis, or a killed one that can be started again.
pub(crate) struct Redis {
    child: Child,
    port: u16,
    directory: tempfile::TempDir,
}

impl Redis {
    /// Starts an empty Redis that writes every change to disk before it answers.
    pub(crate) fn start() -> Self {
        let directory = tempfile::tempdir().expect("a folder");
        for _ in 0..ATTEMPTS {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
            let port = listener.local_addr().expect("an address").port();
            drop(listener);
            if let Some(child) = launch(port, directory.path()) {
                return Self {
                    child,
                    port,
                    directory,
                };
            }
        }
        panic!("redis-server did not start");
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// A runtime configuration that keeps the store `default` here.
    pub(crate) fn runtime_config(&self) -> PathBuf {
        let file = self.directory.path().join("runtime.toml");
        let text = format!(
            "[key_value_store.default]\ntype = \"redis\"\nurl = \"{}\"\n",
            self.url()
        );
        std::fs::write(&file, text).expect("a file");
        file
    }

    /// Ends the process as a crash does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("a process");
        self.child.wait().expect("a process");
    }

    /// Starts it again after [`Redis::kill`], at the same address with the data on disk.
    pub(crate) fn restart(&mut self) {
        let child = (0..ATTEMPTS).find_map(|_| launch(self.port, self.directory.path()));
        self.child = child.expect("the port is free again");
    }

    /// Stops the process without closing its connections, or lets it continue: `STOP` or `CONT`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// The answer to a command without spaces in its arguments, in the protocol of Redis.
    pub(crate) fn command(&self, line: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        write!(stream, "{line}\r\nQUIT\r\n").expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
            .strip_suffix("+OK\r\n")
            .expect("a whole answer")
            .to_owned()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the program and waits until it accepts connections. Returns `None` if it ends before.
fn launch(port: u16, directory: &Path) -> Option<Child> {
    let started = Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
        .args([
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
            "--save",
            "",
        ])
        .arg("--dir")
        .arg(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            panic!("redis-server is missing; install it: apt-get install redis-server")
        }
        Err(error) => panic!("redis-server: {error}"),
    };
    let out = BufReader::new(child.stdout.take().expect("a pipe"));
    let ready = out
        .lines()
        .map_while(Result::ok)
        .any(|line| line.contains("Ready to accept connections"));
    if ready {
        return Some(child);
    }
    child.wait().expect("a process");
    None
}
