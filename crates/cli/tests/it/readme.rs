//! The commands of README.md, run as they stand there, from an empty home.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use crate::common::{Ran, extension, ran, samples};
use serde_json::Value;

const README: &str = include_str!("../../../../README.md");

/// Returns the commands of the blocks for a shell that call the program, continued lines as one.
fn commands() -> Vec<String> {
    let joined = README.replace("\\\n", " ");
    let mut commands = Vec::new();
    for block in joined.split("```sh\n").skip(1) {
        let block = block.split("```").next().unwrap();
        commands.extend(
            block.lines().filter(|line| line.starts_with("spacedrive ")).map(str::to_owned),
        );
    }
    commands
}

struct Home {
    folder: tempfile::TempDir,
    finance: PathBuf,
}

impl Home {
    /// A home with two emails in `mails`, the file of a password, and the program in `bin`.
    fn new() -> Option<Self> {
        let (finance, folder) = (extension("finance")?, tempfile::tempdir().unwrap());
        for name in ["mails", "bin"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        for (sample, name) in [("02-us-receipt.eml", "a.eml"), ("06-us-html-receipt.eml", "b.eml")]
        {
            fs::copy(samples().join(sample), folder.path().join("mails").join(name)).unwrap();
        }
        fs::write(folder.path().join("password.txt"), "secret\n").unwrap();
        symlink(env!("CARGO_BIN_EXE_spacedrive"), folder.path().join("bin/spacedrive")).unwrap();
        Some(Self { folder, finance: finance.canonicalize().unwrap() })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn shell(&self, line: &str) -> Ran {
        self.shell_of(line, 80)
    }

    /// Runs a line where the terminal has this width.
    fn shell_of(&self, line: &str, columns: usize) -> Ran {
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).current_dir(self.path()).env_clear();
        shell.env("HOME", self.path()).env("COLUMNS", columns.to_string());
        shell.env("PATH", format!("{}:/usr/bin:/bin", self.path().join("bin").display()));
        ran(shell.output().unwrap())
    }

    /// Fills in what a reader fills in: ids and entries, and what is not in this home.
    fn filled(&self, line: &str) -> String {
        let line = line
            .replace(
                "ext install finance",
                &format!("ext install {} --yes", self.finance.display()),
            )
            .replace("imaps://imap.example.com", "imaps://imap.localhost:1");
        if !line.contains(" ID") && !line.contains(" ENTRY") {
            return line;
        }
        let listed = self.shell("spacedrive --output json receipt list");
        let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
        let id = listed[0]["entry_id"].as_str().unwrap();
        let short = &id[..13];
        line.replacen(" ID", &format!(" {short}"), 1).replacen(" ENTRY", &format!(" {id}"), 1)
    }
}

impl Drop for Home {
    /// Ends the daemon that the page starts.
    fn drop(&mut self) {
        self.shell("spacedrive serve --stop");
    }
}

#[test]
fn every_command_of_the_readme_works_as_it_stands_there() {
    let Some(home) = Home::new() else { return };
    let commands = commands();
    assert!(commands.len() > 20, "{commands:?}");
    for line in &commands {
        let ran = home.shell(&home.filled(line));
        // Nobody serves a mailbox here: the job fails, and says so.
        let code = if line.contains("job run") { 3 } else { 0 };
        assert_eq!(ran.code, Some(code), "{line}: {ran:?}");
        assert!(!ran.stderr.contains("error:"), "{line}: {}", ran.stderr);
    }
    let exported = fs::read_to_string(home.path().join("receipts.csv")).unwrap();
    assert!(exported.starts_with("source,") && exported.lines().count() == 3, "{exported}");
}

/// The commands of the page whose tables are recorded: what they show depends on the two emails only.
const RECORDED: [&str; 4] = ["receipt list", "receipt summary", "receipt review", "ext failures"];

/// Masks the ids in a table, where they are the last word of a line.
fn masked(text: &str) -> String {
    let is_id =
        |word: &str| word.len() >= 8 && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    let line = |line: &str| match line.rsplit_once(' ') {
        Some((rest, last)) if is_id(last) && !last.starts_with("2026-") => format!("{rest} <id>\n"),
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// `SPACEDRIVE_RECORD=1` writes the recordings anew.
#[test]
fn the_tables_of_the_readme_look_as_recorded_in_80_columns_and_in_40() {
    let Some(home) = Home::new() else { return };
    let mut shown = [(80, String::new()), (40, String::new())];
    for command in commands() {
        let line = home.filled(&command);
        let is_recorded = RECORDED.iter().any(|it| line.starts_with(&format!("spacedrive {it}")));
        if !is_recorded {
            home.shell(&line);
            continue;
        }
        let asked = command.split(" #").next().unwrap_or_default().trim_end();
        for (columns, shown) in &mut shown {
            let text = String::from_utf8(home.shell_of(&line, *columns).stdout).unwrap();
            *shown += &format!("$ {asked}\n{}\n", masked(&text));
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    for (columns, shown) in shown {
        let file = folder.join(format!("readme-{columns}.txt"));
        if std::env::var_os("SPACEDRIVE_RECORD").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&file, &shown).unwrap();
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), shown, "{}", file.display());
    }
}
