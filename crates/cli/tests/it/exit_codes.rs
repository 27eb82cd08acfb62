//! The table of exit codes in docs/errors.md, against every command and every kind of outcome.

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::Value;

use crate::{
    common::{Ran, Spacedrive, extension},
    daemon::Daemon,
    every_command::commands,
};

/// Commands in the order in which they are run, and the codes that they end with. An `in` folder holds
/// two files that are entries, an `out` folder nothing.
const OUTCOMES: &[(&str, i32)] = &[
    ("library list", 0),
    ("library create Other", 0),
    ("library create Other", 1),
    ("library use nope", 1),
    ("library use Home", 0),
    ("library rename Other Third", 0),
    ("library rename nope Third", 1),
    ("library delete nope --yes", 1),
    ("library delete Third --yes", 0),
    ("library bin", 0),
    ("library restore nope", 1),
    ("library restore Third", 0),
    ("library backup Home --to {out}/backup", 0),
    ("library backup Home --to {out}/backup", 1),
    ("library backup Home --to {out}/backups --keep 2", 0),
    ("library backup Home --to {out}/backups --keep 2", 0),
    ("library backup nope --to {out}/b2", 1),
    ("library export --library Home {out}/export", 0),
    ("library export --library nope {out}/e2", 1),
    ("library check Home", 0),
    ("library check nope", 1),
    ("library check Home --files", 0),
    ("ext new {out}/my-notes", 0),
    ("ext new {out}/my-notes", 1),
    ("ext new {out}/scripts --lang python", 0),
    ("ext build {out}/scripts", 0),
    ("ext build {out}/nope", 1),
    ("ext test {out}/scripts", 0),
    ("ext test {out}/nope", 1),
    ("ext check {finance}", 0),
    ("ext check nope", 1),
    ("ext install nope --yes", 1),
    ("ext install {finance} --yes", 0),
    ("ext install {finance} --defer", 0),
    ("ext install {finance}", 0),
    ("ext update nope", 1),
    ("ext update finance", 1),
    ("ext run finance", 0),
    ("ext run nope", 1),
    ("ext run finance --call finance.export", 0),
    ("ext run finance --call core.status", 1),
    ("ext run finance --call finance.nope", 1),
    ("ext call finance.export", 0),
    ("ext call query:finance.export.v1 --library nope", 1),
    ("ext call finance.nope", 1),
    ("ext schema", 0),
    ("ext new-key {out}/key", 0),
    ("ext new-key {out}/key", 1),
    ("ext package {finance} --out {out}", 0),
    ("ext package nope --out {out}", 1),
    ("ext inspect {out}/finance-0.1.0.sdx", 0),
    ("ext inspect {out}/nope.sdx", 1),
    ("ext verify {out}/finance-0.1.0.sdx", 1),
    ("ext sign {out}/nope.sdx --key {out}/key", 1),
    ("ext sign {out}/finance-0.1.0.sdx --key {out}/key", 1),
    ("ext package {finance} --out {out} --key {out}/key", 0),
    ("ext sign {out}/finance-0.1.0.sdx --key {out}/key", 0),
    ("ext verify {out}/finance-0.1.0.sdx", 0),
    // No registry is configured, and nobody listens at that port.
    ("ext publish {out}/finance-0.1.0.sdx --key {out}/key --namespace acme", 1),
    ("ext publish {out}/nope.sdx --key {out}/key --registry 127.0.0.1:9 --namespace acme", 1),
    ("ext search", 1),
    ("ext search --registry 127.0.0.1:9 receipts", 1),
    ("ext upgrade", 0),
    ("ext upgrade --all", 0),
    ("ext upgrade nope", 1),
    ("ext rollback nope", 1),
    ("ext rollback finance", 1),
    ("ext yank acme/finance --key {out}/key", 1),
    ("ext yank 127.0.0.1:9/acme/finance@0.1.0 --key {out}/key", 1),
    ("ext yank 127.0.0.1:9/acme/finance@0.1.0 --key {out}/key --accept-stale", 1),
    ("ext revoke 127.0.0.1:9/acme/finance --key {out}/key", 1),
    ("ext login 127.0.0.1:9 --user ada --file {in}/a.txt", 1),
    ("ext logout 127.0.0.1:9", 1),
    ("ext install 127.0.0.1:9/acme/finance --yes", 1),
    ("ext config finance list", 0),
    ("ext config nope list", 1),
    ("ext config finance get home_currency", 0),
    ("ext config finance get nope", 1),
    ("ext config finance set home_currency=EUR", 0),
    ("ext config finance set home_currency=nonsense", 1),
    ("ext config finance reset home_currency", 0),
    ("ext config finance reset nope", 1),
    ("ext config finance edit", 1),
    ("ext least-privilege finance", 1),
    ("ext least-privilege nope", 1),
    ("ext run finance --record", 0),
    ("ext least-privilege finance", 0),
    ("ext list", 0),
    ("ext info finance", 0),
    ("ext info nope", 1),
    ("ext remove nope", 1),
    ("ext dev {out}/nope", 1),
    ("ext quarantine nope", 1),
    ("ext quarantine finance", 0),
    ("ext release finance", 0),
    ("ext release nope", 1),
    ("ext failures", 0),
    ("ext failures --library nope", 1),
    ("permission list finance", 0),
    ("permission list nope", 1),
    ("permission grant nope --method vdfs.get_entry", 1),
    ("permission deny finance --method vdfs.delete_entry", 0),
    ("permission deny nope --method vdfs.delete_entry", 1),
    ("permission revoke finance 2", 0),
    ("permission revoke finance 99", 1),
    ("permission reset nope", 1),
    ("permission explain finance query:vdfs.get_entry.v1", 0),
    ("permission explain nope query:vdfs.get_entry.v1", 1),
    ("audit tail", 0),
    ("audit verify", 0),
    ("import {in}", 0),
    ("import {in} {out}/nope", 3),
    ("import {in} --library nope", 1),
    ("import {out}/nope", 3),
    ("entry list", 0),
    ("entry list --type nope", 0),
    ("entry list --library nope", 1),
    ("entry show in/a.txt", 0),
    ("entry show in/nope.txt", 1),
    ("entry get in/a.txt --to {out}/a.txt", 0),
    ("entry get in/a.txt --to {out}/a.txt", 1),
    ("entry get in/nope.txt --to {out}/b.txt", 1),
    ("entry open in/nope.txt", 1),
    ("entry rename in/a.txt c.txt", 0),
    ("entry rename in/nope.txt c.txt", 1),
    ("entry move in/c.txt in/a.txt", 0),
    ("entry move in/b.txt in/a.txt", 1),
    ("entry move in/nope.txt in/d.txt", 1),
    ("entry tag in/a.txt tea", 0),
    ("entry tag in/nope.txt tea", 1),
    ("entry untag in/a.txt tea", 0),
    ("entry untag in/nope.txt tea", 1),
    ("entry history in/a.txt", 0),
    ("entry history in/nope.txt", 1),
    ("entry parts in/a.txt", 0),
    ("entry parts in/nope.txt", 1),
    ("entry delete in/b.txt", 0),
    ("entry delete in/nope.txt", 1),
    ("entry bin", 0),
    ("entry restore in/b.txt", 0),
    ("entry restore in/nope.txt", 1),
    ("sidecar list in/a.txt", 0),
    ("sidecar list in/nope.txt", 1),
    ("sidecar get in/a.txt nope.json", 1),
    ("op list", 0),
    ("op call query:core.status.v1", 0),
    ("op call query:core.statos.v1", 1),
    ("op call query:core.status.v1 --input {", 1),
    ("search alpha", 0),
    ("search zzzzz", 0),
    ("search amount>>5", 1),
    ("search alpha --library nope", 1),
    ("search --unread", 0),
    ("view", 0),
    ("view nope", 1),
    ("view finance nope", 1),
    ("serve --stop", 1),
    // Nobody is at the other end.
    ("console", 1),
    ("mcp", 1),
    ("status", 0),
    ("location list", 0),
    ("location add {out}/nope", 1),
    ("location add {in}", 0),
    ("location pause nope", 1),
    ("location pause {in}", 0),
    ("location resume {in}", 0),
    ("location resume nope", 1),
    ("location rescan {in}", 0),
    ("location rescan nope", 1),
    ("location remove {in}", 0),
    ("location remove nope", 1),
    ("token create reader --method query:core.status", 0),
    ("token create --method query:core.status", 0),
    ("token list", 0),
    ("token revoke nope", 1),
    ("event tail --no-follow --since 0", 0),
    ("event tail --no-follow --since 0 --path **/*.eml", 0),
    ("events dead-letters", 0),
    ("event tail --no-follow --library nope", 1),
    ("event dead-letters", 0),
    ("event dead-letters --library nope", 1),
    ("event replay", 0),
    ("event replay 99", 1),
    ("job start query:vdfs.check_contents.v1 --key check", 0),
    ("job start query:nope.nope.v1", 1),
    ("job start query:vdfs.check_contents.v1 --input {", 1),
    ("job run", 0),
    ("job run --library nope", 1),
    ("job schedule query:nope.nope.v1 --every 1h", 1),
    ("job schedule query:core.status.v1 --every 1h", 0),
    ("job schedules", 0),
    ("job unschedule nope", 1),
    ("job list", 0),
    ("job status 01a21eff-d2a9", 1),
    ("job cancel 01a21eff-d2a9", 1),
    ("auth login --extension finance --provider nope", 1),
    ("auth list", 0),
    ("auth logout nope --extension finance", 1),
    ("secret rotate-key", 1),
    ("secret set mail --extension finance --host https://a.example --file {in}/a.txt", 0),
    ("secret set mail --extension nope --host https://a.example --file {in}/a.txt", 1),
    ("secret set mail --extension finance --host nonsense --file {in}/a.txt", 1),
    ("secret list --extension finance", 0),
    ("secret rotate-key", 0),
    ("secret export --to {out}/secrets --passphrase-file {in}/a.txt", 0),
    ("secret export --to {out}/secrets --passphrase-file {in}/a.txt", 1),
    ("secret import {out}/secrets --passphrase-file {in}/a.txt", 0),
    ("secret delete mail --extension finance", 0),
    ("secret delete nope --extension finance", 1),
    ("secret import {out}/nope", 1),
    ("models list", 0),
    ("models pull no-such-model", 1),
    ("models verify --models-dir {in}", 1),
    ("doctor --models-dir {in}", 1),
    ("runtime list", 0),
    ("runtime install no-such-runtime", 1),
    ("runtime remove python", 1),
    ("paths", 0),
    ("completions bash", 0),
    ("uninstall", 1),
    ("receipt list", 0),
    ("receipt show 01a21eff-d2a9", 1),
    ("receipt review", 0),
    ("receipt correct 01a21eff-d2a9 vendor=x", 1),
    ("receipt reject 01a21eff-d2a9", 1),
    ("receipt export", 0),
    ("receipt summary", 0),
    ("receipt merge 01a21eff-d2a9 01a21eff-d2aa", 1),
    ("receipt keep-apart 01a21eff-d2a9 01a21eff-d2aa", 1),
    ("receipt check 01a21eff-d2a9", 1),
    ("receipt recurring", 0),
    ("receipt to-pay", 0),
    ("receipt recurring --on someday", 1),
    ("receipt credits", 0),
    ("receipt budget", 0),
    ("receipt tax", 0),
    ("receipt rates {out}/nope", 1),
    ("receipt fetch-rates --library nope", 1),
    ("receipt home-summary", 1),
    ("receipt report", 1),
    ("receipt imports", 0),
    ("receipt undo-import 01a21eff-d2a9 --yes", 1),
    ("mailbox list", 0),
    ("mailbox scan imap", 1),
    ("statement import {out}/nope", 1),
    ("statement list", 0),
    ("statement lines", 0),
    ("statement match 0123456789ab --none", 1),
];

