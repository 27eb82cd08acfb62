//! Secrets that move to another data folder in an encrypted file, from the outside.

use std::{
    ffi::OsStr,
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::common::{Ran, Spacedrive, ran, skip};
use age::{secrecy::ExposeSecret, x25519};
use ext_ops_credentials_age::{Export, Identities, Unlock};
use ext_services::{credentials::KeptCredential, http::Scrubber};
use serde_json::{Value, json};
use tempfile::TempDir;
use walkdir::WalkDir;

const CANARY: &str = "canary-9e41b7";
const PASSPHRASE: &str = "phrase-canary-55d0";
const VARIABLE: &str = "SPACEDRIVE_EXPORT_PASSPHRASE";

/// A data folder with secrets, and a place for files and a key beside it.
struct Home {
    spacedrive: Spacedrive,
    library: String,
    files: TempDir,
    identity: x25519::Identity,
}

impl Home {
    fn new() -> Self {
        let (spacedrive, library) = Spacedrive::with_proxy(&["https://api.example.com"]);
        let files = tempfile::tempdir().unwrap();
        let identity = x25519::Identity::generate();
        fs::write(files.path().join("key.txt"), identity.to_string().expose_secret()).unwrap();
        Self { spacedrive, library, files, identity }
    }

    /// With the secrets `api` of an extension and `model` of the program.
    fn with_secrets() -> Self {
        let home = Self::new();
        home.set("api", CANARY);
        let host = ["--host", "http://127.0.0.1:8080", "--program"];
        let set = [["secret", "set", "model"].as_slice(), &host].concat();
        assert_eq!(home.run_with(CANARY, &set).code, Some(0));
        home
    }

    fn set(&self, name: &str, secret: &str) {
        let of = ["-e", "proxy", "-l", &self.library, "--host", "https://api.example.com"];
        let set = [["secret", "set", name].as_slice(), &of].concat();
        assert_eq!(self.run_with(secret, &set).code, Some(0));
    }

    fn run_with(&self, stdin: &str, args: &[&str]) -> Ran {
        let mut child = self.spacedrive.command(["--output", "json"]);
        child.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        ran(child.wait_with_output().unwrap())
    }

    /// Runs `secret …` with a passphrase in the variable.
    fn secret<S: AsRef<OsStr>>(&self, passphrase: &str, args: impl IntoIterator<Item = S>) -> Ran {
        let mut command = self.spacedrive.command(["--output", "json", "-vv", "secret"]);
        ran(command.args(args).env(VARIABLE, passphrase).output().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    fn recipient(&self) -> String {
        self.identity.to_public().to_string()
    }

    /// Exports for the key of this home.
    fn export(&self, name: &str) -> PathBuf {
        let (file, recipient) = (self.path(name), self.recipient());
        let args = ["export", "--recipient", &recipient, "--to", file.to_str().unwrap()];
        let ran = self.secret("", args);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        file
    }

    fn import(&self, file: &Path, key: &Path, more: &[&str]) -> Ran {
        let args = ["import", file.to_str().unwrap(), "--identity", key.to_str().unwrap()];
        self.secret("", [&args, more].concat())
    }

    /// The secrets in a file, opened by the library.
    fn open(&self, file: &Path) -> Vec<KeptCredential> {
        let identities = Identities::parse(self.identity.to_string().expose_secret()).unwrap();
        let bytes = fs::read(file).unwrap();
        Export::read(&bytes).unwrap().open(&Unlock::Identities(identities)).unwrap()
    }

    fn vault(&self) -> Vec<u8> {
        fs::read(self.spacedrive.data.path().join("vault/vault.json")).unwrap_or_default()
    }
}

/// Names and outcomes of a successful import.
fn outcomes(ran: &Ran) -> Vec<(String, String)> {
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let lines: Vec<Value> = serde_json::from_slice(&ran.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    lines.iter().map(|line| (text(&line["name"]), text(&line["outcome"]))).collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(name, outcome)| ((*name).to_owned(), (*outcome).to_owned())).collect()
}

fn error(ran: &Ran) -> Value {
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let line = ran.stderr.lines().find(|line| line.starts_with('{'));
    serde_json::from_str(line.unwrap_or_else(|| panic!("{ran:?}"))).unwrap()
}

#[test]
fn secrets_move_to_another_data_folder() {
    let (old, new) = (Home::with_secrets(), Home::new());
    let file = old.export("backup.age");
    let moved = new.import(&file, &old.path("key.txt"), &[]);
    assert_eq!(outcomes(&moved), pairs(&[("model", "added"), ("api", "added")]));
    assert!(moved.stderr.contains("a library that is not here"), "{moved:?}");
    let lines: Value = serde_json::from_slice(&moved.stdout).unwrap();
    assert_eq!(
        (&lines[1]["library"], &lines[1]["library_is_here"]),
        (&json!(old.library), &json!(false))
    );
    assert_eq!(new.open(&new.export("again.age")), old.open(&file));
    let again = old.import(&file, &old.path("key.txt"), &[]);
    assert_eq!(outcomes(&again), pairs(&[("model", "unchanged"), ("api", "unchanged")]));
    assert!(!again.stderr.contains("not here"), "{again:?}");
}

#[test]
fn what_is_there_stays_unless_it_is_to_be_replaced() {
    let home = Home::with_secrets();
    let (file, key) = (home.export("backup.age"), home.path("key.txt"));
    home.set("api", "newer");
    let before = home.vault();
    let kept = home.import(&file, &key, &[]);
    assert_eq!(outcomes(&kept), pairs(&[("model", "unchanged"), ("api", "kept")]));
    assert_eq!(home.vault(), before);
    let replaced = home.import(&file, &key, &["--replace"]);
    assert_eq!(outcomes(&replaced), pairs(&[("model", "unchanged"), ("api", "replaced")]));
    let owner = ["secret", "list", "-e", "proxy", "-l", &home.library];
    assert_eq!(home.spacedrive.json(owner)[0]["version"], 3);
}

#[test]
fn cred_04_an_extension_that_is_not_installed_leaves_nothing_for_its_successor() {
    let home = Home::with_secrets();
    let (file, key) = (home.export("backup.age"), home.path("key.txt"));
    assert_eq!(home.spacedrive.run(["ext", "remove", "proxy"]).code, Some(0));
    let imported = home.import(&file, &key, &[]);
    assert_eq!(outcomes(&imported), pairs(&[("model", "unchanged"), ("api", "not_installed")]));
    assert!(imported.stderr.contains("not installed"), "{imported:?}");
    home.spacedrive.install_proxy(&home.library, &["https://api.example.com"]);
    let owner = ["secret", "list", "-e", "proxy", "-l", &home.library];
    assert_eq!(home.spacedrive.json(owner), json!([]));
    let again = home.import(&file, &key, &[]);
    assert_eq!(outcomes(&again), pairs(&[("model", "unchanged"), ("api", "added")]));
    // What was imported goes with its extension as well.
    assert_eq!(home.spacedrive.run(["ext", "remove", "proxy"]).code, Some(0));
    assert_eq!(home.open(&home.export("after.age")).len(), 1);
}

#[test]
fn a_passphrase_comes_from_the_variable_or_a_file() {
    let home = Home::with_secrets();
    let (file, phrase) = (home.path("backup.age"), home.path("phrase.txt"));
    fs::write(&phrase, format!("{PASSPHRASE}\n")).unwrap();
    let [to, from] = [&file, &phrase].map(|path| path.to_str().unwrap());
    let exported = home.secret(PASSPHRASE, ["export", "--to", to]);
    let report: Value = serde_json::from_slice(&exported.stdout).unwrap();
    assert_eq!(report, json!({ "file": to, "secrets": 2 }));
    assert_eq!(home.spacedrive.run(["ext", "info", "proxy"]).code, Some(0));
    let before = home.vault();
    let wrong = home.secret("wrong", ["import", to, "--replace"]);
    assert_eq!(error(&wrong)["code"], "E_CRED_REAUTH", "{wrong:?}");
    let empty = home.secret("", ["import", to]);
    assert!(error(&empty)["error"].as_str().unwrap().contains("empty"), "{empty:?}");
    let nobody = home.spacedrive.run(["secret", "import", to]);
    assert!(nobody.code == Some(1) && nobody.stderr.contains(VARIABLE), "{nobody:?}");
    let other = home.import(&file, &home.path("key.txt"), &[]);
    assert!(error(&other)["error"].as_str().unwrap().contains("with a passphrase"), "{other:?}");
    assert_eq!(home.vault(), before);
    let right = home.spacedrive.json(["secret", "import", to, "--passphrase-file", from]);
    assert_eq!(right[0]["outcome"], "unchanged");
    let said = [exported, wrong, empty, nobody].map(|ran| ran.stderr);
    assert!(said.iter().all(|text| !text.contains(PASSPHRASE)));
}

#[test]
fn cred_07_a_file_that_is_not_whole_changes_nothing() {
    let home = Home::with_secrets();
    let (file, key) = (home.export("backup.age"), home.path("key.txt"));
    home.set("api", "newer");
    let before = home.vault();
    let whole = fs::read(&file).unwrap();
    let mut turned = whole.clone();
    *turned.last_mut().unwrap() ^= 1;
    let stranger = x25519::Identity::generate().to_public();
    let missing = home.path("missing.age");
    let cases = [
        (whole[..whole.len() - 1].to_vec(), "E_CORRUPT", "its end is missing"),
        (turned, "E_CORRUPT", "damaged"),
        (whole[..20].to_vec(), "E_CORRUPT", "not encrypted with age"),
        (b"{}".to_vec(), "E_CORRUPT", "not encrypted with age"),
        (Vec::new(), "E_CORRUPT", "not encrypted with age"),
        (age::encrypt(&stranger, b"{}").unwrap(), "E_CRED_REAUTH", "not locked for"),
        (
            age::encrypt(&home.identity.to_public(), b"{}").unwrap(),
            "E_CORRUPT",
            "something else than secrets",
        ),
        (newer(&home), "E_SCHEMA", "format 2"),
    ];
    for (bytes, code, text) in cases {
        fs::write(&file, bytes).unwrap();
        let error = error(&home.import(&file, &key, &["--replace"]));
        assert_eq!(error["code"], code, "{error}");
        assert!(error["error"].as_str().unwrap().contains(text), "{error}");
    }
    for (file, key) in [(&missing, &key), (&file, &missing)] {
        let error = error(&home.import(file, key, &[]));
        assert!(error["error"].as_str().unwrap().contains("missing.age cannot"), "{error}");
    }
    assert_eq!(home.vault(), before);
}

fn newer(home: &Home) -> Vec<u8> {
    let json = json!({ "kind": "spacedrive secrets", "format": 2, "secrets": { "new": 1 } });
    age::encrypt(&home.identity.to_public(), json.to_string().as_bytes()).unwrap()
}

/// Anybody can write a file for a public key.
#[test]
fn a_file_with_values_that_break_the_rules_is_refused_whole() {
    let home = Home::with_secrets();
    let (file, key, before) = (home.path("made.age"), home.path("key.txt"), home.vault());
    let secret = |name: &str, host: &str, size: usize| {
        json!({
            "extension": "proxy", "library": home.library, "name": name, "hosts": [host],
            "secret": { "type": "basic", "username": "ada", "password": "x".repeat(size) },
            "needs_login": false, "unfinished_renewals": 0,
        })
    };
    let good = secret("good", "https://api.example.com", 10);
    let mut in_host = good.clone();
    in_host["secret"] = json!({ "type": "api_key", "key": "k", "header": "host", "prefix": "" });
    for wrong in [
        in_host,
        secret("../up", "https://api.example.com", 10),
        secret("a", "http://127.0.0.1:8080", 10),
        secret("a", "https://api.example.com", 65 << 10),
    ] {
        let json = json!({ "kind": "spacedrive secrets", "format": 1, "secrets": [good, wrong] });
        let bytes = json.to_string();
        let bytes = age::encrypt(&home.identity.to_public(), bytes.as_bytes()).unwrap();
        fs::write(&file, bytes).unwrap();
        error(&home.import(&file, &key, &[]));
        assert_eq!(home.vault(), before);
    }
    let json = json!({ "kind": "spacedrive secrets", "format": 1, "secrets": [good] });
    let bytes = age::encrypt(&home.identity.to_public(), json.to_string().as_bytes()).unwrap();
    fs::write(&file, bytes).unwrap();
    assert_eq!(outcomes(&home.import(&file, &key, &[])), pairs(&[("good", "added")]));
}

#[test]
fn a_file_is_private_and_never_written_over_unasked() {
    let home = Home::with_secrets();
    let (file, recipient) = (home.export("backup.age"), home.recipient());
    let before = fs::read(&file).unwrap();
    let to = file.to_str().unwrap();
    let args = ["export", "-r", &recipient, "--to", to];
    let refused = error(&home.secret("", args));
    assert!(refused["hint"].as_str().unwrap().contains("--force"), "{refused}");
    assert_eq!(fs::read(&file).unwrap(), before);
    let forced = home.secret("", [args.as_slice(), &["--force"]].concat());
    assert_eq!(forced.code, Some(0), "{forced:?}");
    assert_ne!(fs::read(&file).unwrap(), before);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let nowhere = home.path("none/backup.age");
    let lost = home.secret("", ["export", "-r", &recipient, "--to", nowhere.to_str().unwrap()]);
    assert!(error(&lost)["error"].as_str().unwrap().contains("cannot be written"), "{lost:?}");
    let empty = Home::new();
    let nothing = empty.secret("", ["export", "-r", &recipient, "--to", "-"]);
    assert!(error(&nothing)["error"].as_str().unwrap().contains("no secrets"), "{nothing:?}");
}

#[test]
fn wrong_arguments_are_told() {
    let home = Home::new();
    let recipient = home.recipient();
    for args in [
        ["export"].as_slice(),
        &["import"],
        &["export", "--to", "-", "-r", "age1nobody"],
        &["export", "--to", "-", "-r", &recipient, "--passphrase-file", "x"],
        &["import", "-", "--identity", "x", "--passphrase-file", "x"],
        &["export", "--to", "-", "--passphrase", "x"],
    ] {
        assert_eq!(home.secret("", args).code, Some(2), "{args:?}");
    }
}

#[test]
fn cred_26_neither_secrets_nor_passphrases_are_in_the_clear_in_four_encodings() {
    let home = Home::with_secrets();
    let file = home.path("backup.age");
    let to = file.to_str().unwrap();
    let ran = [
        home.secret(PASSPHRASE, ["export", "--to", to]),
        home.secret(PASSPHRASE, ["export", "--to", "-", "--armor"]),
        home.secret(PASSPHRASE, ["export", "--to", "/nowhere/at/all"]),
        home.secret(PASSPHRASE, ["import", to]),
        home.secret(PASSPHRASE, ["import", to, "--replace"]),
        home.secret(PASSPHRASE, ["import", home.path("key.txt").to_str().unwrap()]),
    ];
    assert_eq!([0, 1, 3, 4].map(|n: usize| ran[n].code), [Some(0); 4], "{ran:?}");
    assert!(ran[1].stdout.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----"));
    let secrets = Scrubber::new([CANARY.as_bytes(), PASSPHRASE.as_bytes()]);
    for ran in &ran {
        assert!(!secrets.finds(&ran.stdout) && !secrets.finds(ran.stderr.as_bytes()), "{ran:?}");
    }
    for folder in [home.spacedrive.data.path(), home.files.path()] {
        let files = WalkDir::new(folder).into_iter().filter_map(Result::ok);
        for file in files.filter(|entry| entry.file_type().is_file()) {
            assert!(!secrets.finds(&fs::read(file.path()).unwrap()), "{}", file.path().display());
        }
    }
}

/// The program that a file can be opened with where this one is not.
fn age_is_installed() -> bool {
    let found = Command::new("age").arg("--version").output().is_ok();
    if !found {
        skip("the program age is not installed");
    }
    found
}

#[test]
fn the_program_age_reads_and_writes_such_files() {
    if !age_is_installed() {
        return;
    }
    let home = Home::with_secrets();
    let (file, key) = (home.export("backup.age"), home.path("key.txt"));
    let read = Command::new("age").arg("--decrypt").arg("-i").args([&key, &file]).output().unwrap();
    let mut json: Value = serde_json::from_slice(&read.stdout).unwrap();
    assert_eq!((&json["kind"], &json["format"]), (&json!("spacedrive secrets"), &json!(1)));
    json["secrets"][1]["name"] = json!("copy");
    let made = home.path("made.age");
    let mut age = Command::new("age");
    age.args(["--armor", "-r", &home.recipient(), "-o"]).arg(&made).stdin(Stdio::piped());
    let mut age = age.spawn().unwrap();
    age.stdin.take().unwrap().write_all(json.to_string().as_bytes()).unwrap();
    assert!(age.wait().unwrap().success());
    let imported = home.import(&made, &key, &[]);
    assert_eq!(outcomes(&imported), pairs(&[("model", "unchanged"), ("copy", "added")]));
}

/// Runs `secret …` as [`at_terminal`] does.
fn secret_at_terminal(home: &Home, command: &str, answers: &[(&str, &str)]) -> Option<Ran> {
    let data = home.spacedrive.data.path().display();
    let program = env!("CARGO_BIN_EXE_spacedrive");
    at_terminal(&format!("{program} --data-dir {data} secret {command}"), answers)
}

/// Runs a command at a terminal of its own, and types an answer to each question.
fn at_terminal(command: &str, answers: &[(&str, &str)]) -> Option<Ran> {
    let mut script = Command::new("script");
    script.args(["-qec", command, "/dev/null"]).env_remove(VARIABLE).stdin(Stdio::piped());
    let script = script.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut script) = script else {
        skip("the program script is not installed");
        return None;
    };
    let mut shown = Vec::new();
    for (question, answer) in answers {
        read_until(script.stdout.as_mut().unwrap(), question, &mut shown);
        // What is typed before the terminal stops showing it is thrown away.
        thread::sleep(Duration::from_millis(300));
        script.stdin.as_mut().unwrap().write_all(format!("{answer}\n").as_bytes()).unwrap();
    }
    let mut ran = ran(script.wait_with_output().unwrap());
    ran.stdout.splice(0..0, shown);
    Some(ran)
}

fn read_until(from: &mut impl Read, text: &str, shown: &mut Vec<u8>) {
    let mut byte = [0];
    while !shown.ends_with(text.as_bytes()) {
        let read = from.read(&mut byte).unwrap();
        assert_eq!(read, 1, "{}", String::from_utf8_lossy(shown));
        shown.extend(byte);
    }
}

#[test]
fn at_a_terminal_a_passphrase_is_typed_twice_and_not_shown() {
    let home = Home::with_secrets();
    let file = home.path("backup.age");
    let to = file.to_str().unwrap();
    let (first, second) = ("for the file: ", "again: ");
    let export = format!("export --to {to}");
    let typed = [(first, PASSPHRASE), (second, "something else")];
    let Some(differs) = secret_at_terminal(&home, &export, &typed) else { return };
    assert!(differs.code == Some(1) && !file.exists(), "{differs:?}");
    let typed = [(first, PASSPHRASE), (second, PASSPHRASE)];
    let exported = secret_at_terminal(&home, &export, &typed).unwrap();
    assert!(exported.code == Some(0) && file.exists(), "{exported:?}");
    let import = format!("import {to}");
    let imported = secret_at_terminal(&home, &import, &[("of the file: ", PASSPHRASE)]).unwrap();
    let shown = String::from_utf8_lossy(&imported.stdout).into_owned();
    assert!(imported.code == Some(0) && shown.contains("is here already"), "{imported:?}");
    let empty = secret_at_terminal(&home, &import, &[("of the file: ", "")]).unwrap();
    assert_eq!(empty.code, Some(1), "{empty:?}");
    let secrets = Scrubber::new([PASSPHRASE.as_bytes()]);
    for ran in [differs, exported, imported, empty] {
        assert!(!secrets.finds(&ran.stdout) && !secrets.finds(ran.stderr.as_bytes()), "{ran:?}");
    }
    if age_is_installed() {
        let decrypt = format!("age --decrypt {to}");
        let read = at_terminal(&decrypt, &[("Enter passphrase: ", PASSPHRASE)]).unwrap();
        assert!(String::from_utf8_lossy(&read.stdout).contains(CANARY), "{read:?}");
    }
}

#[test]
fn a_new_passphrase_of_the_vault_is_typed_twice_or_read_from_stdin() {
    let home = Home::new();
    let spacedrive = &home.spacedrive;
    let data = spacedrive.data.path();
    fs::write(data.join("config.toml"), "[vault]\nkey = \"passphrase\"\n").unwrap();
    let run = |passphrase: &str, stdin: &str, args: &[&str]| {
        let mut child = spacedrive.command(args);
        child.env("SPACEDRIVE_VAULT_PASSPHRASE", passphrase);
        let mut child = child
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        ran(child.wait_with_output().unwrap()).code
    };
    let list = |passphrase: &str| run(passphrase, "", &["secret", "list", "--program"]);
    let set = ["secret", "set", "k", "--program", "--host", "https://api.example.com"];
    assert_eq!(run("first", CANARY, &set), Some(0));
    assert_eq!(run("first", "", &["secret", "rotate-key"]), Some(1), "without one");
    assert_eq!(run("first", "second\n", &["secret", "rotate-key"]), Some(0));
    assert_eq!((list("first"), list("second")), (Some(1), Some(0)));
    let program = env!("CARGO_BIN_EXE_spacedrive");
    let rotate = format!(
        "env SPACEDRIVE_VAULT_PASSPHRASE=second {program} --data-dir {} secret rotate-key",
        data.display()
    );
    let typed = [("New passphrase: ", "third"), ("again: ", "third")];
    let Some(rotated) = at_terminal(&rotate, &typed) else { return };
    assert_eq!(rotated.code, Some(0), "{rotated:?}");
    assert_eq!((list("second"), list("third")), (Some(1), Some(0)));
}
