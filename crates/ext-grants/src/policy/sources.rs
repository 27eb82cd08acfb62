//! The texts of the files that the configuration of a policy names.

use std::path::{Path, PathBuf};

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
    let text = ext_fs::read_text(&path, MAX_TEXT_BYTES);
    let text = text.map_err(|error| PolicyError::Read { path, source: error.into() })?;
    Ok(nfc(&text))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn path_05_a_policy_names_paths_in_their_form() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.cedar"), "like \"Vertra\u{308}ge/*\"").unwrap();
        let texts = texts(folder.path(), &["a.cedar".into()]).unwrap();
        assert_eq!(texts[0].1, "like \"Vertr\u{e4}ge/*\"");
    }
}
