//! Every command where its library is damaged, of a newer version, locked, or on a read-only medium: it
//! works, or ends with the code of docs/errors.md and says what to do.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use ext_testing::{ReadOnly, WriteLock};
use serde_json::Value;

use crate::{
    common::{Ran, Spacedrive, extension, ran},
    every_command::commands,
    exit_codes::plain,
};

/// The part of the data folder that a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Nothing that may be away.
    Nothing,
    /// The library, to read it.
    Library,
    /// The library, to change it.
    Change,
    /// The data folder outside of libraries, to change it.
    Folder,
    /// The data folder to change it, and the library to read it.
    Both,
}

use Needs::{Both, Change, Folder, Library, Nothing};

/// Commands that work where the library does, and what they need. `in` holds two files that are
/// entries, `in/b.txt` is in the bin.
const COMMANDS: &[(&str, Needs)] = &[
    ("library use Home", Both),
    ("library bin", Nothing),
    ("library backup Home --to {out}/backup", Library),
    ("library export --library Home {out}/export", Library),
    // It mends what a crash left, where it can.
    ("library check Home", Library),
    ("ext new {out}/my-notes", Nothing),
    ("ext schema", Nothing),
    ("ext run finance", Change),
    ("ext list", Nothing),
    ("ext info finance", Nothing),
    ("ext config finance list", Nothing),
    ("ext config finance get categories", Nothing),
    ("ext config finance set home_currency=EUR", Folder),
    ("ext config finance reset home_currency", Folder),
    ("ext quarantine finance", Folder),
    ("ext release finance", Folder),
    ("ext failures", Library),
    ("permission list finance", Nothing),
    ("permission deny finance --method vdfs.delete_entry", Folder),
    ("permission explain finance query:vdfs.get_entry.v1", Nothing),
    ("audit tail", Nothing),
    ("audit verify", Nothing),
    ("import {in}", Change),
    ("entry list", Library),
    ("entry show in/a.txt", Library),
    ("entry get in/a.txt --to {out}/a.txt", Library),
    ("entry rename in/a.txt c.txt", Change),
    ("entry move in/a.txt in/d.txt", Change),
    ("entry tag in/a.txt tea", Change),
    ("entry history in/a.txt", Library),
    ("entry parts in/a.txt", Library),
    ("entry delete in/a.txt", Change),
    ("entry bin", Library),
    ("entry bin --empty --yes", Change),
    ("entry restore in/b.txt", Change),
    ("sidecar list in/a.txt", Library),
    ("op list", Nothing),
    ("op call query:core.status.v1", Nothing),
    ("op call query:vdfs.list_entries.v1 --library Home", Library),
    ("search alpha", Library),
    ("search --unread", Library),
    ("view", Nothing),
    ("status", Nothing),
    ("location add {in}", Both),
    ("location list", Nothing),
    ("token create reader --method query:core.status", Folder),
    ("token list", Nothing),
    ("event tail --no-follow --since 0", Library),
    ("event dead-letters", Library),
    ("event replay", Change),
    ("job start query:vdfs.check_contents.v1", Change),
    ("job run", Change),
    ("job schedule query:core.status.v1 --every 1h", Folder),
    ("job schedules", Nothing),
    ("job list", Library),
    ("auth list", Nothing),
    ("secret set mail --extension finance --host https://a.example --file {in}/a.txt", Both),
    ("secret list --extension finance", Library),
    ("models list", Nothing),
    ("paths", Nothing),
    ("completions bash", Nothing),
    ("receipt list", Library),
    ("receipt review", Library),
    ("receipt export", Library),
    ("receipt summary", Library),
    ("receipt recurring", Library),
    ("receipt to-pay", Library),
    ("receipt credits", Library),
    ("receipt budget", Library),
    ("receipt tax", Library),
    ("receipt imports", Library),
    ("mailbox list", Library),
    ("statement list", Library),
    ("statement lines", Library),
    // What changes more than itself, where it can.
    ("library rename Home Office", Change),
    ("permission reset finance", Folder),
    ("library create Other", Folder),
];

