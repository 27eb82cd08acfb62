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
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).current_dir(self.path()).env_clear();
        shell.env("HOME", self.path()).env("COLUMNS", "80");
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
