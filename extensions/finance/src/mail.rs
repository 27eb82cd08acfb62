//! An email taken apart: headers, body, and the documents attached to it.

use std::collections::HashSet;

use mail_parser::{
    Address, HeaderValue, Message as RawMessage, MessageParser, MessagePart, MimeHeaders, PartType,
};
use serde::Serialize;
use spacedrive_sdk::prelude::*;

use crate::documents::{self, Document};
use crate::text::clip;

/// Depth of emails within emails.
const MAX_DEPTH: usize = 4;
/// Nested emails that are parsed at all; the parser nests its data as deep as they do.
const MAX_NESTED_EMAILS: usize = 200;
/// Parts of an email that are looked at.
pub(crate) const MAX_PARTS: usize = 1000;
/// Documents of an email that are read.
pub(crate) const MAX_DOCUMENTS: usize = 50;
/// Longest body that is read, in bytes; no receipt is that long.
const MAX_BODY_BYTES: usize = 4 << 20;
/// Headers that are kept.
const MAX_HEADERS: usize = 200;
/// Longest header that is kept, in bytes.
const MAX_HEADER_BYTES: usize = 2000;

/// An email and the emails attached to it.
#[derive(Debug, Default)]
pub(crate) struct ParsedMail {
    /// The email itself first.
    pub(crate) messages: Vec<Message>,
    /// Parts that were too much, for the user.
    pub(crate) left_out: Vec<String>,
    documents: usize,
    parts: usize,
}

/// One email without the emails attached to it.
#[derive(Debug, Default)]
pub(crate) struct Message {
    pub(crate) email: Email,
    pub(crate) documents: Vec<Document>,
    pub(crate) html: Option<String>,
    pub(crate) plain: Option<String>,
    /// It came over a mailing list.
    pub(crate) list: bool,
}

/// `email.json`: what an email says about itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Email {
    pub(crate) message_id: Option<String>,
    pub(crate) subject: Option<String>,
    /// RFC 3339, as the sender wrote it.
    pub(crate) date: Option<String>,
    pub(crate) from: Vec<Party>,
    pub(crate) reply_to: Vec<Party>,
    pub(crate) to: Vec<Party>,
    pub(crate) cc: Vec<Party>,
    pub(crate) attachments: Vec<Attachment>,
    /// Name and raw value, in their order.
    pub(crate) headers: Vec<(String, String)>,
}

/// Somebody named in a header.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Party {
    pub(crate) name: Option<String>,
    pub(crate) address: Option<String>,
}

/// A part of the email other than its body.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Attachment {
    pub(crate) name: Option<String>,
    pub(crate) media_type: String,
    /// In bytes, decoded.
    pub(crate) size: usize,
}

impl Email {
    /// Returns the key by which two copies of an email are the same.
    pub(crate) fn identity(&self) -> String {
        if let Some(id) = &self.message_id {
            return format!("id:{id}");
        }
        let from = self.from.iter().filter_map(|party| party.address.as_deref()).next();
        let parts = [from, self.date.as_deref(), self.subject.as_deref()];
        format!("mail:{}", parts.map(Option::unwrap_or_default).join("\n"))
    }

    pub(crate) fn subject(&self) -> &str {
        self.subject.as_deref().unwrap_or_default()
    }
}

/// Takes an email apart.
///
/// # Errors
/// The bytes are not an email, or it holds more emails than [`MAX_NESTED_EMAILS`].
pub(crate) fn open(raw: &[u8]) -> Result<ParsedMail> {
    if nested_emails(raw) > MAX_NESTED_EMAILS {
        return Err(Error::failed(format!(
            "more than {MAX_NESTED_EMAILS} emails are nested in the email"
        )));
    }
    let message = MessageParser::default()
        .parse(raw)
        .ok_or_else(|| Error::failed("the file is not an email"))?;
    let mut parsed = ParsedMail::default();
    parsed.add(&message, 1);
    parsed.note_left_out();
    Ok(parsed)
}

/// Counts the emails inside an email by their media types: an upper bound.
fn nested_emails(raw: &[u8]) -> usize {
    let starts = |at: usize, word: &[u8]| {
        raw.get(at..at + word.len()).is_some_and(|bytes| bytes.eq_ignore_ascii_case(word))
    };
    let words: [&[u8]; 3] = [b"/rfc822", b"/global", b"/digest"];
    let slashes = raw.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    slashes.filter(|(at, _)| words.iter().any(|word| starts(*at, word))).count()
}

