//! The media type of an imported file.

use std::path::Path;

/// The kinds of content that its first bytes tell for certain. Others have marks of two or three bytes,
/// which a text may begin with, or are containers whose use only the name tells.
const CERTAIN: [&str; 9] = [
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/heif",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
];

/// Finds the media type by the first bytes where they are certain, else by the name, else by the first
/// bytes.
pub(super) fn of(name: &Path, head: &[u8]) -> Option<&'static str> {
    let by_content = infer::get(head).map(|kind| kind.mime_type());
    by_content
        .filter(|kind| CERTAIN.contains(kind))
        .or_else(|| mime_guess::from_path(name).first_raw())
        .or(by_content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_decides_and_not_the_ending() {
        let jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0";
        for (name, head, right) in [
            ("photo.pdf", &jpeg[..], Some("image/jpeg")),
            ("invoice.txt", b"%PDF-1.7\n", Some("application/pdf")),
            ("2020-licence", b"%PDF-1.7\n", Some("application/pdf")),
            ("BMW.txt", b"BMW and more", Some("text/plain")),
            ("a.eml", b"From: a@b\n", Some("message/rfc822")),
            ("empty.pdf", b"", Some("application/pdf")),
            ("unknown", b"words", None),
        ] {
            assert_eq!(of(Path::new(name), head), right, "{name}");
        }
    }
}
