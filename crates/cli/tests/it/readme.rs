//! The commands of README.md, run as they stand there, from an empty home.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use crate::common::{Ran, extension, ran, samples, with_server};
use ext_testing::dovecot::{Dovecot, PASSWORD};
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

/// What another program exported, in place of a database of KeePass, whose password is asked for.
const PASSWORDS: &str = "name,url,username,password\nBank,https://bank.example,ann,hunter2-x\n";
/// The master password, which a script gives on stdin.
const MASTER: &str = "correct-horse-battery-staple";

/// The server that the page names, in whose place one on loopback answers.
const MAIL_SERVER: &str = "imaps://imap.example.com";
/// An email in the mailbox, for the user that the page names.
const MAIL: &str = "From: Corner Shop <till@corner.example>\r\nSubject: Your receipt\r\n\
    Message-ID: <7@corner.example>\r\nDate: Mon, 05 Jan 2026 09:00:00 +0000\r\n\r\n\
    Receipt No: 7\r\nTea  1.00\r\nTotal  1.00 GBP\r\nPaid by card\r\n";

struct Home {
    folder: tempfile::TempDir,
    finance: tempfile::TempDir,
    vault: PathBuf,
    mailbox: Dovecot,
}

impl Home {
    /// A home with two emails in `mails`, one in the mailbox, the file of its password, and the program in
    /// `bin`.
    fn new() -> Option<Self> {
        let (finance, vault) = (extension("finance")?, extension("vault")?.canonicalize().unwrap());
        // Nobody signs in with a token.
        let mailbox = Dovecot::start("http://127.0.0.1:1")?;
        mailbox.deliver("", "1", MAIL.as_bytes());
        let folder = tempfile::tempdir().unwrap();
        for name in ["mails", "bin"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        for (sample, name) in [("02-us-receipt.eml", "a.eml"), ("06-us-html-receipt.eml", "b.eml")]
        {
            fs::copy(samples().join(sample), folder.path().join("mails").join(name)).unwrap();
        }
        fs::write(folder.path().join("password.txt"), format!("{PASSWORD}\n")).unwrap();
        fs::write(folder.path().join("passwords.csv"), PASSWORDS).unwrap();
        symlink(env!("CARGO_BIN_EXE_spacedrive"), folder.path().join("bin/spacedrive")).unwrap();
        let data = folder.path().join(".local/share/spacedrive");
        fs::create_dir_all(&data).unwrap();
        let config = format!("[http]\nallow_addresses = [\"{}\"]\n", mailbox.address);
        fs::write(data.join("config.toml"), config).unwrap();
        let finance = with_server(&finance, &[&mailbox.server()]);
        Some(Self { folder, finance, vault, mailbox })
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
        shell.env("SSL_CERT_FILE", self.mailbox.certificate_file());
        shell.env("PATH", format!("{}:/usr/bin:/bin", self.path().join("bin").display()));
        ran(shell.output().unwrap())
    }

    /// Fills in what a reader fills in: ids and entries, and what is not in this home.
    fn filled(&self, line: &str) -> String {
        let line = line
            .replace(
                "ext install finance",
                &format!("ext install {} --yes", self.finance.path().display()),
            )
            .replace("ext install vault", &format!("ext install {} --yes", self.vault.display()))
            .replace("passwords.kdbx", "passwords.csv")
            .replace("spacedrive vault", &format!("echo {MASTER} | spacedrive vault"))
            .replace(MAIL_SERVER, &self.mailbox.server());
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

/// The commands whose results depend on when the daemon did what, or on chance: they are run and not
/// compared.
const VARYING: [&str; 4] =
    ["status", "audit tail", "vault add login Mail username=ann --generate", "vault get Mail"];

/// Masks what is another one in each home: its path, ids, times, durations and processes.
fn masked(text: &str, home: &Path) -> String {
    let text = text.replace(&home.display().to_string(), "~");
    let mut before = String::new();
    let mut masked = String::new();
    let words: Vec<&str> = text.split_inclusive([' ', '\n']).collect();
    let bare = |word: &'_ str| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned();
    for (at, word) in words.iter().enumerate() {
        let (own, next) =
            (bare(word), words.get(at + 1).map(|next| bare(next)).unwrap_or_default());
        let mask = mask_of(&own, &before, &next);
        masked += &mask.map_or_else(|| (*word).to_owned(), |mask| word.replace(&own, mask));
        before = own;
    }
    let lines: Vec<&str> = masked.lines().map(str::trim_end).collect();
    lines.join("\n").trim_end().to_owned()
}

fn mask_of(word: &str, before: &str, next: &str) -> Option<&'static str> {
    let is = |word: &str, form: &str| {
        let fits = |(c, f): (char, char)| if f == '0' { c.is_ascii_digit() } else { c == f };
        word.len() == form.len() && word.chars().zip(form.chars()).all(fits)
    };
    let is_id = |word: &str| {
        let digits = word.bytes().filter(u8::is_ascii_hexdigit).count();
        let dashes = word.bytes().filter(|b| *b == b'-').count();
        digits >= 12 && dashes > 0 && digits + dashes == word.len()
    };
    match word {
        _ if is_id(word) => Some("<id>"),
        _ if is(word, "00:00") => Some("<time>"),
        _ if is(next, "00:00") => Some("<day>"),
        _ if before == "process" => Some("<number>"),
        _ if is(word, "0.0") || is(word, "00.0") => Some("<seconds>"),
        _ => None,
    }
}

/// Runs all commands where the terminal has this width, and compares what they show with what is
/// recorded. `SPACEDRIVE_RECORD=1` writes the recording anew.
fn run_all(columns: usize) {
    let Some(home) = Home::new() else { return };
    let commands = commands();
    assert!(commands.len() > 20, "{commands:?}");
    let mut shown = String::new();
    for command in &commands {
        let ran = home.shell_of(&home.filled(command), columns);
        assert_eq!(ran.code, Some(0), "{command}: {ran:?}");
        assert!(!ran.stderr.contains("error:"), "{command}: {}", ran.stderr);
        let asked = command.split(" #").next().unwrap_or_default().trim_end();
        if !VARYING.iter().any(|it| asked == format!("spacedrive {it}")) {
            let text = String::from_utf8(ran.stdout).unwrap();
            let text = text.replace(&home.mailbox.server(), MAIL_SERVER);
            shown += &format!("$ {asked}\n{}\n\n", masked(&text, home.path()));
        }
    }
    let booked = home.shell("spacedrive --output json receipt list --vendor corner");
    let booked: Value = serde_json::from_slice(&booked.stdout).unwrap();
    assert_eq!(booked.as_array().map(Vec::len), Some(1), "that of the mailbox: {booked}");
    let exported = fs::read_to_string(home.path().join("receipts.csv")).unwrap();
    assert!(exported.starts_with("source,") && exported.lines().count() == 3, "{exported}");
    compare(&format!("readme-{columns}.txt"), &shown);
}

fn compare(name: &str, shown: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let file = folder.join(name);
    if std::env::var_os("SPACEDRIVE_RECORD").is_some() {
        fs::create_dir_all(&folder).unwrap();
        fs::write(&file, shown).unwrap();
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), shown, "{}", file.display());
}

#[test]
fn every_command_of_the_readme_works_as_it_stands_there_in_80_columns() {
    run_all(80);
}

#[test]
fn every_command_of_the_readme_works_as_it_stands_there_in_40_columns() {
    run_all(40);
}
