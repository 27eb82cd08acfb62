//! Bytes written as text: base64 without a label, and uuencode.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::{Budget, Item, UnpackError};

/// Beginnings of base64 of a PDF, of a zip archive, of CMS, of a JPEG and of a PNG.
const BASE64_STARTS: [&[u8]; 6] = [b"JVBERi0", b"UEsDB", b"MII", b"MIA", b"/9j/", b"iVBORw0"];
/// Shortest base64 that is taken for a file: a word of a text may begin like one.
const MIN_BASE64_BYTES: usize = 64;
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Returns whether the text is the base64 of a file that is of interest, and nothing else.
pub(crate) fn is_base64(bytes: &[u8]) -> bool {
    let bytes = armoured(bytes);
    let other = |byte: &u8| {
        !(byte.is_ascii_alphanumeric() || b"+/=".contains(byte) || byte.is_ascii_whitespace())
    };
    bytes.len() >= MIN_BASE64_BYTES
        && BASE64_STARTS.iter().any(|start| bytes.starts_with(start))
        && !bytes.iter().any(other)
}

/// Decodes base64.
pub(crate) fn base64(bytes: &[u8], budget: &mut Budget) -> Result<Vec<Item>, UnpackError> {
    budget.take_file()?;
    budget.take_bytes(bytes.len() / 4 * 3)?;
    let text: Vec<u8> =
        armoured(bytes).iter().filter(|byte| !byte.is_ascii_whitespace()).copied().collect();
    let decoded =
        LENIENT.decode(text).map_err(|error| UnpackError::malformed("base64 text", error))?;
    Ok(vec![Item::content(decoded)])
}

/// Returns what stands between the lines of dashes of PEM, if there are any.
fn armoured(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.trim_ascii();
    let heads: [&[u8]; 2] = [b"-----BEGIN PKCS7-----", b"-----BEGIN CMS-----"];
    let Some(body) = heads.iter().find_map(|head| bytes.strip_prefix(*head)) else { return bytes };
    let end = memchr::memmem::find(body, b"-----END ").unwrap_or(body.len());
    body.get(..end).unwrap_or_default().trim_ascii()
}

/// Returns the place of the first uuencoded file in a text.
pub(crate) fn find_uuencoded(bytes: &[u8]) -> Option<usize> {
    let candidates = memchr::memmem::find_iter(bytes, b"begin ");
    candidates
        .filter(|at| *at == 0 || bytes.get(at - 1) == Some(&b'\n'))
        .find(|at| bytes.get(*at..).is_some_and(|rest| uu_name(rest).is_some()))
}

/// Returns the name in the line that begins a uuencoded file.
fn uu_name(bytes: &[u8]) -> Option<String> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let head = lines.next()?.strip_prefix(b"begin ")?.trim_ascii();
    let (mode, name) = head.split_at_checked(head.iter().position(|byte| *byte == b' ')?)?;
    let is_mode = (3..=4).contains(&mode.len()) && mode.iter().all(|b| (b'0'..=b'7').contains(b));
    let is_data = lines.next().is_some_and(|line| uu_line(line).is_some());
    (is_mode && is_data).then(|| String::from_utf8_lossy(name.trim_ascii()).into_owned())
}

/// Decodes the uuencoded files of a text.
pub(crate) fn uuencoded(bytes: &[u8], budget: &mut Budget) -> Result<Vec<Item>, UnpackError> {
    let mut items = Vec::new();
    let mut rest = bytes;
    while let Some(at) = find_uuencoded(rest) {
        budget.take_file()?;
        rest = rest.get(at..).unwrap_or_default();
        let name = uu_name(rest);
        let (decoded, end) = uu_file(rest);
        let copied = budget.take_bytes(decoded.len()).map(|()| decoded);
        items.push(Item::file(name, copied));
        rest = rest.get(end..).unwrap_or_default();
    }
    Ok(items)
}

/// Decodes the file whose first line `bytes` begin with; returns how many bytes it takes as well.
fn uu_file(bytes: &[u8]) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    let mut end = 0;
    for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        end += line.len();
        if number == 0 {
            continue;
        }
        match uu_line(line) {
            Some(data) if !data.is_empty() => out.extend(data),
            _ => break,
        }
    }
    (out, end)
}

/// Decodes one line; `None` when it is not one of uuencode.
fn uu_line(line: &[u8]) -> Option<Vec<u8>> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let (first, data) = line.split_first()?;
    let value = |byte: u8| (0x20..=0x60).contains(&byte).then(|| byte.wrapping_sub(0x20) & 0x3f);
    let count = usize::from(value(*first)?);
    let mut out = Vec::with_capacity(count + 2);
    for group in data.chunks(4) {
        // Blanks at the end of a line get lost.
        let mut bits = [0u8; 4];
        for (bit, byte) in bits.iter_mut().zip(group) {
            *bit = value(*byte)?;
        }
        let [a, b, c, d] = bits;
        out.extend([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
    }
    if out.len() + 2 < count || count > 45 {
        return None;
    }
    out.resize(count, 0);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    #[test]
    fn uuencoded_files_stand_in_texts() {
        let text = b"See below.\n\nbegin 644 cat.txt\n#0V%T\n`\nend\nBye.\nbegin at nine.\n";
        let items = uuencoded(text, &mut Budget::new(Limits::DEFAULT)).unwrap();
        assert_eq!(items, [Item::file(Some("cat.txt".into()), Ok(b"Cat".to_vec()))]);
        assert_eq!(find_uuencoded(b"begin 644 of them\nand go on with that\n"), None);
    }

    #[test]
    fn base64_is_a_file_or_a_text() {
        let long = format!("JVBERi0xLjcK{}", "QUJD".repeat(40));
        assert!(is_base64(long.as_bytes()));
        assert!(!is_base64(b"MII is short"));
        assert!(!is_base64(format!("{long} and. more").as_bytes()));
    }
}
