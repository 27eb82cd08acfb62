//! Names of folders as servers write them: the modified UTF-7 of RFC 3501, section 5.1.3.

use std::iter;

use base64::{
    Engine,
    alphabet::IMAP_MUTF7,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// Encoding between `&` and `-`: UTF-16, big-endian, in base64 without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &IMAP_MUTF7,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Encodes a name as a server wants it.
#[must_use]
pub fn encode(name: &str) -> String {
    let is_plain = |c: char| matches!(c, ' '..='~');
    let mut encoded = String::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let same = |c: char| is_plain(c) == is_plain(first);
        let end = rest.find(|c| !same(c)).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        match is_plain(first) {
            true => encoded += &part.replace('&', "&-"),
            false => {
                let bytes: Vec<u8> = part.encode_utf16().flat_map(u16::to_be_bytes).collect();
                encoded.extend(["&", &BASE64.encode(bytes), "-"]);
            }
        }
        rest = after;
    }
    encoded
}

/// Decodes a name as people read it; a name that is not in this encoding stays as it is.
#[must_use]
pub fn decode(name: &str) -> String {
    try_decode(name).filter(|decoded| encode(decoded) == name).unwrap_or_else(|| name.to_owned())
}

fn try_decode(name: &str) -> Option<String> {
    let mut decoded = String::new();
    let mut rest = name;
    while let Some((plain, after)) = rest.split_once('&') {
        let (part, after) = after.split_once('-')?;
        decoded += plain;
        match part {
            "" => decoded.push('&'),
            part => decoded += &utf16(part)?,
        }
        rest = after;
    }
    Some(decoded + rest)
}

fn utf16(part: &str) -> Option<String> {
    let bytes = BASE64.decode(part).ok()?;
    let mut units = bytes.chunks_exact(2);
    let unit = |pair: &[u8]| Some(u16::from_be_bytes(pair.try_into().ok()?));
    let text: Option<Vec<u16>> = iter::from_fn(|| units.next().map(unit)).collect();
    String::from_utf16(&text?).ok().filter(|_| bytes.len() % 2 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_the_standard_says() {
        // The second is the example of RFC 3501.
        for (name, encoded) in [
            ("INBOX", "INBOX"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("Q&A", "Q&-A"),
            ("\u{1f600}", "&2D3eAA-"),
        ] {
            assert_eq!(encode(name), encoded);
            assert_eq!(decode(encoded), name);
        }
    }

    #[test]
    fn what_is_none_of_it_stays_as_it_is() {
        for name in ["a&b", "&AP-x", "&!!-", "&AGE-", "Entwürfe", "&2D0-"] {
            assert_eq!(decode(name), name);
        }
    }
}