/// Commands that say what is wrong with a library instead of failing, or that get to one only by what is
/// in it or beside it, which the rest of the table covers by the same code.
const ELSEWHERE: &[&str] = &[
    // Their answer is the state of the libraries: damage.rs, read_only.rs, installation.rs.
    "library list",
    "library delete",
    "library restore",
    "doctor",
    // They need no library: packages.rs, authors.rs, exit_codes.rs.
    "ext build",
    "ext call",
    "ext test",
    "ext check",
    "ext config edit",
    "ext dev",
    "ext inspect",
    "ext install",
    "ext least-privilege",
    "ext new-key",
    "ext package",
    "ext remove",
    "ext sign",
    "ext update",
    "ext verify",
    // They talk to a registry: registry.rs, exit_codes.rs.
    "ext login",
    "ext logout",
    "ext publish",
    "ext revoke",
    "ext rollback",
    "ext search",
    "ext upgrade",
    "ext yank",
    "models pull",
    "models verify",
    "runtime install",
    "runtime list",
    "runtime remove",
    "uninstall",
    // A daemon, or what it keeps: serve.rs, mcp.rs, console.rs, locations.rs.
    "console",
    "mcp",
    "serve",
    "location pause",
    "location remove",
    "location rescan",
    "location resume",
    "token revoke",
    "job unschedule",
    // By the id of something, which is found as `entry show` and `job list` find it.
    "entry open",
    "entry untag",
    "sidecar get",
    "job cancel",
    "job status",
    "receipt check",
    "receipt correct",
    "receipt keep-apart",
    "receipt merge",
    "receipt reject",
    "receipt show",
    "receipt undo-import",
    "statement match",
    // It needs a receipt, a setting, or the file of a bank: Finance's own tests.
    "receipt report",
    "receipt rates",
    "receipt home-summary",
    "statement import",
    // It needs a server.
    "mailbox scan",
    "receipt fetch-rates",
    // Grants and credentials: permissions and secrets have tests of their own.
    "permission grant",
    "permission revoke",
    "auth login",
    "auth logout",
    "secret delete",
    "secret export",
    "secret import",
    "secret rotate-key",
];

/// A state of a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Damaged,
    Newer,
    Locked,
    ReadOnly(ReadOnly),
}

impl State {
    /// Returns the codes of errors that a command may end with, if it cannot do its work.
    fn errors(self, needs: Needs) -> &'static [&'static str] {
        let uses_library = matches!(needs, Library | Change | Both);
        match self {
            Self::Damaged if uses_library => &["E_CORRUPT"],
            Self::Newer if uses_library => &["E_SCHEMA"],
            Self::Locked if needs == Change => &["E_BUSY"],
            Self::ReadOnly(_) if needs == Change => &["E_READ_ONLY"],
            // Outside of libraries, a right that is missing is told as the system tells it.
            Self::ReadOnly(_) if matches!(needs, Folder | Both) => &["E_READ_ONLY", "E_IO"],
            _ => &[],
        }
    }
}

struct World {
    spacedrive: Spacedrive,
    folder: tempfile::TempDir,
    database: PathBuf,
}

