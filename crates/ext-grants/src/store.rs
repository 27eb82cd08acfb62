//! The files of grants.
//!
//! ```text
//! <folder>/
//!     <id>.json      grants of one extension, for each digest of its wasm that may be installed
//!     lock           locked while a file is changed
//! ```
//!
//! A file is replaced as a whole: a crash leaves the old one or the new one. Grants are bound to the
//! extension's id and the digest of its wasm: other code under the same id has none of them. While a
//! version is being installed there are grants for the old one and for the new one.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use ext_fs::{Lock, create_private_folder_if_writable, replace};
use ext_perm::{Effect, Expiry, NumberedRule, Rule, RuleBackend};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{carry_over::still_allows, error::GrantError};

/// The format that this program reads and writes.
const FORMAT: u32 = 1;

/// The longest file, in bytes.
const MAX_BYTES: u64 = 4 << 20;

/// A grant of the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Its number, which no other grant of this extension ever has.
    pub id: u64,
    /// The time at which it was given.
    pub given: Timestamp,
    /// The rule that it is.
    pub rule: Rule,
}

/// The grants of one extension.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GrantFile {
    format: u32,
    next: u64,
    /// The grants of each version, by the digest of its wasm.
    versions: BTreeMap<String, Vec<Grant>>,
}

impl GrantFile {
    pub(crate) fn of(&self, wasm: &str) -> &[Grant] {
        self.versions.get(wasm).map(Vec::as_slice).unwrap_or_default()
    }

    /// Adds a grant; returns its number.
    pub(crate) fn add(&mut self, wasm: &str, rule: Rule) -> u64 {
        self.next += 1;
        let given = Timestamp::now();
        // A person reads it: to the second.
        let given = Timestamp::from_second(given.as_second()).unwrap_or(given);
        let grant = Grant { id: self.next, given, rule };
        self.versions.entry(wasm.to_owned()).or_default().push(grant);
        self.next
    }

    /// Deletes the grants that `gone` selects; returns their number.
    pub(crate) fn remove(&mut self, wasm: &str, gone: impl Fn(&Grant) -> bool) -> usize {
        let Some(grants) = self.versions.get_mut(wasm) else { return 0 };
        let before = grants.len();
        grants.retain(|grant| !gone(grant));
        before - grants.len()
    }

    /// Copies the grants of one version to another, with the same numbers. Of a version that was never granted
    /// anything, as damaged files seem to be, the denials of all versions are copied.
    pub(crate) fn carry_over(&mut self, from: &str, to: &str) {
        let grants = self.versions.get(from).cloned();
        self.set(to, grants.unwrap_or_else(|| self.denials()));
    }

    /// Sets the grants of a version.
    pub(crate) fn set(&mut self, wasm: &str, grants: Vec<Grant>) {
        self.versions.insert(wasm.to_owned(), grants);
    }

    /// Replaces the grants of a version by new ones.
    pub(crate) fn replace(&mut self, wasm: &str, rules: Vec<Rule>) {
        self.forget(wasm);
        for rule in rules {
            self.add(wasm, rule);
        }
    }

    /// Returns the denials of all versions, each once.
    pub(crate) fn denials(&self) -> Vec<Grant> {
        let mut denials: Vec<Grant> = Vec::new();
        for grant in self.versions.values().flatten() {
            let known = denials.iter().any(|known| known.id == grant.id);
            if grant.rule.effect == Effect::Deny && !known {
                denials.push(grant.clone());
            }
        }
        denials
    }

    /// Returns whether anything is allowed to a version, for good or for a time that is not over.
    pub(crate) fn allows(&self, wasm: &str) -> bool {
        let now = Timestamp::now();
        self.of(wasm).iter().any(|grant| still_allows(&grant.rule, now))
    }

    /// Changes each rule of a version; one for which `edit` returns false is deleted.
    pub(crate) fn edit(&mut self, wasm: &str, mut edit: impl FnMut(&mut Rule) -> bool) {
        if let Some(grants) = self.versions.get_mut(wasm) {
            grants.retain_mut(|grant| edit(&mut grant.rule));
        }
    }

    /// Deletes the grants of all versions but one.
    pub(crate) fn keep_only(&mut self, wasm: &str) {
        self.versions.retain(|digest, _| digest == wasm);
    }

    /// Deletes the grants of one version.
    pub(crate) fn forget(&mut self, wasm: &str) {
        self.versions.remove(wasm);
    }
}

/// Checks that a file can be read again, before it takes the place of the one that is there.
pub(crate) fn check_size(path: &Path, bytes: &[u8], limit: u64) -> Result<(), GrantError> {
    let bytes = bytes.len() as u64;
    match bytes > limit {
        true => Err(GrantError::TooLarge { path: path.to_owned(), bytes, limit }),
        false => Ok(()),
    }
}

