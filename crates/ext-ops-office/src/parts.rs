//! The parts of emails, mailboxes and archives.

use ext_services::documents::{ContainerKind, DocumentError, DocumentPart};
use ext_unpack::{Budget, Kind, Limits, UnpackError, detect, open};

use crate::{email, error::malformed};

/// Limits of a mailbox: its messages are no larger than it is itself.
const MAILBOX: Limits = Limits { files: u64::MAX, ..Limits::DEFAULT };

/// Takes a container apart, one level deep.
pub(crate) fn parts(kind: ContainerKind, bytes: &[u8]) -> Result<Vec<DocumentPart>, DocumentError> {
    let detected = detect(bytes).kind;
    match kind {
        ContainerKind::Email => email::attachments(bytes),
        ContainerKind::Mailbox if detected == Kind::Mbox => unpack(detected, bytes, MAILBOX),
        ContainerKind::Archive if detected.is_container() => {
            unpack(detected, bytes, Limits::DEFAULT)
        }
        ContainerKind::Mailbox => Err(malformed("it is not a mailbox")),
        ContainerKind::Archive => Err(malformed("it is not an archive")),
    }
}

fn unpack(kind: Kind, bytes: &[u8], limits: Limits) -> Result<Vec<DocumentPart>, DocumentError> {
    let items = open(kind, bytes, &mut Budget::new(limits)).map_err(|error| match error {
        UnpackError::Encrypted { .. } => DocumentError::Encrypted,
        error => malformed(error),
    })?;
    let part = |item: ext_unpack::Item| DocumentPart {
        name: item.name.unwrap_or_default(),
        is_message: kind == Kind::Mbox || item.bytes.as_ref().is_ok_and(|it| is_message(it)),
        bytes: item.bytes.map_err(|error| error.to_string()),
    };
    Ok(items.into_iter().map(part).collect())
}

fn is_message(bytes: &[u8]) -> bool {
    detect(bytes).kind == Kind::Email
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(kind: ContainerKind, bytes: &[u8]) -> Vec<(String, bool, Vec<u8>)> {
        let parts = parts(kind, bytes).unwrap().into_iter();
        parts.map(|part| (part.name, part.is_message, part.bytes.unwrap())).collect()
    }

    #[test]
    fn messages_come_one_by_one() {
        let mbox = b"From a Mon Jan  5 09:00:00 2026\nSubject: one\n\n1\n\n\
            From b Tue Jan  6 09:00:00 2026\nSubject: two\n\n2\n";
        let found = named(ContainerKind::Mailbox, mbox);
        assert_eq!(found.len(), 2);
        assert!(found[1].1 && found[1].2.starts_with(b"Subject: two"));
        assert!(parts(ContainerKind::Mailbox, b"From Monday on we are closed.").is_err());
    }

    #[test]
    fn attachments_are_taken_out_and_pictures_of_the_layout_are_not() {
        let email = b"Subject: x\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
            hello\r\n--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; \
            filename=a.csv\r\nContent-Transfer-Encoding: base64\r\n\r\ncXVheQ==\r\n--b\r\n\
            Content-Type: image/png\r\nContent-ID: <logo>\r\nContent-Disposition: inline\r\n\
            Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b\r\n\
            Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nnested\r\n--b--\r\n";
        let found = named(ContainerKind::Email, email);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!((found[0].0.as_str(), &found[0].2[..]), ("a.csv", &b"quay"[..]));
        let inner = String::from_utf8_lossy(&found[1].2);
        assert!(found[1].1 && inner.starts_with("Subject: inner"), "{inner}");
        assert!(!inner.contains("hello") && inner.contains("nested"), "{inner}");
    }

    #[test]
    fn files_of_an_archive_are_named_and_an_email_in_it_is_told() {
        let zip = ext_testing::archive(&[("a.txt", b"one"), ("b.eml", b"Subject: x\r\n\r\ny")]);
        let found = named(ContainerKind::Archive, &zip);
        let told: Vec<_> =
            found.iter().map(|(name, message, _)| (name.as_str(), *message)).collect();
        assert_eq!(told, [("a.txt", false), ("b.eml", true)]);
        assert!(parts(ContainerKind::Archive, b"words").is_err());
    }
}
