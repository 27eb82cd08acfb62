//! The zip archive that an office document is.

use std::borrow::Cow;
use std::io::{Cursor, ErrorKind, Read};

use ext_services::documents::DocumentError;
use zip::{ZipArchive, read::ZipFile, result::ZipError};

use crate::error::{check, malformed};

/// Limits of a document. What an archive says of sizes is not believed: bytes are counted while
/// they are inflated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfficeLimits {
    /// Files in the archive.
    pub files: u64,
    /// Inflated bytes of one part.
    pub part_bytes: u64,
    /// Inflated bytes of all parts that are looked at.
    pub total_bytes: u64,
    /// Inflated bytes for each packed one, beyond the first [`OfficeLimits::FREE_BYTES`]. Office programs
    /// reach thirty; Apache POI draws the line at a hundred as well.
    pub ratio: u64,
}

impl OfficeLimits {
    /// Bytes of a part that may be inflated from nearly nothing: empty sheets pack well.
    pub const FREE_BYTES: u64 = 1 << 20;

    /// Limits that ordinary documents stay below.
    pub const DEFAULT: Self =
        Self { files: 4096, part_bytes: 64 << 20, total_bytes: 128 << 20, ratio: 100 };
}

/// An archive in memory.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    limits: OfficeLimits,
    inflated: u64,
}

impl<'a> Archive<'a> {
    pub(crate) fn open(bytes: &'a [u8], limits: OfficeLimits) -> Result<Self, DocumentError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
        check("files in the archive", zip.len() as u64, limits.files)?;
        Ok(Self { zip, limits, inflated: 0 })
    }

    /// Returns the names of all files. They are compared, and never used as paths.
    pub(crate) fn names(&self) -> Vec<String> {
        self.zip.file_names().filter_map(Result::ok).map(Cow::into_owned).collect()
    }

    /// Returns the bytes of a part; `None` when no part has this name.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, DocumentError> {
        let file = match self.zip.by_name(name) {
            Err(ZipError::FileNotFound) => return Ok(None),
            file => file.map_err(unreadable)?,
        };
        let mut bytes = Vec::new();
        self.inflated += inflate(file, self.limits, self.inflated, &mut |chunk| {
            bytes.extend_from_slice(chunk);
        })?;
        Ok(Some(bytes))
    }

    /// Shows every part to `check`, so that a reader that has no limits of its own may be let at
    /// them.
    pub(crate) fn weigh(
        &mut self,
        check: &dyn Fn(&[u8]) -> Result<(), DocumentError>,
    ) -> Result<(), DocumentError> {
        for index in 0..self.zip.len() {
            let file = self.zip.by_index(index).map_err(unreadable)?;
            let mut bytes = Vec::new();
            self.inflated += inflate(file, self.limits, self.inflated, &mut |chunk| {
                bytes.extend_from_slice(chunk);
            })?;
            check(&bytes)?;
        }
        Ok(())
    }
}

/// Inflates a file chunk by chunk; how many bytes there were.
fn inflate(
    mut file: ZipFile<'_, Cursor<&[u8]>>,
    limits: OfficeLimits,
    before: u64,
    take: &mut dyn FnMut(&[u8]),
) -> Result<u64, DocumentError> {
    let fair = OfficeLimits::FREE_BYTES
        .saturating_add(file.compressed_size().saturating_mul(limits.ratio));
    let mut chunk = vec![0; 64 << 10];
    let mut bytes = 0;
    loop {
        let read = match file.read(&mut chunk) {
            Ok(0) => return Ok(bytes),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(malformed(error)),
        };
        bytes += read as u64;
        check("inflated bytes of a part", bytes, limits.part_bytes.min(fair))?;
        check("inflated bytes", before.saturating_add(bytes), limits.total_bytes)?;
        take(chunk.get(..read).unwrap_or_default());
    }
}

fn unreadable(error: ZipError) -> DocumentError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => DocumentError::Encrypted,
        error => malformed(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: OfficeLimits =
        OfficeLimits { files: 3, part_bytes: 4000, total_bytes: 6000, ratio: 100 };

    fn archive(parts: &[&[u8]]) -> Vec<u8> {
        let names: Vec<String> = (0..parts.len()).map(|number| number.to_string()).collect();
        let named = names.iter().zip(parts).map(|(name, part)| (name.as_str(), *part));
        ext_testing::archive(&named.collect::<Vec<_>>())
    }

    fn what(result: Result<(), DocumentError>) -> &'static str {
        match result {
            Ok(()) => "",
            Err(DocumentError::TooLarge { what, .. }) => what,
            Err(other) => panic!("{other}"),
        }
    }

    fn weighed(parts: &[&[u8]], limits: OfficeLimits) -> &'static str {
        what(
            Archive::open(&archive(parts), limits)
                .and_then(|mut archive| archive.weigh(&|_| Ok(()))),
        )
    }

    #[test]
    fn doc_09_each_limit_holds() {
        let part = [b'x'; 2000];
        assert_eq!(weighed(&[&part, &part, &part], SMALL), "");
        assert_eq!(weighed(&[b"", b"", b"", b""], SMALL), "files in the archive");
        assert_eq!(weighed(&[&[b'x'; 4001]], SMALL), "inflated bytes of a part");
        assert_eq!(weighed(&[&part, &part, &[b'x'; 2001]], SMALL), "inflated bytes");
    }

    #[test]
    fn doc_09_what_packs_too_well_is_a_bomb() {
        let zeros = vec![0; 3 << 20];
        assert_eq!(weighed(&[&zeros], OfficeLimits::DEFAULT), "inflated bytes of a part");
        let lenient = OfficeLimits { ratio: 2000, ..OfficeLimits::DEFAULT };
        assert_eq!(weighed(&[&zeros], lenient), "");
    }

    #[test]
    fn doc_09_a_size_that_is_a_lie_is_not_believed() {
        let mut bytes = archive(&[&[b'x'; 5000]]);
        // The size stands in the local header, and in the directory.
        let size = 5000_u32.to_le_bytes();
        for at in 0..bytes.len() - 4 {
            if bytes[at..at + 4] == size {
                bytes[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
            }
        }
        let result = Archive::open(&bytes, SMALL).and_then(|mut archive| archive.part("0"));
        assert!(result.is_err() || result.unwrap().unwrap().len() <= 4000);
    }
}
