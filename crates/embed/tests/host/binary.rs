//! The program, run as a child process.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::manifest;
use crate::upstream::Upstream;

/// The program on a free port, with a manifest and a banner in a directory of its own.
struct Program {
    child: Child,
    out: BufReader<ChildStdout>,
    directory: tempfile::TempDir,
}

impl Drop for Program {
    fn drop(&mut self) {
        // A failed test must leave no process behind. After a regular end there is no process to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(arguments: &[&str]) -> Program {
    let directory = tempfile::tempdir().unwrap();
    let hosts = r#""http://127.0.0.1:*", "https://*:443""#;
    let manifest = manifest("public_url", "unset", "/...", hosts);
    std::fs::write(directory.path().join("spin.toml"), manifest).unwrap();
    std::fs::write(
        directory.path().join("banner.txt"),
        "Try {url}/hello\nand {url}/count\n",
    )
    .unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tokportal-embed"))
        .current_dir(directory.path())
        .args(arguments)
        .env("EMBED_TRAP_LOG", directory.path().join("traps.log"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    Program {
        child,
        out,
        directory,
    }
}

impl Program {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// Reads until the server listens, and returns its port.
    fn port(&mut self) -> u16 {
        loop {
            let line = self.line();
            assert!(!line.is_empty(), "the program ended");
            if let Some(port) = line.strip_prefix("Listening on http://localhost:") {
                return port.parse().unwrap();
            }
        }
    }

    /// The lines that `EMBED_TRAP_LOG` has so far.
    fn traps(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("traps.log")).unwrap_or_default()
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", name, &id])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Waits for the end. Returns the exit code and the text on standard error.
    fn end(mut self) -> (Option<i32>, String) {
        let mut text = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        (self.child.wait().unwrap().code(), text)
    }
}

async fn request(port: u16, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn answer(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn trap_is_a_line_in_the_file_of_the_environment() {
    let mut program = start(&["--listen", "127.0.0.1:0", "--in-memory"]);
    let port = program.port();
    let ended = answer(request(port, "/hello").await).await;
    assert!(ended.ends_with("hello"), "{ended}");
    assert_eq!(program.traps(), "");
    let ended = answer(request(port, "/trap").await).await;
    assert!(ended.starts_with("HTTP/1.1 500 "), "{ended}");
    // The instance may end after the response.
    while !program.traps().ends_with('\n') {
        tokio::task::yield_now().await;
    }
    let traps = program.traps();
    assert!(traps.starts_with("guest\tended: wasm trap"), "{traps}");
    assert_eq!(traps.lines().count(), 1, "{traps}");
}

#[tokio::test]
async fn program_prints_the_banner_serves_and_stops_on_ctrl_c() {
    let arguments = [
        "--listen",
        "127.0.0.1:0",
        "--variable",
        "public_url={url}",
        "--banner",
        "banner.txt",
    ];
    let mut program = start(&arguments);
    let banner = [program.line(), program.line()];
    let port = program.port();
    let url = format!("http://localhost:{port}");
    assert_eq!(
        banner,
        [format!("Try {url}/hello"), format!("and {url}/count")]
    );
    let text = answer(request(port, "/variable/public_url").await).await;
    assert!(text.ends_with(&url), "{text}");
    answer(request(port, "/print?hello").await).await;
    program.signal("INT");
    let (code, errors) = program.end();
    assert_eq!(code, Some(0));
    assert_eq!(errors, "[guest] out hello\n[guest] err hello\n");
}

#[tokio::test]
async fn request_in_flight_is_answered_after_sigterm() {
    let upstream = Upstream::start().await;
    let mut program = start(&["--listen", "127.0.0.1:0", "--in-memory"]);
    let stream = request(program.port(), &format!("/fetch?{}/wait", upstream.url())).await;
    upstream.wait_for_request().await;
    program.signal("TERM");
    while program.line() != "Stopping." {}
    upstream.release();
    let text = answer(stream).await;
    assert!(text.ends_with("200 waited"), "{text}");
    assert_eq!(program.end().0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn program_reaches_a_test_server_under_a_public_name() {
    let (upstream, certificate) = Upstream::start_tls("docs.example").await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("root.pem");
    std::fs::write(&file, certificate.pem()).unwrap();
    let mapping = format!("docs.example:443:127.0.0.1:{}", upstream.port());
    let mut program = start(&[
        "--listen",
        "127.0.0.1:0",
        "--in-memory",
        "--resolve",
        &mapping,
        "--resolve",
        "inside.example:443:10.0.0.1",
        "--root-certificate",
        &file.display().to_string(),
    ]);
    let port = program.port();
    let text = answer(request(port, "/fetch?https://docs.example/").await).await;
    assert!(text.ends_with("200 hello"), "{text}");
    let text = answer(request(port, "/fetch?https://inside.example/").await).await;
    assert!(
        text.ends_with("ErrorCode::DestinationIpProhibited"),
        "{text}"
    );
}

#[test]
fn malformed_mapping_ends_the_program_with_an_error() {
    let (code, errors) = start(&["--listen", "127.0.0.1:0", "--resolve", "a.example:443"]).end();
    assert_eq!(code, Some(1));
    assert_eq!(
        errors,
        "tokportal-embed: resolve `a.example:443`: is not HOST:PORT:ADDRESS[:PORT]\n"
    );
}

#[test]
fn port_in_use_ends_the_program_with_an_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, errors) = start(&["--listen", &address]).end();
    assert_eq!(code, Some(1));
    assert_eq!(
        errors,
        format!(
            "tokportal-embed: {address} is already in use by another program; stop it or choose another port\n"
        )
    );
}

#[test]
fn quiet_prints_only_messages_of_the_host() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut program = start(&["--listen", "127.0.0.1:0", "--in-memory", "--quiet"]);
    let port = program.port();
    runtime.block_on(async {
        answer(request(port, "/print?hello").await).await;
        answer(request(port, "/fetch?http://refused.example/").await).await;
    });
    program.signal("TERM");
    let (_, errors) = program.end();
    assert!(
        errors.starts_with("[host] guest: component `guest` was refused http://refused.example"),
        "{errors}"
    );
    assert_eq!(errors.lines().count(), 1, "{errors}");
}

#[test]
fn missing_manifest_ends_the_program_with_an_error() {
    let (code, errors) = start(&["--listen", "127.0.0.1:0", "--manifest", "none.toml"]).end();
    assert_eq!(code, Some(1));
    assert!(
        errors.starts_with("tokportal-embed: cannot read none.toml: "),
        "{errors}"
    );
}
