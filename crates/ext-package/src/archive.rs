//! The one form of a package: a zip archive of stored files.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read, Write},
};

use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::error::PackageError;

/// Most bytes of a package.
pub const MAX_PACKAGE_BYTES: usize = 64 << 20;
/// Most files in a package.
pub const MAX_FILES: usize = 256;
/// Most bytes of a file's name with its folders.
const MAX_NAME_BYTES: usize = 200;
/// Mode of each file.
const MODE: u32 = 0o644;

/// The files of a package, by name.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Writes files in the one form.
pub(crate) fn write(files: &Files) -> Result<Vec<u8>, PackageError> {
    check_names(files)?;
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(MODE);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(name.as_str(), options).map_err(format)?;
        writer.write_all(bytes).map_err(format)?;
    }
    let bytes = writer.finish().map_err(format)?.into_inner();
    if bytes.len() > MAX_PACKAGE_BYTES {
        return Err(too_large(bytes.len()));
    }
    Ok(bytes)
}

/// Reads the files of a package, which has the one form.
pub(crate) fn read(bytes: &[u8]) -> Result<Files, PackageError> {
    if bytes.len() > MAX_PACKAGE_BYTES {
        return Err(too_large(bytes.len()));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(format)?;
    if archive.len() > MAX_FILES {
        return Err(format(format_args!(
            "it has {} files, the limit is {MAX_FILES}",
            archive.len()
        )));
    }
    let mut files = Files::new();
    let mut left = bytes.len() as u64;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(format)?;
        // Stored files together are never more than the archive, unless they overlap.
        if file.compression() != CompressionMethod::Stored || file.size() > left {
            return Err(other_form());
        }
        let (mut content, name) = (Vec::new(), file.name().map_err(format)?.into_owned());
        (&mut file).take(left).read_to_end(&mut content).map_err(format)?;
        left = left.saturating_sub(content.len() as u64);
        if files.insert(name, content).is_some() {
            return Err(other_form());
        }
    }
    if write(&files)? != bytes {
        return Err(other_form());
    }
    Ok(files)
}

fn check_names(files: &Files) -> Result<(), PackageError> {
    if files.len() > MAX_FILES {
        return Err(format(format_args!("it has {} files, the limit is {MAX_FILES}", files.len())));
    }
    let mut seen = BTreeSet::new();
    for name in files.keys() {
        check_name(name)?;
        let folded = name.to_ascii_lowercase();
        let mut above = folded.match_indices('/').filter_map(|(end, _)| folded.get(..end));
        if above.any(|folder| seen.contains(folder)) || !seen.insert(folded.clone()) {
            let name = name.escape_debug();
            return Err(format(format_args!(
                "`{name}` meets another file where case does not count"
            )));
        }
    }
    Ok(())
}

/// Checks a name: plain segments of ASCII, so that it means the same file on every system.
fn check_name(name: &str) -> Result<(), PackageError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let segment = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && !text.ends_with('.')
            && text.chars().all(plain)
    };
    if name.len() <= MAX_NAME_BYTES && name.split('/').all(segment) {
        return Ok(());
    }
    let shown: String = name.escape_debug().take(MAX_NAME_BYTES).collect();
    let allowed = "letters, digits, `.`, `_` and `-`, in folders joined by `/`";
    Err(format(format_args!("`{shown}` is not a name of a file in a package ({allowed})")))
}

fn too_large(bytes: usize) -> PackageError {
    format(format_args!("it has {bytes} bytes, the limit is {MAX_PACKAGE_BYTES}"))
}

fn other_form() -> PackageError {
    format("it is an archive of another form, which another program made or changed")
}

fn format(problem: impl std::fmt::Display) -> PackageError {
    PackageError::Format(problem.to_string())
}
