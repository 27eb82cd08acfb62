//! ZIP archives, which office documents are as well.

use std::io::{Cursor, Write};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Makes an archive with these files, deflated.
///
/// # Panics
/// When a name is too long for an archive.
#[must_use]
pub fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    archive_by(SimpleFileOptions::default(), files)
}

/// Makes an archive with these files, not packed.
///
/// # Panics
/// As [`archive`].
#[must_use]
pub fn stored_archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    archive_by(SimpleFileOptions::default().compression_method(CompressionMethod::Stored), files)
}

fn archive_by(options: SimpleFileOptions, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
