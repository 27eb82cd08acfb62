//! The app, run as it is.

use std::process::Command;

#[test]
fn the_extension_files_the_text_of_a_pdf() {
    let output = Command::new(env!("CARGO_BIN_EXE_embed-notes")).output().unwrap();
    let (said, failed) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{failed}");
    assert_eq!(
        said, "texts/first: \"Total 3.20\" by clerk\nsidecars: E_UNKNOWN_METHOD\n",
        "{failed}"
    );
}
