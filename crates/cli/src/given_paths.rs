//! Paths as the user gave them, and as the program that imports them needs them.

use std::path::{self, Path, PathBuf};

use anyhow::Context;
use spacedrive_core::WorkReport;

/// The paths of an import: each as it was given, and from the root.
pub(crate) struct GivenPaths(Vec<(PathBuf, PathBuf)>);

impl GivenPaths {
    /// Finds the absolute paths. Nothing is looked up: a path that does not exist is one as well.
    pub(crate) fn of(given: &[PathBuf]) -> anyhow::Result<Self> {
        let absolute = |given: &PathBuf| -> anyhow::Result<_> {
            let absolute = path::absolute(given);
            let absolute = absolute.with_context(|| format!("`{}`", given.display()))?;
            Ok((given.clone(), absolute))
        };
        Ok(Self(given.iter().map(absolute).collect::<anyhow::Result<_>>()?))
    }

    /// Writes the absolute paths as text; those that are not UTF-8 as URLs.
    pub(crate) fn absolute(&self) -> Vec<String> {
        self.0.iter().map(|(_, absolute)| as_text(absolute)).collect()
    }

    /// Names the files of a report as they were given.
    pub(crate) fn restore(&self, report: &mut WorkReport) {
        let folders = report.placed.iter_mut().map(|placed| &mut placed.folder);
        let skipped = report.skipped.iter_mut().map(|skipped| &mut skipped.path);
        let of_files = report.failures.iter_mut().filter(|failure| failure.extension.is_none());
        let failed = of_files.map(|failure| &mut failure.path);
        let known = [&mut report.empty, &mut report.in_bin, &mut report.mended];
        for path in folders.chain(skipped).chain(failed).chain(known.into_iter().flatten()) {
            if let Some(given) = self.as_given(path) {
                *path = given;
            }
        }
    }

    fn as_given(&self, path: &str) -> Option<String> {
        self.0.iter().find_map(|(given, absolute)| {
            let rest = Path::new(path).strip_prefix(absolute).ok()?;
            let given = if rest.as_os_str().is_empty() { given.clone() } else { given.join(rest) };
            given.into_os_string().into_string().ok()
        })
    }
}

/// Writes the absolute path of one file or folder as text.
///
/// # Errors
/// The path is empty, or the folder that the program runs in is gone.
pub(crate) fn absolute(given: &Path) -> anyhow::Result<String> {
    let absolute = path::absolute(given);
    Ok(as_text(&absolute.with_context(|| format!("`{}`", given.display()))?))
}

fn as_text(path: &Path) -> String {
    match path.to_str() {
        Some(text) => text.to_owned(),
        None => url::Url::from_file_path(path).map(String::from).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use spacedrive_core::{PlacedFolder, WorkReport};

    use super::*;

    #[test]
    fn a_report_names_files_as_they_were_given() {
        let paths = GivenPaths::of(&["mails".into(), "/abs/a".into()]).unwrap();
        let absolute = paths.absolute();
        let placed = PlacedFolder { folder: absolute[0].clone(), place: "x".into() };
        let empty = vec![format!("{}/sub/b.eml", absolute[0]), "/abs/a".into(), "/else/c".into()];
        let mut report = WorkReport {
            placed: vec![placed],
            mended: empty.clone(),
            empty,
            ..WorkReport::default()
        };
        paths.restore(&mut report);
        assert_eq!(report.placed[0].folder, "mails");
        assert_eq!(report.empty, ["mails/sub/b.eml", "/abs/a", "/else/c"]);
        assert_eq!(report.mended, report.empty);
    }

    #[test]
    fn a_name_that_is_not_utf8_becomes_a_url() {
        let name: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"/a/caf\xe9");
        assert_eq!(as_text(Path::new(name)), "file:///a/caf%E9");
    }
}
