//! The texts of the files that the configuration of a policy names.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use ext_wire::text::nfc;

use super::error::PolicyError;

/// The longest text, in bytes.
const MAX_TEXT_BYTES: u64 = 1 << 20;

/// Reads files, each with its name, and with its text in Unicode normal form C: policies compare their
/// texts with paths, which are in that form.
pub(super) fn texts(
    data_folder: &Path,
    paths: &[PathBuf],
) -> Result<Vec<(String, String)>, PolicyError> {
    let named = |path: &PathBuf| Ok((path.display().to_string(), text(data_folder, path)?));
    paths.iter().map(named).collect()
}

/// Reads a file that may be left out.
pub(super) fn optional(
    data_folder: &Path,
    path: Option<&Path>,
) -> Result<Option<String>, PolicyError> {
    path.map(|path| text(data_folder, path)).transpose()
}

fn text(data_folder: &Path, path: &Path) -> Result<String, PolicyError> {
    let path = data_folder.join(path);
    let text = read(&path).map_err(|source| PolicyError::Read { path, source })?;
    Ok(nfc(&text))
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(MAX_TEXT_BYTES + 1).read_to_string(&mut text)?;
    let fits = text.len() as u64 <= MAX_TEXT_BYTES;
    fits.then_some(text).ok_or_else(|| io::ErrorKind::FileTooLarge.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_05_a_policy_names_paths_in_their_form() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.cedar"), "like \"Vertra\u{308}ge/*\"").unwrap();
        let texts = texts(folder.path(), &["a.cedar".into()]).unwrap();
        assert_eq!(texts[0].1, "like \"Vertr\u{e4}ge/*\"");
    }
}
