//! The pages of a TIFF file: scanners and fax programs write several pictures into one.
//!
//! A directory describes each picture and says where the next one is (TIFF 6.0, section 2; `BigTIFF` has
//! wider numbers). Smaller copies and masks are directories too (`NewSubfileType`), and no pages.

use std::borrow::Cow;

/// Most directories that are looked at.
const MAX_DIRECTORIES: usize = 1000;
/// Most entries of a directory that are looked at; the tag is among the first ones, for they are sorted.
const MAX_ENTRIES: u64 = 256;
/// Tag of the bits that say what a picture is for.
const NEW_SUBFILE_TYPE: u64 = 254;
/// Bits of smaller copies and of masks.
const NO_PAGE: u64 = 0b101;

/// The form in which a file writes its numbers.
#[derive(Debug, Clone, Copy)]
struct Form {
    is_little: bool,
    /// Length of an offset, and place of the first one: 4, or 8 in a `BigTIFF`.
    offset: u64,
    /// Length of the number of entries in a directory.
    count: u64,
    /// Length of an entry.
    entry: u64,
}

/// Lists where the directories of the pages are; empty for what is no TIFF.
pub(super) fn pages(file: &[u8]) -> Vec<u64> {
    let Some(form) = Form::of(file) else { return Vec::new() };
    let mut directories = Vec::new();
    let mut next = form.number(file, form.offset, form.offset);
    while let Some(at) = next.filter(|at| *at != 0 && !directories.contains(at)) {
        if directories.len() >= MAX_DIRECTORIES {
            break;
        }
        directories.push(at);
        next = form.next(file, at);
    }
    directories.retain(|at| form.is_page(file, *at));
    directories
}

/// Returns the file with the directory at `page` as its first one, which is the one that readers take.
pub(super) fn page(file: &[u8], page: u64) -> Cow<'_, [u8]> {
    let mut copy = file.to_vec();
    let place = Form::of(file).and_then(|form| form.first(&mut copy, page));
    if place.is_some() { copy.into() } else { file.into() }
}

impl Form {
    fn of(file: &[u8]) -> Option<Self> {
        let is_little = file.starts_with(b"II");
        let classic = Self { is_little, offset: 4, count: 2, entry: 12 };
        match file.get(..4)? {
            b"II*\0" | b"MM\0*" => Some(classic),
            b"II+\0" | b"MM\0+" => Some(Self { offset: 8, count: 8, entry: 20, ..classic }),
            _ => None,
        }
    }

    fn number(self, file: &[u8], at: u64, length: u64) -> Option<u64> {
        let end = usize::try_from(at.checked_add(length)?).ok()?;
        let bytes = file.get(usize::try_from(at).ok()?..end)?;
        let join = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        Some(match self.is_little {
            true => bytes.iter().rev().fold(0, join),
            false => bytes.iter().fold(0, join),
        })
    }

    fn next(self, file: &[u8], directory: u64) -> Option<u64> {
        let entries = self.number(file, directory, self.count)?.checked_mul(self.entry)?;
        let at = directory.checked_add(self.count)?.checked_add(entries)?;
        self.number(file, at, self.offset)
    }

    /// Returns whether a directory can be read and is not that of a smaller copy or a mask.
    fn is_page(self, file: &[u8], directory: u64) -> bool {
        let Some(entries) = self.number(file, directory, self.count) else { return false };
        let start = directory.saturating_add(self.count);
        let mut entries = (0..entries.min(MAX_ENTRIES)).map_while(|index| {
            let at = start.checked_add(index.checked_mul(self.entry)?)?;
            Some((self.number(file, at, 2)?, at))
        });
        let bits = entries.find(|(tag, _)| *tag == NEW_SUBFILE_TYPE).and_then(|(_, at)| {
            // A value that fits stands in the last bytes of the entry.
            self.number(file, at + self.entry - self.offset, 4)
        });
        bits.is_none_or(|bits| bits & NO_PAGE == 0)
    }

    /// Writes which directory is the first one.
    fn first(self, file: &mut [u8], directory: u64) -> Option<()> {
        let length = usize::try_from(self.offset).ok()?;
        let place = file.get_mut(length..length * 2)?;
        let all = if self.is_little { directory.to_le_bytes() } else { directory.to_be_bytes() };
        let bytes = if self.is_little { all.get(..length) } else { all.get(all.len() - length..) };
        place.copy_from_slice(bytes?);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Makes a TIFF whose directories have nothing but their kinds.
    fn tiff(is_little: bool, is_big: bool, kinds: &[u64]) -> Vec<u8> {
        let number = |number: u64, length: usize| match is_little {
            true => number.to_le_bytes()[..length].to_vec(),
            false => number.to_be_bytes()[8 - length..].to_vec(),
        };
        let (offset, count, entry) = if is_big { (8, 8, 20) } else { (4, 2, 12) };
        let mut file = if is_little { b"II".to_vec() } else { b"MM".to_vec() };
        file.extend(number(if is_big { 43 } else { 42 }, 2));
        if is_big {
            file.extend(number(8, 2));
            file.extend(number(0, 2));
        }
        let length = count + entry + offset;
        let start = offset * 2;
        file.extend(number(start as u64, offset));
        for (index, kind) in kinds.iter().enumerate() {
            file.extend(number(1, count));
            file.extend([number(254, 2), number(4, 2), number(1, entry - 4 - offset)].concat());
            file.extend(number(*kind, 4));
            file.resize(file.len() + offset - 4, 0);
            let is_last = index + 1 == kinds.len();
            let next = if is_last { 0 } else { start + (index + 1) * length };
            file.extend(number(next as u64, offset));
        }
        file
    }

    #[test]
    fn pages_are_the_pictures_in_full_size() {
        for (is_little, is_big) in [(true, false), (false, false), (true, true), (false, true)] {
            let file = tiff(is_little, is_big, &[0, 1, 2, 4, 2]);
            let found = pages(&file);
            assert_eq!(found.len(), 3, "little {is_little}, big {is_big}");
            for (index, at) in found.iter().enumerate() {
                let alone = page(&file, *at);
                assert_eq!(pages(&alone)[0], *at);
                assert_eq!(pages(&alone).len(), 3 - index);
            }
        }
    }

    #[test]
    fn a_chain_that_leads_back_ends() {
        let mut file = tiff(true, false, &[2, 2]);
        let end = file.len() - 4;
        file[end..].copy_from_slice(&8_u32.to_le_bytes());
        assert_eq!(pages(&file).len(), 2);
        assert!(pages(b"\x89PNG").is_empty());
    }

    proptest! {
        #[test]
        fn hostile_bytes_are_no_pages(bytes: Vec<u8>, little: bool, big: bool) {
            let start = tiff(little, big, &[]);
            let file = [&start[..4], &bytes].concat();
            for at in pages(&file) {
                prop_assert_eq!(page(&file, at).len(), file.len());
            }
        }
    }
}
