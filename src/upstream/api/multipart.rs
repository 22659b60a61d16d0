//! `multipart/form-data` bodies (RFC 7578).

/// A body under construction.
#[derive(Debug)]
pub(crate) struct Multipart {
    boundary: String,
    body: Vec<u8>,
}

impl Multipart {
    /// Starts a body. The boundary must be random enough not to occur in any part; 32 hexadecimal digits are.
    pub(crate) fn new(boundary: String) -> Self {
        Self {
            boundary,
            body: Vec::new(),
        }
    }

    /// Adds a text field.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.part(name, None, None, value.as_bytes());
    }

    /// Adds a file.
    pub(crate) fn file(&mut self, name: &str, file_name: &str, media_type: &str, bytes: &[u8]) {
        self.part(name, Some(file_name), Some(media_type), bytes);
    }

    /// The header value and the finished body.
    pub(crate) fn finish(mut self) -> (String, Vec<u8>) {
        self.body
            .extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        (
            format!("multipart/form-data; boundary={}", self.boundary),
            self.body,
        )
    }

    fn part(
        &mut self,
        name: &str,
        file_name: Option<&str>,
        media_type: Option<&str>,
        bytes: &[u8],
    ) {
        let mut head = format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{}\"",
            self.boundary,
            quoted(name)
        );
        if let Some(file_name) = file_name {
            head.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
        }
        if let Some(media_type) = media_type {
            head.push_str(&format!("\r\nContent-Type: {media_type}"));
        }
        head.push_str("\r\n\r\n");
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(bytes);
        self.body.extend_from_slice(b"\r\n");
    }
}

/// Escapes what would end the quoted string or the header line, as browsers do (HTML, section 4.10.22.8).
fn quoted(text: &str) -> String {
    text.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_fields_and_files() {
        let mut form = Multipart::new("b0".to_owned());
        form.text("bundle_id", "7");
        form.file("file", "a\"\r\nX: y.png", "image/png", b"\x89PNG");
        let (media_type, body) = form.finish();
        assert_eq!(media_type, "multipart/form-data; boundary=b0");
        let expected = b"--b0\r\nContent-Disposition: form-data; name=\"bundle_id\"\r\n\r\n7\r\n\
            --b0\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22%0D%0AX: y.png\"\r\n\
            Content-Type: image/png\r\n\r\n\x89PNG\r\n--b0--\r\n";
        assert_eq!(body, expected);
    }
}
