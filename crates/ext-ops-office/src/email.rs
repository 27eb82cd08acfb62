//! Emails as a reader sees them: who wrote to whom about what, the text, and the names of attachments.

use ext_services::documents::{DocumentError, DocumentPart};
use ext_unpack::plain_email;
use mail_parser::{Addr, Address, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use crate::{error::malformed, html};

/// Most parties, attachments and texts of an email that are read.
const MAX_PARTS: usize = 200;

/// Returns the text of an email. Of a text that is there as HTML and as plain text, it is the plain one.
pub(crate) fn text(email: &[u8]) -> Result<String, DocumentError> {
    let email = plain_email(email);
    let message = parse(&email)?;
    let mut lines: Vec<String> = message.subject().map(str::to_owned).into_iter().collect();
    for (name, address) in [("From", message.from()), ("To", message.to()), ("Cc", message.cc())] {
        let parties = parties(address);
        lines.extend((!parties.is_empty()).then(|| format!("{name}: {parties}")));
    }
    lines.extend(message.date().map(|date| format!("Date: {}", date.to_rfc3339())));
    lines.push(String::new());
    lines.extend(bodies(&message));
    let names = message.attachments().take(MAX_PARTS).filter_map(MimeHeaders::attachment_name);
    lines.extend(names.map(str::to_owned));
    Ok(lines.join("\n"))
}

/// Takes the attachments out. Pictures that the text shows are part of it: logos, smileys.
pub(crate) fn attachments(email: &[u8]) -> Result<Vec<DocumentPart>, DocumentError> {
    let email = plain_email(email);
    let message = parse(&email)?;
    let mut rest = message.attachments().filter(|part| !is_layout(part));
    let mut parts: Vec<DocumentPart> = rest.by_ref().take(MAX_PARTS).map(attachment).collect();
    if rest.next().is_some() {
        let (name, is_message) = ("the rest".to_owned(), false);
        let bytes = Err(format!("it has more than {MAX_PARTS} attachments"));
        parts.push(DocumentPart { name, is_message, bytes });
    }
    Ok(parts)
}

fn parse(email: &[u8]) -> Result<Message<'_>, DocumentError> {
    MessageParser::default().parse(email).ok_or_else(|| malformed("it is not an email"))
}

fn attachment(part: &MessagePart<'_>) -> DocumentPart {
    DocumentPart {
        name: part.attachment_name().unwrap_or_default().to_owned(),
        is_message: part.is_message(),
        bytes: Ok(part.contents().to_vec()),
    }
}

fn is_layout(part: &MessagePart<'_>) -> bool {
    let is_picture = part.content_type().is_some_and(|it| it.ctype().eq_ignore_ascii_case("image"));
    let is_attached = part.content_disposition().is_some_and(|it| it.is_attachment());
    is_picture && part.content_id().is_some() && !is_attached
}

fn parties(address: Option<&Address<'_>>) -> String {
    let party = |party: &Addr<'_>| -> String {
        let words = [party.name(), party.address()];
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    let parties = address.into_iter().flat_map(Address::iter).take(MAX_PARTS).map(party);
    parties.collect::<Vec<_>>().join(", ")
}

fn bodies(message: &Message<'_>) -> Vec<String> {
    let ids = message.text_body.iter().take(MAX_PARTS);
    let parts = ids.filter_map(|id| message.part(*id));
    let text = |part: &MessagePart<'_>| match &part.body {
        PartType::Text(text) => Some(text.clone().into_owned()),
        // A page that cannot be laid out is left out: the rest of the email is worth reading.
        PartType::Html(page) => html::text(page.as_bytes()).ok(),
        _ => None,
    };
    parts.filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_its_subject_parties_text_and_attachments() {
        let email = b"From: Ada <ada@example.org>\r\nTo: bob@example.org\r\n\
            Subject: =?utf-8?q?Caf=C3=A9?=\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
            Content-Type: text/html; charset=utf-8\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\n\
            <p>Flat=20white</p>\r\n--b\r\nContent-Type: application/pdf\r\n\
            Content-Disposition: attachment; filename=\"menu.pdf\"\r\n\
            Content-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n--b--\r\n";
        let text = text(email).unwrap();
        let expected =
            "Café\nFrom: Ada ada@example.org\nTo: bob@example.org\n\nFlat white\nmenu.pdf";
        assert_eq!(text, expected);
    }

    #[test]
    fn an_email_that_was_saved_as_wide_text_is_read() {
        let saved: Vec<u8> = "\u{feff}Subject: Invoice\r\n\r\nTotal 5.00 EUR\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(text(&saved).unwrap().trim_end(), "Invoice\n\nTotal 5.00 EUR");
    }

    #[test]
    fn what_is_not_an_email_does_no_harm() {
        for bytes in [&b""[..], b"\0\0\0", b"\r\n\r\n", b"Subject:", b"\xff\xfe: \x80"] {
            assert!(text(bytes).is_ok_and(|text| text.len() < 40) || text(bytes).is_err());
        }
    }
}