/// Removes a file, if it is there.
pub(crate) fn remove_file(path: PathBuf) -> Result<(), GrantError> {
    match fs::remove_file(&path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(GrantError::Io { path, source })
        }
        _ => Ok(()),
    }
}

/// The mark of a state of a file, another one after each change.
pub(crate) type Stamp = Option<(u64, u64, i64)>;

/// The folder of grants.
#[derive(Debug, Clone)]
pub(crate) struct GrantStore {
    folder: PathBuf,
}

impl GrantStore {
    pub(crate) fn open(folder: &Path) -> Result<Self, GrantError> {
        create_private_folder_if_writable(folder)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Reads the grants of an extension; none when there is no file.
    pub(crate) fn load(&self, id: &str) -> Result<GrantFile, GrantError> {
        let path = self.path(id);
        let text = match read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(GrantFile { format: FORMAT, ..GrantFile::default() });
            }
            Err(source) => return Err(GrantError::Io { path, source }),
        };
        let wrong = |problem: String| GrantError::Corrupt { path: path.clone(), problem };
        let file: GrantFile =
            serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        match file.format {
            FORMAT => Ok(file),
            other => {
                Err(wrong(format!("format {other} is not known, this program reads {FORMAT}")))
            }
        }
    }

    /// Changes the grants of an extension atomically, also for other programs.
    pub(crate) fn change<T>(
        &self,
        id: &str,
        change: impl FnOnce(&mut GrantFile) -> T,
    ) -> Result<T, GrantError> {
        let _lock = Lock::acquire(&self.folder.join("lock"))?;
        let mut file = self.load(id)?;
        let result = change(&mut file);
        let path = self.path(id);
        let bytes = serde_json::to_vec_pretty(&file).map_err(|error| GrantError::Corrupt {
            path: path.clone(),
            problem: error.to_string(),
        })?;
        check_size(&path, &bytes, MAX_BYTES)?;
        replace(&path, &bytes)?;
        Ok(result)
    }

    /// Deletes the file of an extension that holds no version: one that was not installed leaves none.
    pub(crate) fn remove_if_empty(&self, id: &str) -> Result<(), GrantError> {
        let _lock = Lock::acquire(&self.folder.join("lock"))?;
        if self.load(id)?.versions.is_empty() { self.delete(id) } else { Ok(()) }
    }

    /// Consumes a grant for one call; returns whether it was there and this call took it.
    pub(crate) fn consume(&self, id: &str, wasm: &str, grant: u64) -> bool {
        let once = |found: &Grant| found.id == grant && found.rule.expires == Expiry::Once;
        self.change(id, |file| file.remove(wasm, once) == 1).unwrap_or_else(|error| {
            tracing::error!(extension = id, %error, "a grant for one call cannot be consumed");
            false
        })
    }

    /// Deletes the grants of an extension.
    pub(crate) fn remove(&self, id: &str) -> Result<(), GrantError> {
        let _lock = Lock::acquire(&self.folder.join("lock"))?;
        self.delete(id)
    }

    fn delete(&self, id: &str) -> Result<(), GrantError> {
        remove_file(self.path(id))
    }

    /// Puts the rules of a version that are in force in a session into its backend. While they cannot
    /// be read, the backend decides nothing.
    pub(crate) fn put_in_force(
        &self,
        grants: &RuleBackend,
        id: &str,
        wasm: &str,
        session: &str,
    ) -> Result<(), GrantError> {
        let file = self.load(id).inspect_err(|_| grants.forget(&unreadable(id)))?;
        grants.replace(in_force(id, file.of(wasm), session));
        Ok(())
    }

    /// Returns the mark of the file as it is now.
    pub(crate) fn stamp(&self, id: &str) -> Stamp {
        let found = fs::metadata(self.path(id)).ok()?;
        #[cfg(unix)]
        let stamp = {
            use std::os::unix::fs::MetadataExt;
            (
                found.ino(),
                found.len(),
                found.mtime().wrapping_mul(1_000_000_000) ^ found.mtime_nsec(),
            )
        };
        #[cfg(not(unix))]
        let stamp = (0, found.len(), 0);
        Some(stamp)
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }
}

/// Returns the reason why nothing is decided while a file cannot be read. Extensions see it, so it names
/// the file by its place in the data folder.
fn unreadable(id: &str) -> String {
    format!("its grants in `grants/{id}.json` cannot be read, see the host's log")
}

/// Returns the rules that are in force in a session.
fn in_force(id: &str, grants: &[Grant], session: &str) -> Vec<NumberedRule> {
    let ours = |grant: &&Grant| match &grant.rule.expires {
        Expiry::Session(name) => name == session,
        _ => true,
    };
    let numbered = |grant: &Grant| NumberedRule {
        id: grant.id,
        place: format!("grants/{id}.json: grant {}", grant.id),
        rule: grant.rule.clone(),
    };
    grants.iter().filter(ours).map(numbered).collect()
}

