//! A process before and after it has entered its sandbox.
#![cfg(target_os = "linux")]

use std::process::Command;

/// The attempts that worked in a process that was sandboxed like this.
fn worked(how: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_ext-sandbox-fixture")).arg(how).output();
    let output = output.expect("it starts");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn doc_06_a_reader_of_documents_has_threads_and_memory_only() {
    assert_eq!(worked("documents"), ["start a thread", "take 64 MiB"]);
}

#[test]
fn res_27_a_compiler_has_threads_and_memory_only() {
    assert_eq!(worked("compiling"), ["start a thread", "take 64 MiB"]);
}

#[test]
fn res_27_a_process_of_a_guest_has_memory_only() {
    assert_eq!(worked("guest"), ["take 64 MiB"]);
}

/// Else the tests above would say nothing.
#[test]
fn without_it_all_of_that_works() {
    assert_eq!(worked("free").len(), 11);
}
