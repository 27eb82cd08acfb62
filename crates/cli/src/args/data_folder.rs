//! The data folder, which has to be known before the arguments are parsed: the extensions in it bring
//! commands.

use std::{ffi::OsString, path::PathBuf};

use directories::ProjectDirs;

/// Finds the data folder that arguments or the variable name, else the user's.
pub(super) fn of_arguments(args: impl IntoIterator<Item = OsString>) -> Option<PathBuf> {
    let named = || std::env::var_os("SPACEDRIVE_DATA_DIR").map(PathBuf::from);
    or_default(named_in(args).or_else(named))
}

/// Returns a folder that is named, else the user's data folder; `None` without a home.
pub(crate) fn or_default(named: Option<PathBuf>) -> Option<PathBuf> {
    let usual = || Some(ProjectDirs::from("", "", "spacedrive")?.data_dir().to_owned());
    named.or_else(usual)
}

fn named_in(args: impl IntoIterator<Item = OsString>) -> Option<PathBuf> {
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        if arg == "--" {
            return None;
        }
        if arg == "--data-dir" {
            return args.next().map(PathBuf::from);
        }
        if let Some(folder) = arg.to_str().and_then(|arg| arg.strip_prefix("--data-dir=")) {
            return Some(PathBuf::from(folder));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_found_wherever_it_is_named() {
        let named = |args: &[&str]| named_in(args.iter().map(OsString::from));
        let folder = Some(PathBuf::from("/d"));
        assert_eq!(named(&["spacedrive", "--data-dir", "/d", "import"]), folder);
        assert_eq!(named(&["spacedrive", "import", "x", "--data-dir=/d"]), folder);
        assert_eq!(named(&["spacedrive", "import", "--", "--data-dir=/d"]), None);
        assert_eq!(named(&["spacedrive", "--data-dir"]), None);
    }
}
