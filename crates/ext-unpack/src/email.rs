//! Emails in the form in which readers of emails expect them.
//!
//! Programs save an email as UTF-16, with the line ends of old systems, behind empty lines or a
//! byte-order mark, or behind its length, as Apple Mail does (`.emlx`). A reader that looks for headers
//! at the first byte finds none there, and takes the email for an empty one.

use std::borrow::Cow;

use memchr::memchr;

use crate::detect::begins_with_headers;

/// Bytes at the start of an email that tell whether it is one: whole lines.
const HEAD_BYTES: usize = 64 << 10;

/// Returns an email as its headers, an empty line, and its text; what is not an email is returned as
/// it is. What it returns stays as it is.
///
/// ```
/// use ext_unpack::plain_email;
///
/// assert_eq!(*plain_email(b"\xef\xbb\xbf\r\nSubject: x\r\n\r\ny"), *b"Subject: x\r\n\r\ny");
/// assert_eq!(*plain_email(b"20  \nSubject: x\r\n\r\nhello\n<plist/>"), *b"Subject: x\r\n\r\nhello\n");
/// assert_eq!(*plain_email(b"\r\nno email"), *b"\r\nno email");
/// ```
#[must_use]
pub fn plain_email(bytes: &[u8]) -> Cow<'_, [u8]> {
    let Some(narrow) = narrow(bytes) else { return with_line_ends(bytes) };
    match with_line_ends(narrow.as_bytes()).into_owned() {
        email if begins_with_headers(&email) => Cow::Owned(email),
        _ => Cow::Borrowed(bytes),
    }
}

/// Returns whether the bytes are an email in one of the forms of [`plain_email`].
pub(crate) fn is_email(bytes: &[u8]) -> bool {
    begins_with_headers(without_envelope(bytes)) || {
        let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
        (is_wide(head) || memchr(b'\n', head).is_none()) && begins_with_headers(&plain_email(head))
    }
}

/// Takes away what stands in front of the headers, and behind the email of Apple Mail.
fn without_envelope(bytes: &[u8]) -> &[u8] {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let Some((count, rest)) = counted(start) else {
        return if begins_with_headers(start) { start } else { bytes };
    };
    match rest.get(..count).unwrap_or(rest) {
        email if begins_with_headers(email) => email,
        _ => bytes,
    }
}

/// Reads the first line as a number of bytes.
fn counted(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (line, rest) = bytes.split_at_checked(memchr(b'\n', bytes)? + 1)?;
    let digits = line.trim_ascii();
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let count = is_number.then(|| std::str::from_utf8(digits).ok()?.parse().ok());
    Some((count??, rest))
}

/// Ends lines with a line feed where the email has none at all.
fn with_line_ends(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memchr(b'\n', bytes).is_some() || memchr(b'\r', bytes).is_none() {
        return Cow::Borrowed(without_envelope(bytes));
    }
    let mut ended = Vec::with_capacity(bytes.len() + bytes.len() / 32);
    for line in bytes.split_inclusive(|byte| *byte == b'\r') {
        ended.extend_from_slice(line);
        ended.extend(line.ends_with(b"\r").then_some(b'\n'));
    }
    match without_envelope(&ended) {
        email if begins_with_headers(email) => Cow::Owned(email.to_vec()),
        _ => Cow::Borrowed(bytes),
    }
}

/// Returns whether the bytes seem to be UTF-16: a mark says so, or the zeros of its first letters.
fn is_wide(bytes: &[u8]) -> bool {
    encoding_of(bytes).is_some()
}

fn encoding_of(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    match bytes {
        [0xff, 0xfe, ..] => Some(encoding_rs::UTF_16LE),
        [0xfe, 0xff, ..] => Some(encoding_rs::UTF_16BE),
        [1..=0xff, 0, 1..=0xff, 0, ..] => Some(encoding_rs::UTF_16LE),
        [0, 1..=0xff, 0, 1..=0xff, ..] => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

/// Decodes UTF-16.
pub(crate) fn narrow(bytes: &[u8]) -> Option<String> {
    let (text, _) = encoding_of(bytes)?.decode_with_bom_removal(bytes);
    Some(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, detect};

    const EMAIL: &str = "From: a@b.example\r\nSubject: x\r\n\r\nhello\r\nand bye\r\n";

    fn wide(text: &str, mark: bool, big: bool) -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn an_email_is_one_in_whatever_form_it_was_saved() {
        let mut forms = vec![
            format!("\u{feff}{EMAIL}").into_bytes(),
            format!("\r\n\n  \r\n{EMAIL}").into_bytes(),
            EMAIL.replace("\r\n", "\r").into_bytes(),
            format!("{}      \n{EMAIL}<?xml version=\"1.0\"?><plist/>", EMAIL.len()).into_bytes(),
        ];
        for (mark, big) in [(true, true), (true, false), (false, true), (false, false)] {
            forms.push(wide(EMAIL, mark, big));
        }
        for form in forms {
            let shown = String::from_utf8_lossy(&form).into_owned();
            assert_eq!(detect(&form).kind, Kind::Email, "{shown:?}");
            assert_eq!(String::from_utf8_lossy(&plain_email(&form)), EMAIL, "{shown:?}");
        }
        assert!(matches!(plain_email(EMAIL.as_bytes()), Cow::Borrowed(_)));
    }

    #[test]
    fn other_texts_stay_what_they_are() {
        let texts = [
            b"\r\n\r\nNothing but words.".to_vec(),
            b"12\nbottles of beer".to_vec(),
            b"99999999999999999999999\nFrom: a\n".to_vec(),
            wide("a note in wide letters", true, false),
            b"one\rtwo".to_vec(),
            b"\xff\xfe".to_vec(),
            Vec::new(),
        ];
        for text in texts {
            assert_ne!(detect(&text).kind, Kind::Email, "{text:?}");
            assert_eq!(*plain_email(&text), *text, "{text:?}");
        }
    }
}