fn read(path: &Path) -> io::Result<String> {
    Ok(ext_fs::read_text(path, MAX_BYTES)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn store() -> (tempfile::TempDir, GrantStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = GrantStore::open(&folder.path().join("grants")).unwrap();
        (folder, store)
    }

    fn once() -> Rule {
        Rule { expires: Expiry::Once, ..Rule::new(Effect::Allow) }
    }

    #[test]
    fn perm_25_grants_are_for_one_digest() {
        let (_folder, store) = store();
        store.change("demo", |file| file.add("old", Rule::new(Effect::Allow))).unwrap();
        let file = store.load("demo").unwrap();
        assert_eq!((file.of("old").len(), file.of("new").len()), (1, 0));
        assert!(store.load("demo2").unwrap().of("old").is_empty());
    }

    #[test]
    fn a_grant_for_one_call_is_taken_by_one_of_many() {
        let (_folder, store) = store();
        let id = store.change("demo", |file| file.add("x", once())).unwrap();
        let consume = || (0..4).filter(|_| store.consume("demo", "x", id)).count();
        let taken: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(consume)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(taken, 1);
        assert!(store.load("demo").unwrap().of("x").is_empty());
    }

    #[test]
    fn perm_32_a_damaged_file_grants_nothing_and_is_an_error() {
        let (_folder, store) = store();
        store.change("demo", |file| file.add("x", once())).unwrap();
        let path = store.path("demo");
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() - 1 {
            fs::write(&path, &whole[..length]).unwrap();
            assert!(store.load("demo").is_err(), "cut at {length}");
        }
        fs::write(&path, br#"{"format":2,"next":0,"versions":{}}"#).unwrap();
        assert!(store.load("demo").unwrap_err().to_string().contains("format 2"));
        fs::write(&path, &whole).unwrap();
        assert_eq!(store.load("demo").unwrap().of("x").len(), 1);
    }

    #[test]
    fn grants_of_other_sessions_are_not_in_force() {
        let rule = |session: &str| Rule {
            expires: Expiry::Session(session.into()),
            ..Rule::new(Effect::Allow)
        };
        let mut file = GrantFile::default();
        file.add("x", rule("mine"));
        file.add("x", rule("other"));
        let rules = in_force("demo", file.of("x"), "mine");
        assert_eq!(rules.iter().map(|rule| rule.id).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn every_change_is_seen_from_outside() {
        let (_folder, store) = store();
        let mut stamps = vec![store.stamp("demo")];
        for _ in 0..5 {
            store.change("demo", |file| file.add("x", once())).unwrap();
            stamps.push(store.stamp("demo"));
        }
        stamps.windows(2).for_each(|pair| assert_ne!(pair[0], pair[1]));
    }

    #[derive(Debug, Clone)]
    enum Change {
        Add(u8),
        Remove(u8, u64),
        CarryOver(u8, u8),
        KeepOnly(u8),
        Forget(u8),
    }

    fn any_change() -> impl Strategy<Value = Change> {
        let version = || 0_u8..4;
        prop_oneof![
            4 => version().prop_map(Change::Add),
            2 => (version(), 0_u64..20).prop_map(|(version, id)| Change::Remove(version, id)),
            2 => (version(), version()).prop_map(|(from, to)| Change::CarryOver(from, to)),
            1 => version().prop_map(Change::KeepOnly),
            1 => version().prop_map(Change::Forget),
        ]
    }

    fn name(version: u8) -> String {
        format!("v{version}")
    }

    /// Makes the change; returns the number of the grant that it added.
    fn apply(file: &mut GrantFile, change: Change) -> Option<u64> {
        match change {
            Change::Add(to) => return Some(file.add(&name(to), once())),
            Change::Remove(from, id) => {
                file.remove(&name(from), |grant| grant.id == id);
            }
            Change::CarryOver(from, to) => file.carry_over(&name(from), &name(to)),
            Change::KeepOnly(version) => file.keep_only(&name(version)),
            Change::Forget(version) => file.forget(&name(version)),
        }
        None
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn numbers_of_grants_are_unique_and_never_used_again(
            changes in prop::collection::vec(any_change(), 0..40),
        ) {
            let (_folder, store) = store();
            let mut last = 0;
            for change in changes {
                let added = store.change("demo", |file| apply(file, change)).unwrap();
                prop_assert!(added.is_none_or(|id| id > last), "{:?} after {}", added, last);
                last = added.unwrap_or(last);
                let file = store.load("demo").unwrap();
                for version in 0..4 {
                    let ids: Vec<u64> = file.of(&name(version)).iter().map(|g| g.id).collect();
                    let unique: std::collections::BTreeSet<u64> = ids.iter().copied().collect();
                    prop_assert_eq!(unique.len(), ids.len());
                    prop_assert!(ids.iter().all(|id| *id <= last));
                }
            }
        }
    }
}
