//! JPEGs of a form that `zune-jpeg` 0.5.15, which `image` decodes with, reads wrong without an error.
//!
//! Its next release reads them. Markers and segments are those of ITU-T T.81, annex B.

/// Markers that stand alone, without a segment: restarts, start and end, and one for private use.
const ALONE: [u8; 11] = [0x01, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9];
/// Frames without progression: baseline and extended.
const SEQUENTIAL: [u8; 2] = [0xc0, 0xc1];
const START_OF_SCAN: u8 = 0xda;

/// Returns whether a file is a JPEG without progression whose channels stand in scans of their own, some of
/// them with fewer rows than others.
pub(crate) fn is_read_wrong(file: &[u8]) -> bool {
    let Some(mut rest) = file.strip_prefix(b"\xff\xd8") else { return false };
    let mut frame: Option<Frame> = None;
    while let Some((marker, body, behind)) = segment(rest) {
        match marker {
            _ if SEQUENTIAL.contains(&marker) => frame = Frame::read(body),
            START_OF_SCAN => {
                let channels = body.first().copied().unwrap_or_default();
                return frame.is_some_and(|frame| channels < frame.channels && frame.is_mistaken);
            }
            _ => {}
        }
        rest = behind;
    }
    false
}

/// What the header of a frame says.
struct Frame {
    channels: u8,
    /// Whether the channels have sizes that the decoder mistakes when they stand apart. It reads those
    /// right of which only the first one is larger, and only in width.
    is_mistaken: bool,
}

impl Frame {
    /// Reads the body of the segment: precision, height, width, then three bytes for each channel, the
    /// second of which has the factors of width and height.
    fn read(body: &[u8]) -> Option<Self> {
        let (&channels, each) = body.get(5..)?.split_first()?;
        let mut factors = each.chunks_exact(3).filter_map(|channel| channel.get(1));
        let first_is_higher = factors.next().is_some_and(|factor| factor & 0x0f != 1);
        Some(Self {
            channels,
            is_mistaken: first_is_higher || factors.any(|factor| *factor != 0x11),
        })
    }
}

/// Takes one segment off: its marker, its body without the length, and what follows.
fn segment(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    // Any number of filling bytes may stand before a marker.
    let start = bytes.iter().position(|byte| *byte != 0xff)?;
    let (&marker, rest) = bytes.get(start..)?.split_first()?;
    if start == 0 {
        return None;
    }
    if ALONE.contains(&marker) {
        return Some((marker, &[], rest));
    }
    let (length, _) = rest.split_first_chunk()?;
    let length = usize::from(u16::from_be_bytes(*length));
    Some((marker, rest.get(2..length)?, rest.get(length..)?))
}