impl ParsedMail {
    fn add(&mut self, raw: &RawMessage<'_>, depth: usize) {
        let mut message = Message { email: headers(raw), list: is_list(raw), ..Message::default() };
        (message.html, message.plain) = bodies(raw);
        let shown = message.html.as_deref().map(shown).unwrap_or_default();
        let place = self.messages.len();
        self.messages.push(Message::default());
        for &id in &raw.attachments {
            self.parts += 1;
            if self.parts > MAX_PARTS {
                continue;
            }
            if let Some(part) = raw.part(id) {
                self.attachment(part, &mut message, &shown, depth);
            }
        }
        if let Some(slot) = self.messages.get_mut(place) {
            *slot = message;
        }
    }

    fn attachment(
        &mut self,
        part: &MessagePart<'_>,
        message: &mut Message,
        shown: &HashSet<String>,
        depth: usize,
    ) {
        let media_type = media_type(part);
        let name = part.attachment_name().map(|name| clip(name, 255).to_owned());
        message.email.attachments.push(Attachment {
            name: name.clone(),
            media_type: media_type.clone(),
            size: part.len(),
        });
        if let PartType::Message(nested) = &part.body {
            return self.nested(nested, depth);
        }
        let in_page = part.content_id().is_some_and(|id| shown.contains(id));
        let Some(document) =
            documents::find(part.contents(), name.as_deref(), &media_type, in_page)
        else {
            return;
        };
        if message.documents.iter().any(|known| known.hash == document.hash) {
            return;
        }
        self.documents += 1;
        if self.documents <= MAX_DOCUMENTS {
            message.documents.push(document);
        }
    }

    fn nested(&mut self, raw: &RawMessage<'_>, depth: usize) {
        if depth < MAX_DEPTH {
            self.add(raw, depth + 1);
        } else {
            self.left_out
                .push(format!("emails nested more than {MAX_DEPTH} deep were not looked at"));
        }
    }

    fn note_left_out(&mut self) {
        self.left_out.dedup();
        if self.parts > MAX_PARTS {
            self.left_out.push(format!(
                "only the first {MAX_PARTS} of the email's {} attachments were looked at",
                self.parts
            ));
        }
        if self.documents > MAX_DOCUMENTS {
            self.left_out.push(format!(
                "only the first {MAX_DOCUMENTS} of the email's {} documents were read",
                self.documents
            ));
        }
    }
}

/// Returns the Content-IDs of the parts that the HTML shows.
fn shown(html: &str) -> HashSet<String> {
    let end = |c: char| c.is_whitespace() || "\"'<>)".contains(c);
    html.split("cid:")
        .skip(1)
        .filter_map(|rest| rest.split(end).next())
        .map(str::to_owned)
        .collect()
}

fn headers(message: &RawMessage<'_>) -> Email {
    Email {
        message_id: message.message_id().map(|id| clip(id, MAX_HEADER_BYTES).to_owned()),
        subject: message.subject().map(|text| clip(text.trim(), MAX_HEADER_BYTES).to_owned()),
        date: message.date().map(mail_parser::DateTime::to_rfc3339),
        from: parties(message.from()),
        reply_to: parties(message.reply_to()),
        to: parties(message.to()),
        cc: parties(message.cc()),
        attachments: Vec::new(),
        headers: message
            .headers_raw()
            .take(MAX_HEADERS)
            .map(|(name, value)| (name.to_owned(), clip(value.trim(), MAX_HEADER_BYTES).to_owned()))
            .collect(),
    }
}

fn parties(address: Option<&Address<'_>>) -> Vec<Party> {
    let short = |text: &str| clip(text, MAX_HEADER_BYTES).to_owned();
    let party = |one: &mail_parser::Addr<'_>| Party {
        name: one.name().map(short),
        address: one.address().map(short),
    };
    address.map(|address| address.iter().take(MAX_HEADERS).map(party).collect()).unwrap_or_default()
}

fn is_list(message: &RawMessage<'_>) -> bool {
    let precedence =
        message.header_raw("Precedence").unwrap_or_default().trim().to_ascii_lowercase();
    !matches!(message.list_id(), HeaderValue::Empty) || precedence == "list"
}

/// Returns the body as HTML and as plain text: parts that show one behind the other are joined.
fn bodies(message: &RawMessage<'_>) -> (Option<String>, Option<String>) {
    let mut html = String::new();
    let mut plain = String::new();
    for part in message.html_bodies().take(MAX_PARTS) {
        if let PartType::Html(text) = &part.body {
            append(&mut html, text);
        }
    }
    for part in message.text_bodies().take(MAX_PARTS) {
        if let PartType::Text(text) = &part.body {
            append(&mut plain, text);
        }
    }
    let some = |text: String| Some(text).filter(|text| !text.trim().is_empty());
    (some(html), some(plain))
}