impl World {
    fn new() -> Option<Self> {
        let finance = extension("finance")?;
        let (spacedrive, folder) = (Spacedrive::new(), tempfile::tempdir().unwrap());
        for name in ["in", "out"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let input = folder.path().join("in");
        for (name, text) in [("a.txt", "alpha"), ("b.txt", "beta")] {
            fs::write(input.join(name), text).unwrap();
        }
        let made = spacedrive.json(["library", "create", "Home"]);
        let id = made["id"].as_str().unwrap();
        let database = spacedrive.data.path().join("libraries").join(id).join("library.db");
        for line in [
            &["ext", "install", finance.to_str().unwrap(), "--yes"][..],
            &["import", input.to_str().unwrap()],
            &["entry", "delete", "in/b.txt"],
        ] {
            let ran = spacedrive.run(line);
            assert_eq!(ran.code, Some(0), "{line:?}: {ran:?}");
        }
        Some(Self { spacedrive, folder, database })
    }

    fn words(&self, line: &str) -> Vec<String> {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        let fill = |word: &str| word.replace("{in}", &path("in")).replace("{out}", &path("out"));
        line.split(' ').map(fill).collect()
    }

    fn run(&self, line: &str, state: State) -> Ran {
        let data = self.spacedrive.data.path();
        let mut command = match state {
            State::ReadOnly(way) => way.command(data, env!("CARGO_BIN_EXE_spacedrive")),
            _ => Command::new(env!("CARGO_BIN_EXE_spacedrive")),
        };
        command.arg("--data-dir").arg(data).args(["--output", "json"]).args(self.words(line));
        command.stdin(std::process::Stdio::null()).env_remove("SPACEDRIVE_LIBRARY");
        ran(command.output().unwrap())
    }

    fn check(&self, line: &str, needs: Needs, state: State) {
        let ran = self.run(line, state);
        let expected = state.errors(needs);
        if expected.is_empty() {
            assert_eq!(ran.code, Some(0), "{state:?}: {line}: {ran:?}");
            return;
        }
        assert_eq!(ran.code, Some(1), "{state:?}: {line}: {ran:?}");
        let last = ran.stderr.lines().last().unwrap_or_default();
        let body: Value = serde_json::from_str(last).unwrap_or_else(|_| panic!("{line}: {ran:?}"));
        let code = body["code"].as_str().unwrap_or_default();
        assert!(expected.contains(&code), "{state:?}: {line}: {body}");
        assert!(body["hint"].is_string(), "{state:?}: {line}: it says nothing to do: {body}");
    }
}

/// Makes a file of the library one that is none.
fn damage(database: &Path) {
    fs::write(database, "this is a text, and a long one\n".repeat(99)).unwrap();
}

/// Gives the library a version of its tables that nobody knows yet.
fn make_newer(database: &Path) {
    let mut bytes = fs::read(database).unwrap();
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    fs::write(database, bytes).unwrap();
}

#[test]
fn crsh_09_every_command_says_that_its_library_is_damaged() {
    let Some(world) = World::new() else { return };
    damage(&world.database);
    COMMANDS.iter().for_each(|(line, needs)| world.check(line, *needs, State::Damaged));
}

#[test]
fn crsh_10_every_command_says_that_its_library_is_of_a_newer_version() {
    let Some(world) = World::new() else { return };
    make_newer(&world.database);
    COMMANDS.iter().for_each(|(line, needs)| world.check(line, *needs, State::Newer));
}

#[test]
fn every_command_reads_a_library_that_another_program_is_writing_to_or_says_that_it_is_busy() {
    let Some(world) = World::new() else { return };
    let _lock = WriteLock::of(&world.database);
    // Each that writes waits for five seconds, and nothing is changed: they wait together.
    let (waiting, quick): (Vec<_>, Vec<_>) =
        COMMANDS.iter().partition(|(line, needs)| *needs == Change || line.contains("check"));
    let world = &world;
    thread::scope(|scope| {
        for (line, _) in waiting {
            scope.spawn(move || world.check(line, Change, State::Locked));
        }
    });
    quick.iter().for_each(|(line, needs)| world.check(line, *needs, State::Locked));
}

#[test]
fn every_command_reads_where_nothing_can_be_written_or_says_so() {
    for way in ReadOnly::all() {
        let Some(world) = World::new() else { return };
        let open = Command::new("chmod").args(["-R", "a+rwX"]).arg(world.folder.path()).status();
        assert!(open.unwrap().success());
        COMMANDS.iter().for_each(|(line, needs)| world.check(line, *needs, State::ReadOnly(way)));
    }
}

#[test]
fn the_states_of_a_library_are_tried_with_every_command() {
    let Some(world) = World::new() else { return };
    let all: Vec<String> =
        commands(&world.spacedrive, &[]).iter().map(|words| words.join(" ")).collect();
    let is_group =
        |command: &String| all.iter().any(|other| other.starts_with(&format!("{command} ")));
    let tried = |command: &String| {
        COMMANDS
            .iter()
            .any(|(line, _)| format!("{} ", plain(line)).starts_with(&format!("{command} ")))
    };
    let missing: Vec<&String> = all
        .iter()
        .filter(|it| !is_group(it) && !tried(it) && !ELSEWHERE.contains(&it.as_str()))
        .collect();
    assert!(missing.is_empty(), "these are tried in no state of a library: {missing:?}");
    let twice: Vec<&&str> = ELSEWHERE.iter().filter(|it| tried(&(**it).to_owned())).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
