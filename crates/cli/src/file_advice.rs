//! Advice on damaged files of the data folder.

/// What becomes of things without a file, by the end of its path.
const WITHOUT: &[(&str, &str)] = &[
    ("/locations.json", "no folder is followed until `spacedrive location add` names it again"),
    (
        "/schedules.json",
        "nothing is called by itself until `spacedrive job schedule` says so again",
    ),
    ("/tokens.json", "no token is valid, and `spacedrive token create` makes others"),
    ("/publishers.json", "whoever signed what is installed next counts as its publisher"),
    ("/registries.json", "nothing counts as seen of the registries"),
    ("/origins.json", "updates are found for what is installed from a registry again"),
    (".generation", "`spacedrive secret set` accepts the secrets as they are"),
    ("/vault/generation", "`spacedrive secret set` accepts the secrets as they are"),
    ("/audit/log.jsonl", "the record begins anew"),
    (".told.json", "the extension is told of its settings again"),
];

/// What becomes of things without a file, by the folder that it is in.
const WITHOUT_IN: &[(&str, &str)] = &[
    ("grants", "the extension may do nothing until `spacedrive permission grant` allows it again"),
    ("settings", "the extension has the settings that it comes with"),
    ("recordings", "nothing counts as recorded of the extension"),
];

/// The words of a file of grants that an extension is told of.
const GRANTS: &str = "its grants in `grants/";

/// Names what helps with a file of the data folder, if the message is about a damaged one.
pub(crate) fn on(message: &str) -> Option<String> {
    let path = match message.split_once(" is damaged: ") {
        Some((path, _)) => path,
        None if message.contains(GRANTS) => "grants/ID.json",
        None => return None,
    };
    let without = without(path)?;
    Some(format!("put the file back from a backup, or move it away: then {without}"))
}

fn without(path: &str) -> Option<&'static str> {
    let (folders, _) = path.rsplit_once('/')?;
    let folder = folders.rsplit('/').next()?;
    let named = WITHOUT.iter().find(|(end, _)| path.ends_with(end));
    let named = named.or_else(|| WITHOUT_IN.iter().find(|(name, _)| *name == folder));
    named.map(|(_, without)| *without)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_damaged_file_gets_its_way_out() {
        for (path, way) in [
            ("/data/locations.json", "location add"),
            ("/data/schedules.json", "job schedule"),
            ("/data/tokens.json", "token create"),
            ("/data/settings/finance.json", "comes with"),
            ("/data/settings/finance.told.json", "told of its settings"),
            ("/data/grants/finance.json", "permission grant"),
            ("/data/audit/log.jsonl", "begins anew"),
            ("the vault: /home/vault.key.generation", "secret set"),
        ] {
            let advice = on(&format!("{path} is damaged: EOF")).unwrap();
            assert!(advice.contains(way) && advice.contains("from a backup"), "{advice}");
        }
        let told = "finance may not call `x`: its grants in `grants/finance.json` cannot be read";
        assert!(on(told).unwrap().contains("permission grant"));
    }

    #[test]
    fn what_is_damaged_and_no_such_file_gets_none() {
        for message in ["the extension `finance` is damaged: x", "the backup /x is damaged: y", "x"]
        {
            assert_eq!(on(message), None, "{message}");
        }
    }
}
