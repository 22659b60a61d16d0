//! Root certificates in PEM files.

use std::path::PathBuf;

use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

use crate::error::Error;

/// The certificates of a file, in DER.
///
/// # Errors
/// The file cannot be read, has no certificate, or one that is malformed.
pub(super) fn read(path: PathBuf) -> Result<Vec<Vec<u8>>, Error> {
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(source) => return Err(Error::Read { path, source }),
    };
    parse(&text)
        .map_err(|problem| Error::invalid(format!("root certificate {}", path.display()), problem))
}

fn parse(text: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let mut certificates = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(text) {
        let certificate = certificate.map_err(|error| format!("is not PEM: {error}"))?;
        // The store that connections use comes later; this one tells which file is wrong.
        RootCertStore::empty()
            .add(certificate.clone())
            .map_err(|error| format!("has a certificate that cannot be read: {error}"))?;
        certificates.push(certificate.to_vec());
    }
    if certificates.is_empty() {
        return Err("has no certificate; it must have `-----BEGIN CERTIFICATE-----`".to_owned());
    }
    Ok(certificates)
}
