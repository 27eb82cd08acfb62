//! Check for deflate bombs before the parser inflates them: hayro decodes streams without a limit.

use std::cell::Cell;
use std::io::{self, Read};

use ext_services::documents::DocumentError;
use flate2::read::ZlibDecoder;

/// Most filters on top of each other that are followed.
const MAX_LAYERS: u32 = 3;

/// Refuses a document whose zlib streams inflate to more than `limit` bytes in all.
pub(crate) fn check_inflated(pdf: &[u8], limit: u64) -> Result<(), DocumentError> {
    let left = Cell::new(limit);
    for stream in zlib_streams(pdf) {
        drain(&mut Metered { inner: ZlibDecoder::new(stream), left: &left }, MAX_LAYERS);
        if left.get() == 0 {
            return Err(DocumentError::TooLarge { what: "inflated bytes", got: limit + 1, limit });
        }
    }
    Ok(())
}

/// Inflates `data` as far as it is sound, but stops one byte after `limit`.
pub(crate) fn inflate(data: &[u8], limit: u64) -> Vec<u8> {
    let mut out = Vec::new();
    // What was inflated before the damage is still worth having.
    let _ = ZlibDecoder::new(data).take(limit.saturating_add(1)).read_to_end(&mut out);
    out
}

/// Finds everything that follows a `stream` keyword and looks like zlib.
fn zlib_streams(pdf: &[u8]) -> impl Iterator<Item = &[u8]> {
    let keywords = pdf.windows(6).enumerate().filter(|(_, bytes)| bytes == b"stream");
    keywords.filter_map(move |(at, _)| {
        let body = pdf.get(at + 6..)?;
        let body = body.strip_prefix(b"\r").unwrap_or(body);
        let body = body.strip_prefix(b"\n").unwrap_or(body);
        is_zlib(body).then_some(body)
    })
}

fn is_zlib(data: &[u8]) -> bool {
    match data {
        [cmf, flags, ..] => {
            cmf & 0x0f == 8 && u16::from_be_bytes([*cmf, *flags]).is_multiple_of(31)
        }
        _ => false,
    }
}

/// Reads to the end, through a further zlib layer if the data turns out to be one.
fn drain(reader: &mut Metered<'_, impl Read>, layers: u32) {
    let mut head = [0; 2];
    if reader.read_exact(&mut head).is_err() {
        return;
    }
    if layers > 0 && is_zlib(&head) {
        let left = reader.left;
        let whole: Box<dyn Read + '_> = Box::new(head.as_slice().chain(reader));
        drain(&mut Metered { inner: ZlibDecoder::new(whole), left }, layers - 1);
    } else {
        // Damage ends the stream here as it does in the parser.
        let _ = io::copy(reader, &mut io::sink());
    }
}

/// A reader that takes what it delivers off a shared budget and ends when that is spent.
struct Metered<'a, R> {
    inner: R,
    left: &'a Cell<u64>,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Ok(0);
        }
        let count = self.inner.read(buffer)?;
        self.left.set(self.left.get().saturating_sub(count as u64));
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn deflate(data: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn document(stream: &[u8]) -> Vec<u8> {
        [b"%PDF-1.7\n1 0 obj<<>>stream\r\n".as_slice(), stream, b"\nendstream"].concat()
    }

    #[test]
    fn ordinary_stream_passes() {
        assert!(check_inflated(&document(&deflate(&[b'x'; 5000])), 10_000).is_ok());
    }

    #[test]
    fn bomb_is_refused() {
        let error = check_inflated(&document(&deflate(&[0; 5_000_000])), 1_000_000).unwrap_err();
        assert!(matches!(error, DocumentError::TooLarge { what: "inflated bytes", .. }));
    }

    #[test]
    fn bomb_in_a_bomb_is_refused() {
        let twice = deflate(&deflate(&[0; 20_000_000]));
        assert!(twice.len() < 2_000);
        assert!(check_inflated(&document(&twice), 1_000_000).is_err());
    }

    #[test]
    fn several_streams_share_the_limit() {
        let one = document(&deflate(&[7; 600_000]));
        assert!(check_inflated(&one, 1_000_000).is_ok());
        assert!(check_inflated(&one.repeat(2), 1_000_000).is_err());
    }

    #[test]
    fn inflate_stops_after_the_limit() {
        let data = deflate(&[1; 100]);
        assert_eq!(inflate(&data, 1000).len(), 100);
        assert_eq!(inflate(&data, 9).len(), 10);
        assert!(inflate(b"no zlib", 99).is_empty());
    }
}
