//! Changes of the configuration while a daemon runs.
//!
//! The daemon goes on with the settings that it started with: readers, models, sandboxes and rules of
//! permissions are made of them, and half of a change would be worse than none. It says so, instead.

use std::path::Path;

use spacedrive_core::config::{CONFIG_FILE, Config};

/// Describes how the configuration differs from the one that the daemon started with.
pub(crate) fn news(data_folder: &Path, before: &Config) -> Option<String> {
    match Config::load(data_folder) {
        Err(error) => Some(format!("{error}: the daemon works with the former settings")),
        Ok(now) if now == *before => None,
        Ok(now) => Some(format!(
            "{CONFIG_FILE}: {} changed; the daemon works with the former settings until it is \
             started again: spacedrive serve --stop",
            sections(before, &now).join(", ")
        )),
    }
}

fn sections(before: &Config, now: &Config) -> Vec<&'static str> {
    let differs = [
        ("[permissions]", before.permissions != now.permissions),
        ("[extensions]", before.extensions != now.extensions),
        ("[documents]", before.documents != now.documents),
        ("[storage]", before.storage != now.storage),
        ("[http]", before.http != now.http),
        ("[vault]", before.vault != now.vault),
        ("[auth]", before.auth != now.auth),
        ("[ai]", before.ai != now.ai),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(section, _)| section).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_change_is_told_with_its_section_and_a_mistake_with_its_line() {
        let data = tempfile::tempdir().unwrap();
        let before = Config::load(data.path()).unwrap();
        assert_eq!(news(data.path(), &before), None);
        fs::write(data.path().join(CONFIG_FILE), "[storage]\nkeep_versions = 3\n").unwrap();
        let told = news(data.path(), &before).unwrap();
        assert!(told.starts_with("config.toml: [storage] changed"), "{told}");
        assert_eq!(news(data.path(), &Config::load(data.path()).unwrap()), None);
        fs::write(data.path().join(CONFIG_FILE), "[storage]\nkeep = 3\n").unwrap();
        let told = news(data.path(), &before).unwrap();
        assert!(told.contains("line 2") && told.contains("former settings"), "{told}");
    }
}
