//! The id that a movie of a Live Photo shares with its picture.
//!
//! QuickTime files are boxes in boxes. The id is an item of `moov/meta/ilst` whose key, in
//! `moov/meta/keys`, is `com.apple.quicktime.content.identifier`.

use spacedrive_sdk::prelude::Result;

/// Key of the id.
const KEY: &[u8] = b"com.apple.quicktime.content.identifier";
/// Largest `moov` that is read; that of a Live Photo has some kilobytes.
const MAX_MOOV: u64 = 4 << 20;
/// Most boxes on the top level that are looked at.
const MAX_BOXES: usize = 64;
/// Longest id.
const MAX_ID: usize = 64;

/// Finds the id of a movie of `size` bytes; `read` returns so many bytes from an offset on.
///
/// # Errors
/// Those of `read`.
pub(crate) fn live_photo_id(
    size: u64,
    mut read: impl FnMut(u64, u64) -> Result<Vec<u8>>,
) -> Result<Option<String>> {
    let mut offset = 0_u64;
    for _ in 0..MAX_BOXES {
        if size.saturating_sub(offset) < 8 {
            break;
        }
        let head = read(offset, 16.min(size - offset))?;
        let Some((kind, length)) = header(&head, size - offset) else { break };
        if kind == *b"moov" {
            if length > MAX_MOOV {
                break;
            }
            return Ok(id_of(&read(offset, length)?));
        }
        offset = offset.saturating_add(length);
    }
    Ok(None)
}

/// Reads kind and length of a box; a length of 0 is all that is left.
fn header(head: &[u8], left: u64) -> Option<([u8; 4], u64)> {
    let kind: [u8; 4] = head.get(4..8)?.try_into().ok()?;
    let length = match number(head.get(..4)?) {
        0 => left,
        1 => u64::from_be_bytes(head.get(8..16)?.try_into().ok()?),
        length => u64::from(length),
    };
    (length >= 8).then_some((kind, length))
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn id_of(moov: &[u8]) -> Option<String> {
    let meta = child(moov.get(8..)?, *b"meta")?;
    // In MP4 a version stands before the boxes, in QuickTime it does not.
    let meta = if meta.get(4..8)? == b"hdlr" { meta } else { meta.get(4..)? };
    let keys = child(meta, *b"keys")?.get(8..)?;
    let at = boxes(keys).position(|(_, key)| key == KEY)?;
    let index = u32::try_from(at + 1).ok()?.to_be_bytes();
    let data = child(child(meta, *b"ilst")?, index).and_then(|item| child(item, *b"data"))?;
    let id = std::str::from_utf8(data.get(8..)?).ok()?.trim_matches('\0');
    let is_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (!id.is_empty() && id.len() <= MAX_ID && id.bytes().all(is_id)).then(|| id.to_owned())
}

fn child(bytes: &[u8], kind: [u8; 4]) -> Option<&[u8]> {
    boxes(bytes).find(|(found, _)| *found == kind).map(|(_, content)| content)
}

/// Returns the boxes that stand one after the other, each with its content.
fn boxes(mut rest: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (kind, length) = header(rest.get(..8)?, rest.len() as u64)?;
        let (this, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        rest = after;
        Some((kind, this.get(8..)?))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn boxed(kind: &[u8], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len() + 8).unwrap();
        [&length.to_be_bytes(), kind, content].concat()
    }

    /// A movie with an id, whose `moov` stands behind its pictures.
    fn movie(key: &[u8], id: &[u8]) -> Vec<u8> {
        let keys =
            [&[0; 4], &2_u32.to_be_bytes()[..], &boxed(b"mdta", b"other"), &boxed(b"mdta", key)];
        let item =
            boxed(&2_u32.to_be_bytes(), &boxed(b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0], id].concat()));
        let meta =
            [boxed(b"hdlr", &[0; 24]), boxed(b"keys", &keys.concat()), boxed(b"ilst", &item)];
        let moov = [boxed(b"mvhd", &[0; 100]), boxed(b"meta", &meta.concat())].concat();
        [boxed(b"ftyp", b"qt  "), boxed(b"mdat", &[7; 5000]), boxed(b"moov", &moov)].concat()
    }

    fn found(file: &[u8]) -> Option<String> {
        let read = |offset: u64, length: u64| {
            let start = usize::try_from(offset).unwrap().min(file.len());
            let end = usize::try_from(offset.saturating_add(length))
                .unwrap_or(usize::MAX)
                .min(file.len());
            Ok(file[start..end.max(start)].to_vec())
        };
        live_photo_id(file.len() as u64, read).unwrap()
    }

    #[test]
    fn the_id_is_found_wherever_it_stands() {
        let id = b"6B43A1D2-0C1B-4C53-9E4B-0D5A7E1F3C22";
        assert_eq!(found(&movie(KEY, id)).as_deref(), Some("6B43A1D2-0C1B-4C53-9E4B-0D5A7E1F3C22"));
        assert_eq!(found(&movie(b"com.apple.quicktime.model", id)), None);
        assert_eq!(found(&movie(KEY, b"<not an id>")), None);
        assert_eq!(found(b""), None);
    }

    proptest! {
        #[test]
        fn broken_files_do_no_harm(at in 0..5500_usize, byte: u8, end in 0..5500_usize) {
            let mut file = movie(KEY, b"ABC-1");
            if let Some(place) = file.get_mut(at) {
                *place = byte;
            }
            file.truncate(end);
            found(&file);
        }
    }
}
