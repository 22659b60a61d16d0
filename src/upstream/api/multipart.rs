//! Bodies of the media type `multipart/form-data` (RFC 7578).

/// Builds a body part by part.
#[derive(Debug)]
pub(super) struct Multipart {
    boundary: String,
    body: Vec<u8>,
}

impl Multipart {
    /// Starts a body. The boundary must be random, so that no part contains it; 32 hexadecimal digits are enough.
    pub(super) fn new(boundary: String) -> Self {
        Self {
            boundary,
            body: Vec::new(),
        }
    }

    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.part(name, None, None, value.as_bytes());
    }

    pub(super) fn file(&mut self, name: &str, file_name: &str, media_type: &str, bytes: &[u8]) {
        self.part(name, Some(file_name), Some(media_type), bytes);
    }

    /// The value of `Content-Type`, and the body.
    pub(super) fn finish(mut self) -> (String, Vec<u8>) {
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
        let mut part_headers = format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{}\"",
            self.boundary,
            escape(name)
        );
        if let Some(file_name) = file_name {
            part_headers.push_str(&format!("; filename=\"{}\"", escape(file_name)));
        }
        if let Some(media_type) = media_type {
            part_headers.push_str(&format!("\r\nContent-Type: {media_type}"));
        }
        part_headers.push_str("\r\n\r\n");
        self.body.extend_from_slice(part_headers.as_bytes());
        self.body.extend_from_slice(bytes);
        self.body.extend_from_slice(b"\r\n");
    }
}

/// Escapes the characters that would end the quoted string or the header line, as browsers do (HTML, section
/// 4.10.22.8).
fn escape(text: &str) -> String {
    text.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_files_are_written_with_escaped_names() {
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
