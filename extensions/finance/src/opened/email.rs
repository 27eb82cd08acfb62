//! Emails taken apart.

use std::borrow::Cow;
use std::collections::HashSet;

use ext_unpack::{Detected, Kind as Found, detect, plain_email};
use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
use mail_parser::{
    Encoding, Message as RawMessage, MessageParser, MessagePart, MimeHeaders, PartType,
};
use spacedrive_sdk::prelude::*;

use super::{MAX_DEPTH, MAX_NAME_BYTES, MAX_NESTED_EMAILS, MAX_PARTS, Opened, Place, mended};
use crate::forward;
use crate::mail::{self, Attachment, Bodies, Message};
use crate::parts::Label;
use crate::text::clip;

const EMAIL: Detected = Detected { kind: Found::Email, media_type: "message/rfc822" };

impl Opened {
    /// Takes apart an email, or a part of one that stands by itself with its headers.
    pub(super) fn email(&mut self, raw: &[u8], label: Label<'_>, place: Place) -> Result<()> {
        if nested_emails(raw) > MAX_NESTED_EMAILS {
            return Err(Error::failed(format!(
                "more than {MAX_NESTED_EMAILS} emails are nested in the email"
            )));
        }
        let size = raw.len();
        let raw = &*plain_email(raw);
        let message = MessageParser::default().parse(raw).map(|mut message| {
            mended::mend(&mut message);
            message
        });
        let message = message.filter(|message| raw.is_empty() || !is_void(message));
        let message = message.ok_or_else(|| {
            Error::new(ErrorCode::DocMalformed, "the file is not an email that can be read")
        })?;
        let before = (place.emails == 0).then(|| self.start_count());
        self.message(&message, size, label, place);
        if let Some(before) = before {
            self.end_count(before);
        }
        Ok(())
    }

    /// Looks at what seems to be an email inside of something.
    pub(super) fn nested(&mut self, raw: &[u8], label: Label<'_>, place: Place, found: Detected) {
        let error = match place.emails < MAX_DEPTH {
            true => self.email(raw, label, place).err(),
            false => Some(too_deep()),
        };
        if let Some(error) = error {
            let id = self.parts.add(place.inside, label, found, raw.len());
            self.fail(id, Label::default(), error);
        }
    }

    fn message(&mut self, raw: &RawMessage<'_>, size: usize, label: Label<'_>, place: Place) {
        let id = self.parts.add(place.inside, label, EMAIL, size);
        self.parts.opened(id);
        let has_headers = raw.from().is_some() || raw.subject().is_some();
        let at = match place.message {
            // The signed content of an email is its content.
            Some(at) if place.is_wrapped && !has_headers => at,
            _ => self.push(Message { depth: place.emails, ..message(raw) }),
        };
        let inside = Place {
            inside: Some(id),
            message: Some(at),
            emails: place.emails + 1,
            is_wrapped: false,
            ..place
        };
        let files = files(raw);
        self.bodies(raw, &files, inside);
        let html = self.messages.get(at).and_then(|message| message.html.as_deref());
        let shown = html.map(mail::shown).unwrap_or_default();
        let inlined = html.map(mail::inlined).unwrap_or_default();
        for (number, part) in (0..).zip(&raw.parts) {
            if files.contains(&number) {
                self.count.attachments += 1;
                if self.count.attachments <= MAX_PARTS {
                    let in_page = part.content_id().is_some_and(|id| shown.contains(id));
                    self.attachment(raw, part, Place { in_page, ..inside });
                }
            }
        }
        for (media_type, bytes) in inlined {
            let label = Label { name: None, media_type: Some(&media_type) };
            self.part(&bytes, label, Place { in_page: true, ..inside });
        }
    }

    /// Takes the text of the email, unless it has one from where this email is wrapped.
    fn bodies(&mut self, raw: &RawMessage<'_>, files: &HashSet<u32>, place: Place) {
        let is_text = |number: &u32| raw.part(*number).is_some_and(|part| is_also_text(raw, part));
        let hidden = files.iter().copied().filter(|number| !is_text(number)).collect();
        let Bodies { html, plain, beside } = mail::bodies(raw, &hidden);
        let Some(size) = html.as_ref().or(plain.as_ref()).map(String::len) else { return };
        let media_type = if html.is_some() { "text/html" } else { "text/plain" };
        let found = Detected { kind: Found::Text, media_type };
        let part = self.parts.add(place.inside, Label::default(), found, size);
        let message = place.message.and_then(|at| self.messages.get_mut(at));
        let Some(message) = message else { return };
        if message.html.is_some() || message.plain.is_some() {
            return self.parts.unused(part, "repeats_the_text");
        }
        message.email.forwarded |=
            [&html, &plain].into_iter().flatten().any(|body| forward::is_body(body));
        (message.html, message.plain, message.body_part) = (html, plain, Some(part));
        message.beside = beside;
    }

