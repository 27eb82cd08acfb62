//! Frames on a pipe: a JSON head and bytes.
//!
//! ```text
//! u32 LE  bytes of the head
//! u64 LE  bytes of the body
//! head    JSON
//! body    as it is
//! ```

use std::io::{self, ErrorKind, Read, Write};

use serde::{Serialize, de::DeserializeOwned};

/// Longest head: the text of some thousand pages.
pub(crate) const MAX_HEAD: u32 = 64 << 20;
/// Longest body: a document, the picture of a page, or its embedded files.
pub(crate) const MAX_BODY: u64 = 512 << 20;

/// Writes one frame and flushes.
pub(crate) fn write(to: &mut impl Write, head: &impl Serialize, body: &[u8]) -> io::Result<()> {
    let head = serde_json::to_vec(head)?;
    let length = u32::try_from(head.len()).map_err(|_| invalid("the head is too long"))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&(body.len() as u64).to_le_bytes())?;
    to.write_all(&head)?;
    to.write_all(body)?;
    to.flush()
}

/// Reads one frame; `None` at the end of the stream.
pub(crate) fn read<H: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<(H, Vec<u8>)>> {
    let mut lengths = [0; 12];
    if !read_start(from, &mut lengths)? {
        return Ok(None);
    }
    let [a, b, c, d, body @ ..] = lengths;
    let (head, body) = (u32::from_le_bytes([a, b, c, d]), u64::from_le_bytes(body));
    if head > MAX_HEAD || body > MAX_BODY {
        return Err(invalid(format!("a frame of {head} and {body} bytes")));
    }
    let head = read_exactly(from, u64::from(head))?;
    let head = serde_json::from_slice(&head).map_err(|error| invalid(error.to_string()))?;
    Ok(Some((head, read_exactly(from, body)?)))
}

/// Fills `buffer`; `false` when the stream ended before its first byte.
fn read_start(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) if filled == 0 => return Ok(false),
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// Grows with what really comes, not with what was promised.
fn read_exactly(from: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

fn invalid(reason: impl Into<String>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, reason.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(head: &str, body: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, &head, body).unwrap();
        bytes
    }

    #[test]
    fn frames_follow_one_another() {
        let bytes = [framed("one", b"1"), framed("two", b"")].concat();
        let mut from = bytes.as_slice();
        assert_eq!(read(&mut from).unwrap(), Some(("one".to_owned(), b"1".to_vec())));
        assert_eq!(read(&mut from).unwrap(), Some(("two".to_owned(), vec![])));
        assert_eq!(read::<String>(&mut from).unwrap(), None);
    }

    #[test]
    fn cut_frames_are_errors() {
        let bytes = framed("head", b"body");
        for end in 1..bytes.len() {
            assert!(read::<String>(&mut &bytes[..end]).is_err(), "{end}");
        }
    }

    #[test]
    fn promises_are_not_believed() {
        let huge = [u32::MAX.to_le_bytes().as_slice(), &u64::MAX.to_le_bytes()].concat();
        assert!(read::<String>(&mut huge.as_slice()).is_err());
        let long = [4_u32.to_le_bytes().as_slice(), &MAX_BODY.to_le_bytes(), b"\"ab\""].concat();
        assert!(read::<String>(&mut long.as_slice()).is_err());
    }
}
