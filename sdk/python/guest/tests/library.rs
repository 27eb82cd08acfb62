//! The tests of the library that are written in its own language.

use std::process::Command;

#[test]
fn the_library_passes_its_tests() {
    // Nothing compiled is left beside the sources, which are the package.
    let python = Command::new("python3")
        .args(["-B", "-m", "unittest", "discover", "tests"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output();
    let Ok(tested) = python else {
        eprintln!("SKIPPED: there is no python3");
        return;
    };
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stderr));
}