    fn attachment(&mut self, raw: &RawMessage<'_>, part: &MessagePart<'_>, place: Place) {
        let media_type = mail::media_type(part);
        let name = part.attachment_name().map(|name| clip(name, MAX_NAME_BYTES).to_owned());
        let label = Label { name: name.as_deref(), media_type: Some(&media_type) };
        if let Some(message) = place.message.and_then(|at| self.messages.get_mut(at)) {
            let attachment =
                Attachment { name: name.clone(), media_type: media_type.clone(), size: part.len() };
            message.email.attachments.push(attachment);
        }
        match &part.body {
            PartType::Message(nested) if place.emails < MAX_DEPTH => {
                self.message(nested, part.len(), label, place);
            }
            PartType::Message(_) => {
                let id = self.parts.add(place.inside, label, EMAIL, part.len());
                self.fail(id, Label::default(), too_deep());
            }
            PartType::Html(text) if detect(&content(raw, part)).kind == Found::Html => {
                self.part(&marked(text), label, place);
            }
            _ => self.leaf(&content(raw, part), label, place),
        }
    }

    /// Looks at an attachment. A multipart that lost its boundary is read with the one that stands
    /// in it.
    fn leaf(&mut self, bytes: &[u8], label: Label<'_>, place: Place) {
        let is_multipart = label.media_type.is_some_and(|kind| kind.starts_with("multipart/"));
        match is_multipart.then(|| with_boundary(bytes)).flatten() {
            Some(entity) => {
                self.nested(&entity, label, Place { is_wrapped: true, ..place }, EMAIL);
            }
            None => self.part(bytes, label, place),
        }
    }
}

fn message(raw: &RawMessage<'_>) -> Message {
    Message { email: mail::headers(raw), list: mail::is_list(raw), ..Message::default() }
}

/// Returns whether nothing was found in an email, neither headers nor text.
fn is_void(message: &RawMessage<'_>) -> bool {
    let headers = [message.subject(), message.message_id()];
    headers.iter().all(Option::is_none)
        && message.from().is_none()
        && message.parts.iter().all(|part| part.is_empty())
}

fn too_deep() -> Error {
    let why = format!("emails nested more than {MAX_DEPTH} deep were not looked at");
    Error::new(ErrorCode::DocLimit, why)
}

/// Returns the numbers of the parts that are files: all but the texts that the email shows. Bytes of
/// a file under the label of a text are a file.
fn files(raw: &RawMessage<'_>) -> HashSet<u32> {
    let is_shown = |number: &u32| raw.html_body.contains(number) || raw.text_body.contains(number);
    let is_file = |number: u32, part: &MessagePart<'_>| match &part.body {
        PartType::Multipart(_) => false,
        PartType::Text(text) | PartType::Html(text) if is_shown(&number) => {
            let found = detect(&content(raw, part));
            !found.kind.is_text() && !mended::is_text(text, found)
        }
        _ => true,
    };
    let parts = (0..).zip(&raw.parts);
    parts.filter(|(number, part)| is_file(*number, part)).map(|(number, _)| number).collect()
}

/// Returns whether a text stands around the files in a part.
fn is_also_text(raw: &RawMessage<'_>, part: &MessagePart<'_>) -> bool {
    detect(&content(raw, part)).kind == Found::Uuencoded
}

/// Returns the bytes of a part as they were before they were taken for text.
fn content<'a>(raw: &'a RawMessage<'_>, part: &'a MessagePart<'_>) -> Cow<'a, [u8]> {
    let (PartType::Text(_) | PartType::Html(_)) = &part.body else {
        return Cow::Borrowed(part.contents());
    };
    let range = usize::try_from(part.offset_body).ok().zip(usize::try_from(part.offset_end).ok());
    let encoded = range.and_then(|(start, end)| raw.raw_message.get(start..end));
    let encoded = encoded.unwrap_or_default();
    let decoded = match part.encoding {
        Encoding::Base64 => base64_decode(encoded),
        Encoding::QuotedPrintable => quoted_printable_decode(encoded),
        Encoding::None => mended::decoded(&raw.raw_message, part),
    };
    decoded.map_or(Cow::Borrowed(encoded), Cow::Owned)
}

/// Marks a text as UTF-8: headers of the email say how a page is encoded, and the page may say otherwise.
fn marked(text: &str) -> Vec<u8> {
    [b"\xef\xbb\xbf", text.trim_start_matches('\u{feff}').as_bytes()].concat()
}

/// Writes a header in front of parts whose boundary only they themselves say.
fn with_boundary(bytes: &[u8]) -> Option<Vec<u8>> {
    const MAX_BOUNDARY_BYTES: usize = 200;
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let boundary = lines.find_map(|line| line.trim_ascii_end().strip_prefix(b"--"))?;
    let legal = |byte: &u8| byte.is_ascii_graphic() && *byte != b'"' && *byte != b'\\';
    if boundary.is_empty() || boundary.len() > MAX_BOUNDARY_BYTES || !boundary.iter().all(legal) {
        return None;
    }
    let head = [b"Content-Type: multipart/mixed; boundary=\"", boundary, b"\"\r\n\r\n"].concat();
    Some([&head, bytes].concat())
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
