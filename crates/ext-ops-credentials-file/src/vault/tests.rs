//! Changes of keys that are cut off, and a generation that was not written.

use ext_wire::ops::credentials::Secret;
use uuid::Uuid;

use super::*;

fn owner() -> Owner {
    Owner { extension: "demo".into(), library: Uuid::nil() }
}

fn credential(password: &str) -> Credential {
    let secret = Secret::Basic { username: "ada".into(), password: password.into() };
    Credential::new(Vec::new(), secret)
}

fn vault(folder: &Path) -> FileVault {
    FileVault::new(folder.join("vault"), KeySource::File(folder.join("key")))
}

/// Runs a change of keys up to step `steps`, then looks at the vault as after a restart.
fn rotate_killed_after(steps: usize) {
    let folder = tempfile::tempdir().unwrap();
    vault(folder.path()).put(&owner(), "a", &credential("one")).unwrap();
    let old_key = fs::read(folder.path().join("key")).unwrap();
    let path = folder.path().join("key");
    let killed = vault(folder.path());
    if steps >= 1 {
        let source = KeySource::File(path);
        let (header, key) = source.next(None).unwrap();
        if steps >= 2 {
            let mut open = killed.open().unwrap().unwrap();
            let old = open.header.key.clone();
            killed.reseal(&mut open, header, key).unwrap();
            if steps >= 3 {
                source.switch(&old).unwrap();
            }
        }
    }
    drop(killed);
    assert_eq!(vault(folder.path()).get(&owner(), "a").unwrap().0, credential("one"), "{steps}");
    let same_key = fs::read(folder.path().join("key")).unwrap() == old_key;
    assert_eq!(same_key, steps < 2, "{steps}");
    vault(folder.path()).rotate_key(None).unwrap();
    assert_eq!(vault(folder.path()).get(&owner(), "a").unwrap().0, credential("one"), "{steps}");
}

#[test]
fn cred_23_a_change_of_keys_may_be_killed_at_each_step() {
    (0..=3).for_each(rotate_killed_after);
}

#[test]
fn a_crash_before_the_generation_was_written_is_no_rollback() {
    let folder = tempfile::tempdir().unwrap();
    vault(folder.path()).put(&owner(), "a", &credential("one")).unwrap();
    let generation = folder.path().join("key.generation");
    disk::write_number(&generation, 0).unwrap();
    vault(folder.path()).put(&owner(), "a", &credential("two")).unwrap();
    assert_eq!(disk::read_number(&generation).unwrap(), 2);
    disk::write_number(&generation, 1).unwrap();
    assert_eq!(vault(folder.path()).get(&owner(), "a").unwrap().0, credential("two"));
    assert_eq!(disk::read_number(&generation).unwrap(), 2);
}

#[test]
fn a_damaged_generation_is_named_and_may_be_moved_away() {
    let folder = tempfile::tempdir().unwrap();
    vault(folder.path()).put(&owner(), "a", &credential("one")).unwrap();
    let generation = folder.path().join("key.generation");
    std::fs::write(&generation, "").unwrap();
    let error = vault(folder.path()).get(&owner(), "a").unwrap_err().to_string();
    assert!(error.contains("key.generation is damaged: it does not hold a number"), "{error}");
    std::fs::remove_file(&generation).unwrap();
    vault(folder.path()).put(&owner(), "a", &credential("two")).unwrap();
    assert_eq!(vault(folder.path()).get(&owner(), "a").unwrap().0, credential("two"));
}
