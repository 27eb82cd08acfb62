//! Libraries and entries as people name them.

use std::fs;

use crate::common::{Ran, Spacedrive, ran};

fn run(spacedrive: &Spacedrive, args: &[&str]) -> Ran {
    spacedrive.run(args.iter().copied())
}

fn create(spacedrive: &Spacedrive, name: &str) -> String {
    spacedrive.json(["library", "create", name])["id"].as_str().unwrap().to_owned()
}

#[test]
fn the_only_library_needs_no_name() {
    let spacedrive = Spacedrive::new();
    let none = run(&spacedrive, &["entry", "list"]);
    assert_eq!(none.code, Some(1));
    assert!(none.stderr.contains("`spacedrive library create NAME`"), "{}", none.stderr);
    create(&spacedrive, "Home");
    for args in [["entry", "list"], ["job", "run"], ["search", "coffee"], ["ext", "failures"]] {
        let ran = run(&spacedrive, &args);
        assert_eq!(ran.code, Some(0), "{args:?}: {ran:?}");
    }
    create(&spacedrive, "Office");
    let several = run(&spacedrive, &["entry", "list"]);
    assert_eq!(several.code, Some(1));
    for said in ["`Home`, `Office`", "--library NAME"] {
        assert!(several.stderr.contains(said), "{}", several.stderr);
    }
    let chosen = spacedrive.command(["entry", "list"]).env("SPACEDRIVE_LIBRARY", "office").output();
    assert!(chosen.unwrap().status.success());
}

#[test]
fn an_operation_and_a_secret_use_the_only_library() {
    let spacedrive = Spacedrive::new();
    let list = ["op", "call", "query:vdfs.list_entries.v1"];
    let none = run(&spacedrive, &list);
    assert!(none.stderr.contains("`spacedrive library create NAME`"), "{}", none.stderr);
    create(&spacedrive, "Home");
    assert_eq!(run(&spacedrive, &list).code, Some(0));
    // The variable names the usual library; an operation that takes none gets none.
    for (operation, library, code) in [
        ("query:core.status.v1", "home", Some(0)),
        ("query:vdfs.list_entries.v1", "home", Some(0)),
        ("query:vdfs.list_entries.v1", "nowhere", Some(1)),
    ] {
        let mut command = spacedrive.command(["op", "call", operation]);
        let ran = ran(command.env("SPACEDRIVE_LIBRARY", library).output().unwrap());
        assert_eq!(ran.code, code, "{operation} {library}: {ran:?}");
    }
    let unknown = run(&spacedrive, &["secret", "list", "-e", "nobody"]);
    assert!(unknown.stderr.contains("`nobody` is not installed"), "{}", unknown.stderr);
    create(&spacedrive, "Office");
    let several = run(&spacedrive, &list);
    assert!(several.stderr.contains("choose one with `--library NAME`"), "{}", several.stderr);
}