/// Commands whose result is no JSON document: a script, or one document on each line.
const NO_DOCUMENT: &[&str] = &["completions", "event tail"];

struct World {
    spacedrive: Spacedrive,
    folder: tempfile::TempDir,
    finance: PathBuf,
}

impl World {
    fn new() -> Option<Self> {
        let world = Self {
            finance: extension("finance")?.canonicalize().unwrap(),
            spacedrive: Spacedrive::new(),
            folder: tempfile::tempdir().unwrap(),
        };
        for name in ["in", "out"] {
            fs::create_dir(world.folder.path().join(name)).unwrap();
        }
        for (name, text) in [("a.txt", "alpha"), ("b.txt", "beta")] {
            fs::write(world.folder.path().join("in").join(name), text).unwrap();
        }
        for line in ["library create Home", "ext install {finance} --yes"] {
            assert_eq!(world.run(line, &[]).code, Some(0), "{line}");
        }
        Some(world)
    }

    fn run(&self, line: &str, more: &[&str]) -> Ran {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        let fill = |word: &str| {
            let word = word.replace("{in}", &path("in")).replace("{out}", &path("out"));
            word.replace("{finance}", &self.finance.display().to_string())
        };
        let words = line.split(' ').map(fill).chain(more.iter().map(|&word| word.to_owned()));
        self.spacedrive.run(words)
    }
}

