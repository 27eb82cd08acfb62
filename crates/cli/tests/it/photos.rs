//! The extension Photos in the real host, as a person uses it.

use std::{fs, path::PathBuf, process::Stdio, thread, time::Duration};

use serde_json::{Value, json};

use crate::common::{Spacedrive, extension, has_models};

/// The sample pictures of Photos.
fn pictures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../extensions/photos/samples")
}

/// A library with the sample pictures, whose text is not read.
fn library() -> Option<(Spacedrive, String)> {
    let (spacedrive, library) = Spacedrive::with_extension("photos")?;
    spacedrive.json(["ext", "config", "photos", "set", "read_text=false"]);
    let report = spacedrive.json(["import", pictures().to_str().unwrap(), "--library", &library]);
    assert_eq!(report["failures"], json!([]), "{report}");
    Some((spacedrive, library))
}

fn text(spacedrive: &Spacedrive, args: &[&str]) -> String {
    let ran = spacedrive.run(args);
    assert_eq!(ran.code, Some(0), "{args:?}: {ran:?}");
    String::from_utf8(ran.stdout).unwrap()
}

fn names(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[test]
fn pictures_are_listed_by_time_and_place() {
    let Some((spacedrive, _)) = library() else { return };
    let listed = spacedrive.json(["photo", "list", "--place", "portugal"]);
    assert_eq!(names(&listed["photos"]), ["IMG_0004.jpg", "IMG_0001.jpg"]);
    assert_eq!(listed["photos"][1]["notes"], json!(["burst of 3"]));
    let first = spacedrive.run(["photo", "list", "--place", "portugal", "--limit", "1"]);
    let said = "1 of 2 are shown: `--limit` or `--offset` shows others";
    assert!(first.code == Some(0) && first.stderr.contains(said), "{first:?}");
    let shown = text(&spacedrive, &["photo", "list", "--from", "2026-05-03"]);
    assert!(shown.contains("Paris") && shown.contains("live"), "{shown}");
    let moments = text(&spacedrive, &["photo", "moments"]);
    assert!(
        moments.contains("Lisbon, 2026-05-01") && moments.contains("Paris, 2026-05-03"),
        "{moments}"
    );
    let one = text(&spacedrive, &["photo", "show", "samples/IMG_0004.jpg"]);
    assert!(one.contains("+01:00") && one.contains("Lisbon, Portugal"), "{one}");
    let found = spacedrive.json(["search", "Lisbon"]);
    assert!(found.to_string().contains("IMG_0004.jpg"), "{found}");
    let wrong = spacedrive.run(["photo", "list", "--from", "May"]);
    assert!(wrong.code == Some(1) && wrong.stderr.contains("is not a valid day"), "{wrong:?}");
    let none = spacedrive.run(["photo", "show", "samples/nope.jpg"]);
    assert_eq!(none.code, Some(1), "{none:?}");
}

#[test]
fn copies_bursts_and_live_photos_are_found() {
    let Some((spacedrive, _)) = library() else { return };
    let found = spacedrive.json(["photo", "duplicates"]);
    let of = |name: &str| {
        let rows = found.as_array().unwrap().iter();
        rows.filter(|row| row["path"].as_str().unwrap().contains(name)).count()
    };
    assert_eq!((of("IMG_0006"), of("IMG_0004"), of("IMG_0005")), (3, 0, 0), "{found}");
    let groups = spacedrive.json(["photo", "groups"]);
    let kinds: Vec<_> =
        groups.as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["live_photo", "live_photo", "burst", "burst", "burst"]);
}

#[test]
fn albums_are_made_and_shown_in_the_terminal() {
    let Some((spacedrive, _)) = library() else { return };
    assert!(text(&spacedrive, &["album", "list"]).contains("no album"));
    text(&spacedrive, &["album", "make", "Spring"]);
    let paths = ["samples/IMG_0004.jpg", "samples/IMG_0005.jpg"];
    text(&spacedrive, &["album", "add", "spring", paths[0], paths[1]]);
    let shown = text(&spacedrive, &["album", "show", "Spring"]);
    assert!(shown.contains("IMG_0004.jpg") && shown.contains("IMG_0005.jpg"), "{shown}");
    text(&spacedrive, &["album", "remove", "Spring", paths[0]]);
    let view = text(&spacedrive, &["view", "photos", "timeline", "album=Spring"]);
    assert!(view.contains("IMG_0005.jpg") && !view.contains("IMG_0004.jpg"), "{view}");
    for view in ["timeline", "moments", "albums", "duplicates"] {
        assert!(text(&spacedrive, &["view", "photos", view]).len() > 20, "{view}");
    }
    let wrong = spacedrive.run(["album", "add", "Autumn", paths[0]]);
    assert!(wrong.stderr.contains("there is no album `Autumn`; there is `Spring`"), "{wrong:?}");
    text(&spacedrive, &["album", "delete", "Spring"]);
    assert_eq!(spacedrive.json(["album", "list"]), json!([]));
}

