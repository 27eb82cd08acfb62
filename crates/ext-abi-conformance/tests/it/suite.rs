//! Cases and guests fit together, and the suite notices a host that breaks a rule.

use std::{collections::BTreeSet, path::Path};

use ext_abi::ErrorCode;
use ext_abi_conformance::{GUESTS, HostUnderTest, Limits, Operations, Reply, Suite, guest};

#[test]
fn each_guest_is_in_the_table_and_in_a_case() {
    let suite = Suite::load();
    let refused = suite.refused.iter().filter_map(|case| case.guest.as_deref());
    let used: BTreeSet<&str> = refused.chain(suite.runs.iter().map(|run| &*run.guest)).collect();
    let listed: BTreeSet<&str> = GUESTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(used, listed);
    let files = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("guests"));
    let listed: BTreeSet<String> = listed.into_iter().map(|name| format!("{name}.wat")).collect();
    assert_eq!(files, listed);
}

/// Returns the paths of the files in a folder and its folders.
fn files(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let names = entries.flat_map(|entry| {
        let name = entry.file_name().into_string().unwrap();
        match entry.path().is_dir() {
            true => files(&entry.path()).into_iter().map(|it| format!("{name}/{it}")).collect(),
            false => vec![name],
        }
    });
    names.collect()
}

#[test]
fn names_of_cases_are_unique_and_guests_are_modules() {
    let suite = Suite::load();
    assert_eq!(suite.abi, ext_abi::ABI_VERSION);
    let names = suite.refused.iter().map(|case| &case.name);
    let names = names.chain(suite.runs.iter().map(|case| &case.name));
    let names: Vec<_> = names.chain(suite.envelopes.iter().map(|case| &case.name)).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    for (name, _) in GUESTS {
        assert!(guest(name).unwrap().starts_with(b"\0asm\x01\0\0\0"), "{name}");
    }
    assert_eq!(guest("nobody"), None);
}

/// A host that takes every module and does nothing.
struct Idle;

impl HostUnderTest for Idle {
    fn load(&mut self, _: &[u8], _: &Limits) -> Result<(), ErrorCode> {
        Ok(())
    }
    fn start(&mut self, _: Operations) -> Result<(), ErrorCode> {
        Ok(())
    }
    fn call(&mut self, _: &str, _: &[u8]) -> Result<Reply, ErrorCode> {
        Ok(Reply::new(ErrorCode::OK, Vec::new()))
    }
    fn on_event(&mut self, _: &[u8]) -> Result<i32, ErrorCode> {
        Ok(0)
    }
    fn save(&mut self) -> Result<Reply, ErrorCode> {
        self.call("", b"")
    }
    fn restore(&mut self, _: &[u8]) -> Result<i32, ErrorCode> {
        Ok(0)
    }
    fn cleanup(&mut self) -> Result<i32, ErrorCode> {
        Ok(0)
    }
}

#[test]
fn a_host_that_does_nothing_fails() {
    let suite = Suite::load();
    let failures = suite.check(&mut Idle);
    assert!(suite.refused.iter().all(|case| failures.iter().any(|it| it.case == case.name)));
    // A guest that has nothing to do is indeed all that such a host can serve.
    let passed = suite.runs.len() + suite.refused.len() - failures.len();
    assert!(passed < 10, "{passed} cases hold");
    let broken = suite.check_envelopes(|_| Ok((Vec::new(), Vec::new())));
    assert_eq!(broken.len(), suite.envelopes.len() - 1, "the one with empty JSON is right");
}

#[test]
fn the_host_in_python_knows_each_code() {
    let wire = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/python-host/wire.py");
    let wire = std::fs::read_to_string(wire).unwrap();
    let table = wire.split_once("NUMBERS = {").unwrap().1.split_once('}').unwrap().0;
    let entries = table.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let known: Vec<String> = entries.map(str::to_owned).collect();
    let all = ErrorCode::ALL.iter().map(|code| format!("\"{code}\": {}", code.number()));
    assert_eq!(known, all.collect::<Vec<_>>());
}
