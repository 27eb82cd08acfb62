//! Each target with its corpus, and with what was found before.

use std::{fs, path::Path};

fn inputs(kind: &str, name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(kind).join(name);
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    files
        .map(|file| {
            let path = file.unwrap().path();
            (path.display().to_string(), fs::read(&path).unwrap())
        })
        .collect()
}

#[test]
fn every_target_holds_for_its_corpus_and_for_what_was_found_before() {
    for (name, target) in fuzz_targets::ALL {
        let corpus = inputs("corpus", name);
        assert!(!corpus.is_empty(), "{name} has no corpus");
        for (file, bytes) in corpus.into_iter().chain(inputs("regressions", name)) {
            println!("{file}");
            target(&bytes);
        }
    }
}

#[test]
fn every_target_is_a_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz_targets");
    let mut programs: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    programs.sort();
    let names: Vec<&str> = fuzz_targets::ALL.iter().map(|(name, _)| *name).collect();
    assert_eq!(programs, names);
}