#[test]
fn errors_of_names_have_codes_for_programs() {
    let spacedrive = Spacedrive::new();
    let code = |args: &[&str]| {
        let mut json = vec!["--output", "json"];
        json.extend(args);
        let ran = run(&spacedrive, &json);
        let error: serde_json::Value = serde_json::from_str(&ran.stderr).unwrap();
        assert!(error["hint"].is_string(), "{error}");
        error["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(code(&["entry", "list"]), "E_NOT_FOUND");
    create(&spacedrive, "Home");
    assert_eq!(code(&["entry", "list", "-l", "Nowhere"]), "E_NOT_FOUND");
    assert_eq!(code(&["entry", "show", "nothing.txt"]), "E_NOT_FOUND");
    create(&spacedrive, "Office");
    assert_eq!(code(&["entry", "list"]), "E_BAD_INPUT");
}

#[test]
fn a_name_is_taken_once_and_found_in_any_case() {
    let spacedrive = Spacedrive::new();
    let home = create(&spacedrive, "Home");
    create(&spacedrive, "Office");
    for taken in ["Home", "home", " HOME "] {
        let ran = run(&spacedrive, &["library", "create", taken]);
        assert_eq!(ran.code, Some(1), "{taken}");
        assert!(ran.stderr.contains("a library is called `Home` already"), "{}", ran.stderr);
        assert!(ran.stderr.contains("E_CONFLICT"), "{}", ran.stderr);
    }
    for named in ["home", "HOME", home.as_str(), &home.to_uppercase(), &home.replace('-', "")] {
        let ran = run(&spacedrive, &["entry", "list", "--library", named]);
        assert_eq!(ran.code, Some(0), "{named}: {ran:?}");
    }
    let unknown = run(&spacedrive, &["entry", "list", "--library", "Hom"]);
    assert!(unknown.stderr.contains("there is no library `Hom`"), "{}", unknown.stderr);
}

#[test]
fn the_beginning_of_an_id_is_enough_where_it_is_one() {
    let spacedrive = Spacedrive::new();
    let library = create(&spacedrive, "Home");
    // Two ids that were made at once begin alike; the last digits before they differ are found.
    let other = create(&spacedrive, "Office");
    let same = library.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let ran = run(&spacedrive, &["entry", "list", "--library", &library[..same + 1]]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    if same >= 4 {
        let ran = run(&spacedrive, &["entry", "list", "--library", &library[..same]]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.stderr.contains(&library) && ran.stderr.contains(&other), "{}", ran.stderr);
    }
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::write(folder.path().join("in/a.txt"), "a").unwrap();
    let path = folder.path().join("in").display().to_string();
    assert_eq!(run(&spacedrive, &["import", &path, "--library", "home"]).code, Some(0));
    let entries = spacedrive.json(["entry", "list", "--library", "home"]);
    let id = entries[0]["id"].as_str().unwrap();
    for named in [&id[..8], &id[..13], id, "in/a.txt"] {
        let shown = spacedrive.json(["entry", "show", named, "--library", "home"]);
        assert_eq!(shown["entry"]["path"], "in/a.txt", "{named}");
    }
    let unknown = run(&spacedrive, &["entry", "show", "ffffffff", "--library", "home"]);
    assert!(unknown.stderr.contains("there is no entry `ffffffff`"), "{}", unknown.stderr);
}

#[test]
fn words_are_searched_without_quotes() {
    let spacedrive = Spacedrive::new();
    create(&spacedrive, "Home");
    let folder = tempfile::tempdir().unwrap();
    for name in ["train tickets.txt", "train.txt"] {
        fs::write(folder.path().join(name), "x").unwrap();
    }
    let path = folder.path().display().to_string();
    assert_eq!(run(&spacedrive, &["import", &path, "--into", "in"]).code, Some(0));
    let found = spacedrive.json(["search", "--words-only", "train", "tickets"]);
    let paths: Vec<_> = found.as_array().unwrap().iter().map(|hit| &hit["entry"]["path"]).collect();
    assert_eq!(paths, ["in/train tickets.txt"]);
    let wrong = run(&spacedrive, &["search", "train", "--where", "amount>>5"]);
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.stderr.contains("= != < <= > >="), "{}", wrong.stderr);
}

#[test]
fn a_library_is_renamed_and_checked() {
    let spacedrive = Spacedrive::new();
    let id = create(&spacedrive, "Home");
    create(&spacedrive, "Office");
    assert_eq!(spacedrive.json(["library", "rename", "home", "Attic"])["id"], id.as_str());
    assert_eq!(run(&spacedrive, &["entry", "list", "-l", "attic"]).code, Some(0));
    let taken = run(&spacedrive, &["library", "rename", "attic", "OFFICE"]);
    assert!(taken.stderr.contains("E_CONFLICT") && taken.code == Some(1), "{}", taken.stderr);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.txt").display().to_string();
    fs::write(&file, "a").unwrap();
    run(&spacedrive, &["import", &file, "-l", "attic", "--no-index"]);
    let whole = spacedrive.json(["library", "check", "attic"]);
    assert_eq!(whole["missing"].as_array().unwrap().len(), 0);
    let path = spacedrive.json(["library", "list"])[0]["path"].as_str().unwrap().to_owned();
    let shown = spacedrive.json(["entry", "list", "-l", "attic"]);
    let hash = shown[0]["content_hash"].as_str().unwrap().to_owned();
    fs::remove_file(format!("{path}/content/{}/{hash}", &hash[..2])).unwrap();
    let damaged = run(&spacedrive, &["library", "check", "attic"]);
    assert_eq!(damaged.code, Some(1));
    let said = String::from_utf8(damaged.stdout).unwrap();
    assert!(said.contains("1 file is missing") && said.contains(&hash), "{said}");
}

#[test]
fn a_deleted_library_comes_back_until_the_bin_is_emptied() {
    let spacedrive = Spacedrive::new();
    let id = create(&spacedrive, "Home");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.txt").display().to_string();
    fs::write(&file, "a").unwrap();
    run(&spacedrive, &["import", &file, "--no-index"]);
    let asked = run(&spacedrive, &["library", "delete", "home"]);
    assert!(asked.stderr.contains("hint: add --yes") && asked.code == Some(1), "{}", asked.stderr);
    assert_eq!(spacedrive.json(["library", "delete", "home", "--yes"])["library_id"], id.as_str());
    assert_eq!(spacedrive.json(["library", "list"]), serde_json::json!([]));
    assert_eq!(spacedrive.json(["library", "bin"])[0]["name"], "Home");
    let other = create(&spacedrive, "HOME");
    let taken = run(&spacedrive, &["library", "restore", "Home"]);
    assert!(taken.stderr.contains("E_CONFLICT"), "{}", taken.stderr);
    spacedrive.json(["library", "delete", &other, "--yes"]);
    assert_eq!(spacedrive.json(["library", "restore", "Home"])["library_id"], id.as_str());
    assert_eq!(spacedrive.json(["entry", "list"]).as_array().unwrap().len(), 1);
    let unknown = run(&spacedrive, &["library", "restore", "Attic"]);
    assert!(unknown.stderr.contains("spacedrive library bin"), "{}", unknown.stderr);
    // One that cannot be read is deleted as well, by its id.
    let path = spacedrive.json(["library", "list"])[0]["path"].as_str().unwrap().to_owned();
    fs::write(format!("{path}/library.db"), "this is a text and no database".repeat(99)).unwrap();
    spacedrive.json(["library", "delete", &id, "--yes"]);
    assert_eq!(run(&spacedrive, &["library", "bin", "--empty"]).code, Some(1));
    let gone = spacedrive.json(["library", "bin", "--empty", "--yes"]);
    assert_eq!(gone["removed"].as_array().unwrap().len(), 2);
    assert_eq!(spacedrive.json(["library", "bin"]), serde_json::json!([]));
}

#[test]
fn a_library_is_backed_up_and_brought_back_elsewhere() {
    let spacedrive = Spacedrive::new();
    create(&spacedrive, "Home");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.txt").display().to_string();
    fs::write(&file, "a").unwrap();
    run(&spacedrive, &["import", &file, "--no-index"]);
    let to = folder.path().join("backup").display().to_string();
    let backup = spacedrive.json(["library", "backup", "--to", &to]);
    assert_eq!((&backup["name"], &backup["files"]), (&"Home".into(), &1.into()));
    for args in [["backup", "--to", &to], ["restore", "--from", &to]] {
        let args = [&["--output", "json", "library"][..], &args].concat();
        let there = run(&spacedrive, &args);
        assert!(there.stderr.contains("E_CONFLICT") && there.code == Some(1), "{}", there.stderr);
    }
    let elsewhere = Spacedrive::new();
    assert_eq!(elsewhere.json(["library", "restore", "--from", &to])["name"], "Home");
    assert_eq!(elsewhere.json(["entry", "list"]).as_array().unwrap().len(), 1);
    let none = run(&elsewhere, &["library", "restore", "--from", "/nowhere"]);
    assert!(none.stderr.contains("/nowhere is not a backup"), "{}", none.stderr);
}

#[test]
fn a_default_library_is_used_until_another_one_is_named() {
    let spacedrive = Spacedrive::new();
    let home = create(&spacedrive, "Home");
    create(&spacedrive, "Office");
    let several = run(&spacedrive, &["entry", "list"]);
    assert!(several.stderr.contains("`spacedrive library use NAME`"), "{}", several.stderr);
    assert_eq!(spacedrive.json(["library", "use", "home"])["default"], home.as_str());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.txt").display().to_string();
    fs::write(&file, "a").unwrap();
    assert_eq!(run(&spacedrive, &["import", &file, "--no-index"]).code, Some(0));
    let entries = |args: &[&str]| spacedrive.json(args.iter().copied()).as_array().unwrap().len();
    assert_eq!(entries(&["entry", "list"]), 1);
    assert_eq!(entries(&["entry", "list", "-l", "Office"]), 0, "a name wins");
    let chosen = spacedrive
        .command(["--output", "json", "entry", "list"])
        .env("SPACEDRIVE_LIBRARY", "Office")
        .output();
    assert_eq!(chosen.unwrap().stdout, b"[]\n", "the variable wins");
    let call = run(&spacedrive, &["op", "call", "query:vdfs.list_entries.v1"]);
    assert!(String::from_utf8(call.stdout).unwrap().contains("a.txt"));

    // Its name changes nothing; it is marked in the list; while it is deleted, there is none.
    spacedrive.json(["library", "rename", "Home", "Attic"]);
    assert_eq!(entries(&["entry", "list"]), 1);
    let listed = spacedrive.json(["library", "list"]);
    let marks =
        |name: &str| listed.as_array().unwrap().iter().find(|it| it["name"] == name).cloned();
    assert_eq!(marks("Attic").unwrap()["default"], true);
    assert_eq!(marks("Office").unwrap().get("default"), None);
    create(&spacedrive, "Third");
    spacedrive.json(["library", "delete", "Attic", "--yes"]);
    assert_eq!(run(&spacedrive, &["entry", "list"]).code, Some(1));
    spacedrive.json(["library", "restore", "Attic"]);
    assert_eq!(entries(&["entry", "list"]), 1);

    // A damaged file is told with the way out, which works.
    let kept = spacedrive.data.path().join("libraries/.default");
    fs::write(&kept, "nonsense").unwrap();
    let damaged = run(&spacedrive, &["entry", "list"]);
    assert!(damaged.stderr.contains("`spacedrive library use --none`"), "{}", damaged.stderr);
    assert_eq!(run(&spacedrive, &["library", "list"]).code, Some(0));
    assert_eq!(spacedrive.json(["library", "use", "--none"])["default"], serde_json::Value::Null);
    assert_eq!(run(&spacedrive, &["library", "use", "--none"]).code, Some(0), "again");
    assert_eq!(run(&spacedrive, &["entry", "list"]).code, Some(1));
    let unknown = run(&spacedrive, &["library", "use", "Nowhere"]);
    assert!(unknown.stderr.contains("spacedrive library list"), "{}", unknown.stderr);
}

#[test]
fn of_two_deleted_libraries_with_one_id_each_is_brought_back_by_its_folder() {
    let spacedrive = Spacedrive::new();
    let id = create(&spacedrive, "Home");
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("backup").display().to_string();
    spacedrive.json(["library", "backup", "--to", &to]);
    spacedrive.json(["library", "rename", "Home", "First"]);
    spacedrive.json(["library", "delete", "First", "--yes"]);
    spacedrive.json(["library", "restore", "--from", &to]);
    spacedrive.json(["library", "delete", "Home", "--yes"]);
    for text in [id.as_str(), &id[..13]] {
        let several = run(&spacedrive, &["library", "restore", text]).stderr;
        assert!(several.contains("is the id of 2 deleted libraries"), "{several}");
        assert!(several.contains("name the folder of one: "), "{several}");
    }
    let deleted = spacedrive.json(["library", "bin"]);
    let first = deleted.as_array().unwrap().iter().find(|it| it["name"] == "First").unwrap();
    spacedrive.json(["library", "restore", first["path"].as_str().unwrap()]);
    assert_eq!(spacedrive.json(["library", "list"])[0]["name"], "First");
    let there = run(&spacedrive, &["library", "restore", &id]).stderr;
    assert!(there.contains("is there already (E_CONFLICT)"), "{there}");
}
