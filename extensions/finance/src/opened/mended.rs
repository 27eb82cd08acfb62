//! Parts of emails that mail programs show although they are broken: base64 with foreign characters or a
//! footer of a mailing list, texts in UTF-16, and texts with zeros.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};
use ext_unpack::Detected;
use mail_parser::decoders::base64::base64_decode;
use mail_parser::{Message as RawMessage, MessagePart, MimeHeaders, PartType};

/// Beginnings of the lines in which a mailing list or a signature writes its footer.
const FOOTERS: [&[u8]; 2] = [b"--", b"__"];

/// Mends the parts of an email and of the emails in it.
pub(super) fn mend(message: &mut RawMessage<'_>) {
    let mut shown = Vec::new();
    for (number, part) in (0..).zip(&mut message.parts) {
        match &mut part.body {
            PartType::Message(nested) => mend(nested),
            _ if part.is_encoding_problem => {
                let Some(bytes) = decoded(&message.raw_message, part) else { continue };
                part.body = body(part, bytes);
                let is_text = matches!(part.body, PartType::Text(_) | PartType::Html(_));
                shown.extend(Some(number).filter(|_| is_text && !is_attachment(part)));
            }
            PartType::Text(text) | PartType::Html(text) if text.contains(['\0', '\u{feff}']) => {
                *text = Cow::Owned(text.replace(['\0', '\u{feff}'], ""));
            }
            _ => {}
        }
    }
    for number in shown {
        show(&mut message.html_body, number);
        show(&mut message.text_body, number);
    }
}

fn show(body: &mut Vec<u32>, number: u32) {
    if let Err(place) = body.binary_search(&number) {
        body.insert(place, number);
    }
}

fn is_attachment(part: &MessagePart<'_>) -> bool {
    part.content_disposition().is_some_and(|it| it.is_attachment())
        || part.attachment_name().is_some()
}

/// Returns the bytes of a part in base64 that is not decoded as a whole.
pub(super) fn decoded(raw: &[u8], part: &MessagePart<'_>) -> Option<Vec<u8>> {
    let is_base64 = part.content_transfer_encoding()?.eq_ignore_ascii_case("base64");
    let (start, end) = (part.offset_body.try_into().ok()?, part.offset_end.try_into().ok()?);
    let encoded: &[u8] = raw.get::<std::ops::Range<usize>>(start..end)?;
    let bytes = base64_decode(&before_the_break(encoded))
        .filter(|_| is_base64 && part.is_encoding_problem)?;
    (!bytes.is_empty()).then_some(bytes)
}

/// Returns the letters of base64 up to their padding, or to a footer.
fn before_the_break(encoded: &[u8]) -> Vec<u8> {
    let is_footer = |line: &&[u8]| FOOTERS.iter().any(|start| line.starts_with(start));
    let lines = encoded.split(|byte| *byte == b'\n').take_while(|line| !is_footer(line));
    let letters = lines.flatten().copied().take_while(|byte| *byte != b'=');
    letters.filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')).collect()
}

fn body(part: &MessagePart<'_>, bytes: Vec<u8>) -> PartType<'static> {
    let kind = part.content_type();
    let is_text = kind.is_none_or(|kind| kind.ctype().eq_ignore_ascii_case("text"));
    let is_html =
        kind.and_then(|kind| kind.subtype()).is_some_and(|it| it.eq_ignore_ascii_case("html"));
    let charset = kind.and_then(|kind| kind.attribute("charset"));
    let encoding = charset.and_then(|label| Encoding::for_label(label.as_bytes())).unwrap_or(UTF_8);
    let text = || Cow::Owned(encoding.decode(&bytes).0.into_owned());
    match (is_text, is_html) {
        (true, true) => PartType::Html(text()),
        (true, false) => PartType::Text(text()),
        (false, _) => PartType::Binary(Cow::Owned(bytes)),
    }
}

/// Returns whether a text whose bytes are of no known kind is one: its letters take two bytes each, or
/// zeros stand between them.
pub(super) fn is_text(text: &str, found: Detected) -> bool {
    let is_odd =
        |c: &char| c.is_control() && !c.is_whitespace() || *c == char::REPLACEMENT_CHARACTER;
    found.media_type == "application/octet-stream" && !text.chars().any(|c| is_odd(&c))
}