/// Returns a line without the id that stands between the words of a command.
pub(crate) fn plain(line: &str) -> String {
    match line.strip_prefix("ext config ").and_then(|rest| rest.split_once(' ')) {
        Some((_, rest)) => format!("ext config {rest}"),
        None => line.to_owned(),
    }
}

fn is_one_of(line: &str, commands: &[&str]) -> bool {
    commands.iter().any(|command| line.starts_with(command))
}

#[test]
fn every_outcome_ends_with_its_code_and_says_why() {
    let Some(world) = World::new() else { return };
    for (line, code) in OUTCOMES {
        let ran = world.run(line, &["--no-pager"]);
        assert_eq!(ran.code, Some(*code), "{line}: {ran:?}");
        let said = ran.stderr.contains("error: ");
        assert_eq!(said, *code == 1 && !is_report(line), "{line}: {}", ran.stderr);
    }
}

/// Commands that pass on what the tool of a language says.
const OF_A_TOOL: &[&str] = &["ext test"];

/// Reads what a command says to programs beside its answer.
fn said(line: &str, ran: &Ran) -> Vec<Value> {
    let read = |text: &str| match serde_json::from_str(text) {
        Err(_) if is_one_of(line, OF_A_TOOL) => None,
        read => Some(read.expect(text)),
    };
    ran.stderr.lines().filter_map(read).collect()
}

