//! The notes of Apple's cameras: which pictures are of one burst, and which have a video.

/// First bytes of the notes; numbers in them are big-endian, and offsets count from here.
const MARK: &[u8] = b"Apple iOS\0";
/// Place of the list of tags: behind mark, version and byte order.
const LIST: usize = 14;
/// Most tags of a list.
const MAX_TAGS: u16 = 200;

const BURST: u16 = 0x000b;
const CONTENT: u16 = 0x0011;

/// Ids from the notes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct MakerNote {
    pub(crate) burst_id: Option<String>,
    pub(crate) live_photo_id: Option<String>,
}

/// Reads the notes; those of other cameras, and damaged ones, have nothing.
pub(crate) fn read(note: &[u8]) -> MakerNote {
    if !note.starts_with(MARK) {
        return MakerNote::default();
    }
    MakerNote { burst_id: text(note, BURST), live_photo_id: text(note, CONTENT) }
}

/// Returns the text of a tag.
fn text(note: &[u8], wanted: u16) -> Option<String> {
    let count = number::<2>(note, LIST).map(u16::from_be_bytes)?;
    let mut entries = (0..usize::from(count.min(MAX_TAGS))).map(|index| LIST + 2 + index * 12);
    let at = entries.find(|at| number::<2>(note, *at).map(u16::from_be_bytes) == Some(wanted))?;
    let length = usize::try_from(u32::from_be_bytes(number::<4>(note, at + 4)?)).ok()?;
    let offset = usize::try_from(u32::from_be_bytes(number::<4>(note, at + 8)?)).ok()?;
    let start = if length <= 4 { at + 8 } else { offset };
    let bytes = note.get(start..start.checked_add(length)?)?;
    let text = std::str::from_utf8(bytes).ok()?.trim_end_matches('\0');
    is_id(text).then(|| text.to_owned())
}

/// Returns whether a text is an id as the cameras make them.
fn is_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (8..=64).contains(&text.len()) && text.bytes().all(fits)
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(tag: u16, text: &[u8]) -> Vec<u8> {
        let mut note = [MARK, b"\0\x01MM".as_slice(), &1_u16.to_be_bytes()].concat();
        note.extend(tag.to_be_bytes());
        note.extend(2_u16.to_be_bytes());
        note.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
        note.extend(32_u32.to_be_bytes());
        note.resize(32, 0);
        note.extend(text);
        note
    }

    #[test]
    fn ids_are_read_and_damage_is_not_followed() {
        let id = b"5E1A7C0D-0000-4000-8000-1234567890AB\0";
        let whole = note(CONTENT, id);
        assert_eq!(read(&whole).live_photo_id.unwrap().len(), 36);
        assert_eq!(read(&note(BURST, id)).burst_id.unwrap().len(), 36);
        for end in 0..whole.len() {
            let _ = read(&whole[..end]);
        }
        let mut far = whole.clone();
        far[24..28].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(read(&far), MakerNote::default());
        assert_eq!(read(b"Nikon\0"), MakerNote::default());
    }
}
