//! Folders that a program may read and not write.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
    process::Command,
};

/// The number of the user and the group `nobody`.
const NOBODY: u32 = 65534;

/// Binds the folder `$1` to itself, read-only, and becomes the program `$2`.
const BIND: &str =
    "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" && shift && exec \"$@\"";

/// A reason for which a folder cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadOnly {
    /// It is on a file system that is mounted read-only.
    Mount,
    /// It belongs to another user, who lets everybody read.
    ForeignOwner,
}

impl ReadOnly {
    /// Returns the reasons that this machine can bring about; the others loudly not.
    ///
    /// # Panics
    /// When `id` or `unshare` cannot be started.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all = Vec::new();
        let mounts = Command::new("unshare").args(unshare()).arg("true").output();
        match mounts.is_ok_and(|ran| ran.status.success()) {
            true => all.push(Self::Mount),
            false => eprintln!("SKIPPED: this machine lets nobody mount a folder read-only"),
        }
        match is_root() {
            true => all.push(Self::ForeignOwner),
            false => eprintln!("SKIPPED: another user's folder, which only root can make"),
        }
        all
    }

    /// Returns a command that runs a program which can read a folder and not write it.
    ///
    /// # Panics
    /// When the rights of the folder cannot be changed.
    #[must_use]
    pub fn command(self, folder: &Path, program: impl AsRef<OsStr>) -> Command {
        match self {
            Self::Mount => {
                let mut command = Command::new("unshare");
                command.args(unshare()).args(["sh", "-c", BIND, "sh"]).arg(folder).arg(program);
                command
            }
            Self::ForeignOwner => {
                let mut command = Command::new(program);
                command.uid(NOBODY).gid(NOBODY);
                let_everybody_read(folder);
                command
            }
        }
    }
}

fn unshare() -> &'static [&'static str] {
    if is_root() { &["--mount"] } else { &["--mount", "--map-root-user"] }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("`id` runs");
    id.stdout.trim_ascii() == b"0"
}

fn let_everybody_read(path: &Path) {
    let found = fs::symlink_metadata(path).unwrap();
    if found.is_symlink() {
        return;
    }
    let right = if found.is_dir() { 0o755 } else { 0o644 };
    fs::set_permissions(path, fs::Permissions::from_mode(right)).unwrap();
    if found.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| let_everybody_read(&entry.unwrap().path()));
    }
}