#[test]
fn every_outcome_ends_with_its_code_and_says_why_as_json() {
    let Some(world) = World::new() else { return };
    for (line, code) in OUTCOMES {
        let ran = world.run(line, &["--output", "json"]);
        assert_eq!(ran.code, Some(*code), "{line}: {ran:?}");
        let said = said(line, &ran);
        let errors = said.iter().filter(|said| said.get("error").is_some()).count();
        assert_eq!(errors == 1, *code == 1 && !is_report(line), "{line}: {}", ran.stderr);
        let coded = said.iter().filter(|said| said.get("code").is_some()).count();
        assert_eq!(errors, coded, "{line}: an error without a code: {}", ran.stderr);
        if !is_one_of(line, NO_DOCUMENT) && !ran.stdout.is_empty() {
            serde_json::from_slice::<Value>(&ran.stdout).expect(line);
        }
    }
}

/// Commands about the daemon itself, whose outcome is another one beside it.
const OF_THE_DAEMON: &[&str] = &["serve", "console", "uninstall"];

/// Commands whose answer shows what a daemon did meanwhile.
const SHOW_WORK: &[&str] = &["status", "job", "event", "doctor", "import", "location", "search"];

/// The values of an answer by their kinds, and of a list those of its first item.
fn shape(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Bool(_) => "bool".into(),
        Value::Number(_) => "number".into(),
        Value::String(_) => "text".into(),
        Value::Array(items) => items.first().map(shape).into_iter().collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), shape(value))).collect()
        }
    }
}

/// Returns what programs see of an end: the code, the form of the answer, and the error.
fn seen(line: &str, ran: &Ran) -> (Option<i32>, Value, Vec<Value>) {
    let answer = serde_json::from_slice(&ran.stdout).unwrap_or(Value::Null);
    let answer = if is_one_of(line, SHOW_WORK) { Value::Null } else { shape(&answer) };
    let said = said(line, ran).into_iter();
    let errors = said.filter(|said| said.get("error").is_some());
    let errors = errors.map(|said| Value::Array(vec![said["code"].clone(), shape(&said)]));
    (ran.code, answer, errors.collect())
}

#[test]
fn every_outcome_beside_a_daemon_is_that_without_one() {
    let (Some(alone), Some(served)) = (World::new(), World::new()) else { return };
    let daemon = Daemon::start(&served.spacedrive, &[]);
    for (line, _) in OUTCOMES.iter().filter(|(line, _)| !is_one_of(line, OF_THE_DAEMON)) {
        let run = |world: &World| world.run(line, &["--output", "json"]);
        let (expected, ran) = (run(&alone), run(&served));
        assert_eq!(seen(line, &ran), seen(line, &expected), "{line}: {ran:?}\n{expected:?}");
        // A client opens no library, which would be refused as one that is in use.
        assert!(!ran.stderr.contains("serves the data folder"), "{line}: {ran:?}");
    }
    drop(daemon);
}

/// Returns whether a command prints its result also where it ends with 1.
fn is_report(line: &str) -> bool {
    is_one_of(line, &["models verify", "doctor"])
}

#[test]
fn the_outcomes_are_those_of_every_command() {
    let Some(world) = World::new() else { return };
    let all: Vec<String> =
        commands(&world.spacedrive, &[]).iter().map(|words| words.join(" ")).collect();
    let groups: BTreeSet<&str> =
        all.iter().filter_map(|command| command.rsplit_once(' ')).map(|(group, _)| group).collect();
    let tried = |command: &str| {
        let fits = |line: &str| line == command || line.starts_with(&format!("{command} "));
        OUTCOMES.iter().any(|(line, _)| fits(&plain(line)))
    };
    let missing: Vec<&String> = all
        .iter()
        .filter(|command| !groups.contains(command.as_str()) && !tried(command))
        .collect();
    assert!(missing.is_empty(), "no outcome of these is tried: {missing:?}");
}
