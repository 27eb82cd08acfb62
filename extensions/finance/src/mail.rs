//! An email: its headers, its text, and the documents that came with it.

use std::collections::HashSet;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::{
    Address, HeaderValue, Message as RawMessage, MessagePart, MimeHeaders, PartType,
};
use serde::Serialize;

use crate::documents::Document;
use crate::forward;
use crate::opened::MAX_PARTS;
use crate::parts::PartId;
use crate::sent::Sent;
use crate::text::clip;

/// Longest body that is read, in bytes; no receipt is that long.
const MAX_BODY_BYTES: usize = 4 << 20;
/// Pictures in the HTML itself that are looked at.
const MAX_INLINED: usize = 16;
/// Headers that are kept.
const MAX_HEADERS: usize = 200;
/// Longest header that is kept, in bytes.
pub(crate) const MAX_HEADER_BYTES: usize = 2000;

/// One email without the emails attached to it.
#[derive(Debug, Default)]
pub(crate) struct Message {
    pub(crate) email: Email,
    pub(crate) documents: Vec<Document>,
    pub(crate) html: Option<String>,
    pub(crate) plain: Option<String>,
    /// Plain texts that are shown beside the HTML, not instead of it.
    pub(crate) beside: Option<String>,
    /// The text among the parts of the file.
    pub(crate) body_part: Option<PartId>,
    /// It came over a mailing list.
    pub(crate) list: bool,
    /// Number of emails that contain it.
    pub(crate) depth: usize,
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
    #[serde(skip)]
    pub(crate) sent: Sent,
    /// Its sender forwards what another has written.
    #[serde(skip)]
    pub(crate) forwarded: bool,
    /// Its file has other emails, which neither contain it nor are in it.
    #[serde(skip)]
    pub(crate) is_beside_others: bool,
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

    /// Returns who wrote the email; `None` where only who forwards it is known.
    pub(crate) fn author(&self) -> Option<&Party> {
        self.from.first().filter(|_| !self.forwarded)
    }
}

/// Returns the Content-IDs of the parts that the HTML shows.
pub(crate) fn shown(html: &str) -> HashSet<String> {
    let end = |c: char| c.is_whitespace() || "\"'<>)".contains(c);
    html.split("cid:")
        .skip(1)
        .filter_map(|rest| rest.split(end).next())
        .map(str::to_owned)
        .collect()
}

/// Returns the pictures that stand in the HTML itself (`data:` URLs), each with its media type.
pub(crate) fn inlined(html: &str) -> Vec<(String, Vec<u8>)> {
    let end = |c: char| "\"'<>)".contains(c);
    let picture = |url: &str| {
        let (kind, data) = url.split(end).next()?.split_once(";base64,")?;
        let is_plain = kind.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
        let bytes = base64_decode(data.as_bytes()).filter(|bytes| !bytes.is_empty())?;
        is_plain.then(|| (format!("image/{kind}"), bytes))
    };
    html.split("data:image/").skip(1).take(MAX_INLINED).filter_map(picture).collect()
}

pub(crate) fn headers(message: &RawMessage<'_>) -> Email {
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
        sent: Sent::of(message),
        forwarded: message.subject().is_some_and(forward::is_subject),
        is_beside_others: false,
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

pub(crate) fn is_list(message: &RawMessage<'_>) -> bool {
    let precedence =
        message.header_raw("Precedence").unwrap_or_default().trim().to_ascii_lowercase();
    !matches!(message.list_id(), HeaderValue::Empty) || precedence == "list"
}

/// The texts of an email; parts that show one behind the other are joined.
#[derive(Debug, Default)]
pub(crate) struct Bodies {
    pub(crate) html: Option<String>,
    pub(crate) plain: Option<String>,
    /// Plain texts that are shown beside the HTML, not instead of it.
    pub(crate) beside: Option<String>,
}

/// Returns the texts that the email shows, but for those that are files.
pub(crate) fn bodies(message: &RawMessage<'_>, files: &HashSet<u32>) -> Bodies {
    let text = |numbers: &[u32], text_of: fn(&PartType<'_>) -> Option<String>| {
        let shown = numbers.iter().filter(|number| !files.contains(number)).take(MAX_PARTS);
        let texts = shown.filter_map(|number| text_of(&message.part(*number)?.body));
        let mut body = String::new();
        texts.for_each(|text| append(&mut body, &text));
        Some(body).filter(|body| !body.trim().is_empty())
    };
    let html = text(&message.html_body, html_of);
    let beside = html.as_ref().and_then(|_| text(&message.html_body, plain_of));
    Bodies { html, plain: text(&message.text_body, plain_of), beside }
}

fn html_of(body: &PartType<'_>) -> Option<String> {
    if let PartType::Html(text) = body { Some(text.to_string()) } else { None }
}

fn plain_of(body: &PartType<'_>) -> Option<String> {
    if let PartType::Text(text) = body { Some(text.to_string()) } else { None }
}

fn append(body: &mut String, text: &str) {
    if !body.is_empty() {
        body.push('\n');
    }
    body.push_str(clip(text, MAX_BODY_BYTES.saturating_sub(body.len())));
}

pub(crate) fn media_type(part: &MessagePart<'_>) -> String {
    let Some(kind) = part.content_type() else { return "text/plain".to_owned() };
    let (main, sub) = (kind.ctype(), kind.subtype().unwrap_or_default());
    clip(&format!("{main}/{sub}"), 255).to_ascii_lowercase()
}