fn append(body: &mut String, text: &str) {
    if !body.is_empty() {
        body.push('\n');
    }
    body.push_str(clip(text, MAX_BODY_BYTES.saturating_sub(body.len())));
}

fn media_type(part: &MessagePart<'_>) -> String {
    let Some(kind) = part.content_type() else { return "text/plain".to_owned() };
    let (main, sub) = (kind.ctype(), kind.subtype().unwrap_or_default());
    clip(&format!("{main}/{sub}"), 255).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "From: \"Kiosk, Ltd\" <till@kiosk.example>\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\n\
        Date: Mon, 05 Jan 2026 09:00:00 +0100\r\nMessage-ID: <1@kiosk.example>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n\
        --b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQ=\r\n--b--\r\n";

    #[test]
    fn headers_body_and_documents() {
        let parsed = open(MAIL.as_bytes()).unwrap();
        let message = &parsed.messages[0];
        assert_eq!(message.email.subject(), "Café");
        assert_eq!(message.email.message_id.as_deref(), Some("1@kiosk.example"));
        assert_eq!(message.email.date.as_deref(), Some("2026-01-05T09:00:00+01:00"));
        assert_eq!(message.plain.as_deref(), Some("hello"));
        assert_eq!(message.documents[0].name, "a.pdf");
        assert_eq!(message.email.attachments.len(), 1);
    }

    #[test]
    fn a_mail_in_a_mail_is_a_letter_of_its_own() {
        let outer = format!(
            "Subject: Fwd\r\nMessage-ID: <2@x>\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n{MAIL}\r\n--o--\r\n"
        );
        let parsed = open(outer.as_bytes()).unwrap();
        let subjects: Vec<&str> =
            parsed.messages.iter().map(|message| message.email.subject()).collect();
        assert_eq!(subjects, ["Fwd", "Café"]);
        assert_eq!(parsed.messages[1].documents.len(), 1);
    }

    #[test]
    fn doc_12_nesting_is_capped() {
        let mut mail = MAIL.to_owned();
        for _ in 0..6 {
            mail = format!("Content-Type: message/rfc822\r\n\r\n{mail}");
        }
        let parsed = open(mail.as_bytes()).unwrap();
        assert_eq!(parsed.messages.len(), MAX_DEPTH);
        assert!(parsed.left_out[0].contains("nested"));
        let deep = "Content-Type: message/rfc822\r\n\r\n".repeat(100_000);
        assert!(open(deep.as_bytes()).unwrap_err().to_string().contains("200 emails"));
    }

    #[test]
    fn doc_12_tricks_with_boundaries_and_line_ends_end() {
        let nested = |depth: usize| -> String {
            let open =
                |n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n");
            (0..depth).map(open).collect()
        };
        for mail in [
            nested(10_000),
            "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n----\r\n".into(),
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n--b\r\n--b".into(),
            MAIL.replace("\r\n", "\r"),
            MAIL.replace("boundary=b", &format!("boundary={}", "b".repeat(100_000))),
        ] {
            // An email or not: it returns.
            let _ = open(mail.as_bytes());
        }
        assert_eq!(open(MAIL.as_bytes()).unwrap().messages[0].documents.len(), 1);
    }

    #[test]
    fn doc_12_headers_and_names_are_texts_of_a_bounded_length() {
        let head = format!("X-Long: {}\r\n", "x".repeat(1 << 20));
        let name = format!("../../../etc/{}.pdf", "n".repeat(1000));
        let mail = head + &MAIL.replace("a.pdf", &format!("\"{name}\""));
        let parsed = open(mail.as_bytes()).unwrap();
        let message = &parsed.messages[0];
        assert!(message.email.headers.iter().all(|(_, value)| value.len() <= MAX_HEADER_BYTES));
        // Shown as it was written, and a path of nothing: documents are named by their hash.
        let shown = message.email.attachments[0].name.as_deref().unwrap();
        assert!(shown.len() <= 255 && name.starts_with(shown), "{shown}");
        assert_eq!(message.email.subject(), "Café");
    }

    #[test]
    fn doc_12_parts_are_capped() {
        let part = |n: usize| {
            format!("--b\r\nContent-Type: application/pdf; name={n}.pdf\r\n\r\n%PDF-{n}\r\n")
        };
        let mail = |count| {
            let parts: String = (0..count).map(part).collect();
            format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n")
        };
        let parsed = open(mail(10_000).as_bytes()).unwrap();
        assert_eq!(parsed.messages[0].documents.len(), MAX_DOCUMENTS);
        assert_eq!(parsed.left_out.len(), 2);
        assert!(open(mail(20).as_bytes()).unwrap().left_out.is_empty());
    }
}