/// Photos reads a format that Finance cannot, tells the text, and Finance books it.
#[test]
fn a_photographed_receipt_is_booked_by_finance() {
    let Some((spacedrive, library)) = Spacedrive::with_extension("photos") else { return };
    let Some(finance) = extension("finance").filter(|_| has_models()) else { return };
    let ran = spacedrive.run(["ext", "install", finance.to_str().unwrap(), "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let receipt = pictures().join("IMG_20260504_091500.heic");
    let import = ["import", receipt.to_str().unwrap(), "--library", &library];
    spacedrive.json(import);
    let booked = || spacedrive.json(["receipt", "list", "--library", &library]);
    let rows = booked();
    assert_eq!(rows.as_array().unwrap().len(), 1, "{rows}");
    assert_eq!((&rows[0]["amount"], &rows[0]["currency"]), (&json!(7.5), &json!("EUR")), "{rows}");
    assert_eq!(rows[0]["date"], "2026-05-04", "{rows}");
    let found = spacedrive.json(["search", "custard"]);
    assert!(found.to_string().contains("IMG_20260504_091500.heic"), "{found}");
    spacedrive.json(import);
    spacedrive.json(["ext", "run", "finance", "--again", "--library", &library]);
    assert_eq!(booked(), rows);
}

/// An import that is killed again and again ends with all pictures, each once.
#[test]
fn an_import_that_is_killed_resumes() {
    let Some((spacedrive, library)) = Spacedrive::with_extension("photos") else { return };
    spacedrive.json(["ext", "config", "photos", "set", "read_text=false"]);
    let folder = tempfile::tempdir().unwrap();
    for at in 0..30 {
        let file = fs::read(pictures().join(format!("IMG_000{}.jpg", at % 6 + 1))).unwrap();
        // Bytes behind the picture make it another file.
        fs::write(folder.path().join(format!("{at}.jpg")), [file.as_slice(), &[at]].concat())
            .unwrap();
    }
    let import = ["import", folder.path().to_str().unwrap(), "--library", &library];
    for pause in [300, 700, 1100] {
        let mut child =
            spacedrive.command(import).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(pause));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    spacedrive.json(import);
    let listed = spacedrive.json(["photo", "list", "--all", "--library", &library]);
    let listed = listed["photos"].as_array().unwrap();
    assert_eq!(listed.len(), 30);
    assert!(listed.iter().all(|row| row["thumbnail"] == "small.jpg"));
}

/// Five hundred pictures, or as many as `SPACEDRIVE_PHOTOS` says (ten thousand take half an hour in a
/// development build): time for each, and for each query.
#[test]
#[ignore = "takes long: it measures"]
fn many_pictures_are_imported_and_queried() {
    let count: usize =
        std::env::var("SPACEDRIVE_PHOTOS").map_or(500, |count| count.parse().unwrap());
    let Some((spacedrive, library)) = Spacedrive::with_extension("photos") else { return };
    spacedrive.json(["ext", "config", "photos", "set", "read_text=false"]);
    let folder = tempfile::tempdir().unwrap();
    for at in 0..count {
        let file = fs::read(pictures().join(format!("IMG_000{}.jpg", at % 6 + 1))).unwrap();
        let mark = at.to_string();
        fs::write(
            folder.path().join(format!("{at}.jpg")),
            [file.as_slice(), mark.as_bytes()].concat(),
        )
        .unwrap();
    }
    let timed = |args: &[&str]| {
        let start = std::time::Instant::now();
        let answer = spacedrive.json(args.iter().copied());
        println!("{}: {:?}", args[..2].join(" "), start.elapsed());
        answer
    };
    timed(&["import", folder.path().to_str().unwrap(), "--library", &library]);
    for query in ["list", "moments", "groups"] {
        timed(&["photo", query]);
    }
    timed(&["photo", "duplicates", "--exact"]);
}
