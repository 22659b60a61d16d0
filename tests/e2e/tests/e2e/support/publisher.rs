//! Hosts of the public internet that publish documents of clients: one TLS server under many names.

use super::canned::response;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// The names of the hosts. The embedding host connects to the server for each of them.
pub(crate) const APP: &str = "app.example.com";
pub(crate) const KEYS: &str = "keys.example.net";
/// A name whose address is in a private network.
pub(crate) const INSIDE: &str = "inside.example.com";

/// What is published at a URL.
#[derive(Clone)]
enum Published {
    Answer(Vec<u8>),
    /// The connection stays open without an answer.
    Silence,
}

#[derive(Default)]
struct Shared {
    published: BTreeMap<String, Published>,
    /// Every URL that was requested.
    requested: Vec<String>,
}

/// A running server.
pub(crate) struct Publisher {
    shared: Arc<Mutex<Shared>>,
    port: u16,
    root: NamedTempFile,
}

impl Publisher {
    pub(crate) async fn start() -> Self {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let authority = CertifiedIssuer::self_signed(authority, key).expect("a certificate");
        let key = KeyPair::generate().expect("a key");
        let names = [APP, KEYS, INSIDE].map(str::to_owned);
        let certificate = CertificateParams::new(names)
            .and_then(|params| params.signed_by(&key, &authority))
            .expect("a certificate");
        let root = NamedTempFile::new().expect("a file");
        std::fs::write(root.path(), authority.pem()).expect("written");

        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("a TLS configuration");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::<Mutex<Shared>>::default();
        let served = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, shared) = (acceptor.clone(), Arc::clone(&served));
                tokio::spawn(async move {
                    let mut stream = acceptor.accept(stream).await.ok()?;
                    let host = stream.get_ref().1.server_name()?.to_owned();
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        head.push(stream.read_u8().await.ok()?);
                    }
                    let head = String::from_utf8(head).ok()?;
                    let path = head.split(' ').nth(1)?;
                    let url = format!("https://{host}{path}");
                    let published = {
                        let mut shared = shared.lock().expect("not poisoned");
                        let published = shared.published.get(&url).cloned();
                        shared.requested.push(url);
                        published
                    };
                    match published {
                        Some(Published::Answer(bytes)) => stream.write_all(&bytes).await.ok()?,
                        // Ends when the client closes the connection.
                        Some(Published::Silence) => drop(stream.read_u8().await),
                        None => stream
                            .write_all(&response("404 Not Found", b""))
                            .await
                            .ok()?,
                    }
                    stream.shutdown().await.ok()
                });
            }
        });
        Self { shared, port, root }
    }

    /// Mappings for `--resolve` of the embedding host. `INSIDE` stands for a name that the name service leads to this
    /// computer.
    pub(crate) fn mappings(&self) -> Vec<String> {
        let port = self.port;
        vec![
            format!("{APP}:443:127.0.0.1:{port}"),
            format!("{KEYS}:443:127.0.0.1:{port}"),
            format!("{INSIDE}:443:127.0.0.1"),
        ]
    }

    /// The root certificate, for `--root-certificate`.
    pub(crate) fn root(&self) -> &std::path::Path {
        self.root.path()
    }

    /// Publishes JSON at a URL, with more headers: each ends with CRLF.
    pub(crate) fn json(&self, url: &str, headers: &str, body: &str) {
        let head = format!("200 OK\r\ncontent-type: application/json\r\n{headers}");
        self.answer(url, head.trim_end(), body);
    }

    /// Publishes an answer with this status line and these headers.
    pub(crate) fn answer(&self, url: &str, head: &str, body: &str) {
        self.publish(url, Published::Answer(response(head, body.as_bytes())));
    }

    /// Lets requests for a URL wait for ever.
    pub(crate) fn silence(&self, url: &str) {
        self.publish(url, Published::Silence);
    }

    fn publish(&self, url: &str, published: Published) {
        let mut shared = self.shared.lock().expect("not poisoned");
        shared.published.insert(url.to_owned(), published);
    }

    /// How often a URL was requested.
    pub(crate) fn requests(&self, url: &str) -> usize {
        let shared = self.shared.lock().expect("not poisoned");
        shared.requested.iter().filter(|seen| *seen == url).count()
    }

    /// How many requests there were.
    pub(crate) fn all_requests(&self) -> usize {
        self.shared.lock().expect("not poisoned").requested.len()
    }
}
