//! Parts of entries, as the command line lists them.

use std::fs;

use ext_testing::archive;

use crate::common::Spacedrive;

#[test]
fn parts_that_were_not_used_are_counted_and_listed() {
    let Some((spacedrive, library)) = Spacedrive::with_extension("finance") else { return };
    let folder = tempfile::tempdir().unwrap();
    let files = archive(&[("a.txt", b"Hello."), ("clip.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0")]);
    fs::write(folder.path().join("a.zip"), files).unwrap();
    let path = folder.path().to_str().unwrap();
    let report = spacedrive.json(["import", path, "--library", &library]);
    assert_eq!(report["parts"]["finance"]["unread"], 2, "{report}");
    assert_eq!(report["parts"]["finance"]["outcomes"]["not_looked_at"], 1, "{report}");
    assert_eq!(report["processed"]["finance"], serde_json::Value::Null, "{report}");
    let entry = report["parts"]["finance"]["entries"][0]["path"].as_str().unwrap();
    let records = spacedrive.json(["entry", "parts", entry, "--library", &library]);
    assert_eq!(records[0]["extension"], "finance");
    assert_eq!(records[0]["parts"][1]["name"], "clip.mp4", "{records}");
    assert_eq!(records[0]["parts"][1]["reason"], "kind_not_read", "{records}");
    assert_eq!(records[0]["parts"][1]["used"], false, "{records}");
}
