//! Whatever is imported in whatever order, no file takes the place of another one.

use std::{collections::BTreeMap, fs, path::PathBuf};

use proptest::prelude::*;

use crate::common::World;

/// Folders whose last names are alike, some inside others.
const FOLDERS: [&str; 5] = ["a/scans", "b/scans", "c/scans", "c/scans/b/scans", "b"];
const NAMES: [&str; 3] = ["one.txt", "two.txt", "three.txt"];

#[derive(Debug, Clone)]
enum Step {
    Write { folder: usize, name: usize, text: u8 },
    Remove { folder: usize, name: usize },
    ImportFolder(usize),
    ImportFile { folder: usize, name: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (folder, name) = (0..FOLDERS.len(), 0..NAMES.len());
    let step = prop_oneof![
        4 => (folder.clone(), name.clone(), 0..6u8)
            .prop_map(|(folder, name, text)| Step::Write { folder, name, text }),
        1 => (folder.clone(), name.clone()).prop_map(|(folder, name)| Step::Remove { folder, name }),
        3 => folder.clone().prop_map(Step::ImportFolder),
        1 => (folder, name).prop_map(|(folder, name)| Step::ImportFile { folder, name }),
    ];
    prop::collection::vec(step, 1..24)
}

/// The files that are on the disk, with their texts.
#[derive(Default)]
struct Disk(BTreeMap<PathBuf, String>);

impl Disk {
    fn run(&mut self, world: &World, step: &Step) {
        let folder = |folder: usize| world.data.path().join("files").join(FOLDERS[folder]);
        let import = |path: PathBuf| world.library().import(&[path], &mut |_| {}).unwrap();
        match *step {
            Step::Write { folder: at, name, text } => {
                fs::create_dir_all(folder(at)).unwrap();
                let file = folder(at).join(NAMES[name]);
                fs::write(&file, text.to_string()).unwrap();
                self.0.insert(file, text.to_string());
            }
            Step::Remove { folder: at, name } => {
                let file = folder(at).join(NAMES[name]);
                if self.0.remove(&file).is_some() {
                    fs::remove_file(file).unwrap();
                }
            }
            Step::ImportFolder(at) => drop(import(folder(at))),
            Step::ImportFile { folder: at, name } => drop(import(folder(at).join(NAMES[name]))),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_file_has_an_entry_of_its_own(steps in steps()) {
        let world = World::new();
        let mut disk = Disk::default();
        for step in &steps {
            disk.run(&world, step);
        }
        let folders: Vec<_> =
            FOLDERS.iter().map(|folder| world.data.path().join("files").join(folder)).collect();
        let folders: Vec<_> = folders.into_iter().filter(|folder| folder.is_dir()).collect();
        let report = world.library().import(&folders, &mut |_| {}).unwrap();
        prop_assert!(report.failures.is_empty(), "{:?}", report.failures);
        let again = world.library().import(&folders, &mut |_| {}).unwrap();
        prop_assert_eq!((again.created, again.updated, again.failures.len()), (0, 0, 0));
        let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
        let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
        for text in disk.0.values() {
            *wanted.entry(hash(text)).or_default() += 1;
        }
        let mut there: BTreeMap<String, usize> = BTreeMap::new();
        for entry in world.entries() {
            *there.entry(entry.content_hash.unwrap()).or_default() += 1;
        }
        for (hash, count) in wanted {
            prop_assert!(there.get(&hash).is_some_and(|found| *found >= count), "{hash}");
        }
    }
}
