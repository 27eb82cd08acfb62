//! Set-up of what the other chores need from the system, and only of what is missing.

use std::{env, process::Command};

use anyhow::{Result, bail, ensure};

use crate::steps::{self, capture_line, command_line, say, step, succeeds};

/// Something that a chore needs: commands of which any will do, and the Debian packages that bring one.
struct Need {
    what: &'static str,
    any_of: &'static [&'static [&'static str]],
    packages: &'static [&'static str],
}

const NEEDS: &[Need] = &[
    Need {
        what: "a C compiler and linker",
        any_of: &[&["cc", "--version"]],
        packages: &["gcc", "libc6-dev"],
    },
    Need {
        what: "pip (models come as Python wheels)",
        any_of: &[
            &["python3", "-m", "pip", "--version"],
            &["pip3", "--version"],
            &["pip", "--version"],
        ],
        packages: &["python3-pip"],
    },
];

/// Programs that some tests run for real. Where one is missing its tests are skipped and say so, for
/// nobody wants a mail server on a machine because of a test.
const REAL_PROGRAMS: &[Need] = &[
    Need {
        what: "Dovecot, a mail server",
        any_of: &[&["dovecot", "--version"], &["/usr/sbin/dovecot", "--version"]],
        packages: &["dovecot-imapd"],
    },
    Need {
        what: "docker-registry, which packages of extensions are published in",
        any_of: &[&["docker-registry", "--version"]],
        packages: &["docker-registry"],
    },
    Need {
        what: "npm (an OpenID provider comes as its package)",
        any_of: &[&["npm", "--version"]],
        packages: &["nodejs", "npm"],
    },
    Need {
        what: "Tesseract",
        any_of: &[&["tesseract", "--version"]],
        packages: &["tesseract-ocr"],
    },
    Need {
        what: "age, which reads exports of secrets",
        any_of: &[&["age", "--version"]],
        packages: &["age"],
    },
    Need {
        what: "KeePassXC, which exchanges databases with the vault extension",
        any_of: &[&["keepassxc-cli", "--version"]],
        packages: &["keepassxc"],
    },
    Need {
        what: "pykeepass, which does so as well",
        any_of: &[&["python3", "-c", "import pykeepass"]],
        packages: &["python3-pykeepass"],
    },
    Need {
        what: "hledger and Ledger, which read exports of receipts",
        any_of: &[&["sh", "-c", "hledger --version && ledger --version"]],
        packages: &["hledger", "ledger"],
    },
    Need {
        what: "Beancount, which does so as well",
        any_of: &[&["python3", "-c", "import beancount"]],
        packages: &["beancount"],
    },
    Need {
        what: "openpyxl, which reads spreadsheets",
        any_of: &[&["python3", "-c", "import openpyxl"]],
        packages: &["python3-openpyxl"],
    },
    Need {
        what: "a key store",
        any_of: &[&["gnome-keyring-daemon", "--version"]],
        packages: &["libsecret-tools", "gnome-keyring", "dbus"],
    },
];

/// Programs that only tests which take long run for real.
const LONG_PROGRAMS: &[Need] = &[Need {
    what: "the engine of GnuCash, which reads exports of receipts",
    any_of: &[&["python3", "-c", "import gnucash"], &["/usr/bin/python3", "-c", "import gnucash"]],
    packages: &["python3-gnucash"],
}];

/// Programs that build a Debian package and try it.
const PACKAGING: &[Need] = &[
    Need {
        what: "dpkg-dev, which finds the libraries that a package depends on",
        any_of: &[&["dpkg-shlibdeps", "--version"]],
        packages: &["dpkg-dev"],
    },
    Need {
        what: "debootstrap, which makes a clean system in a folder",
        any_of: &[&["debootstrap", "--version"]],
        packages: &["debootstrap"],
    },
];

/// Checks each need and installs what is missing.
fn install_missing(needs: &[Need]) -> Result<()> {
    let missing = needs.iter().filter(|need| !is_met(need));
    let missing: Vec<&str> = missing.flat_map(|need| need.packages).copied().collect();
    if missing.is_empty() {
        return Ok(());
    }
    install(&missing)
}

/// Runs the chore `setup`.
pub(crate) fn run() -> Result<()> {
    step("setup", || install_missing(NEEDS))
}

/// Sets up what building and trying a Debian package needs.
pub(crate) fn run_for_packages() -> Result<()> {
    step("setup of packaging", || install_missing(PACKAGING))
}

/// Returns whether this is the administrator of the system.
pub(crate) fn is_root() -> bool {
    matches!(rights(), Some(Rights::Root))
}

/// Sets up what tests need; on machines of continuous integration also what some of them run for
/// real.
pub(crate) fn run_for_tests() -> Result<()> {
    run()?;
    install_real(REAL_PROGRAMS)
}

/// Sets up what tests that take long run for real, on machines of continuous integration.
pub(crate) fn run_for_long_tests() -> Result<()> {
    install_real(LONG_PROGRAMS)
}

fn install_real(programs: &[Need]) -> Result<()> {
    if env::var_os("CI").is_none() {
        return Ok(());
    }
    step("setup of real programs", || {
        if let Err(error) = install_missing(programs) {
            say(&format!("WARNING: {error:#}: TESTS THAT NEED THEM WILL BE SKIPPED"));
        }
        Ok(())
    })
}

fn is_met(need: &Need) -> bool {
    let met = need.any_of.iter().any(|words| succeeds(&mut command(words)));
    say(&format!("{}: {}", need.what, if met { "found" } else { "missing" }));
    met
}

fn command(words: &[&str]) -> Command {
    let mut command = Command::new(words.first().copied().unwrap_or_default());
    command.args(words.get(1..).unwrap_or_default());
    command
}

/// Installs Debian packages, as root or by `sudo` without a password.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let mut by_hand = apt_get(Rights::Sudo, &["install"]);
    by_hand.args(packages);
    let by_hand = command_line(&by_hand).replace("sudo -n", "sudo");
    ensure!(
        succeeds(Command::new("apt-get").arg("--version")),
        "this system has no apt-get; install by hand what Debian calls: {}",
        packages.join(" ")
    );
    let Some(rights) = rights() else {
        bail!("not root and no sudo without a password; run `{by_hand}`, then try again")
    };
    steps::run(&mut apt_get(rights, &["update", "--quiet"]))?;
    let options = ["install", "--yes", "--quiet", "--no-install-recommends"];
    steps::run(apt_get(rights, &options).args(packages))
}

#[derive(Clone, Copy)]
enum Rights {
    Root,
    Sudo,
}

fn rights() -> Option<Rights> {
    if capture_line(Command::new("id").arg("-u")).is_ok_and(|id| id == "0") {
        return Some(Rights::Root);
    }
    succeeds(Command::new("sudo").args(["-n", "true"])).then_some(Rights::Sudo)
}

fn apt_get(rights: Rights, args: &[&str]) -> Command {
    let words: &[&str] = match rights {
        Rights::Root => &["env"],
        Rights::Sudo => &["sudo", "-n", "env"],
    };
    // `env`, because sudo drops the variables of its caller.
    let mut command = command(words);
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(args);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_need_is_met_by_any_of_its_commands() {
        let present: &[&str] = &["cargo", "--version"];
        let absent: &[&str] = &["no-such-program-anywhere"];
        let need = |any_of| Need { what: "test", any_of, packages: &[] };
        let both: &'static [&'static [&'static str]] = Box::leak(Box::new([absent, present]));
        assert!(is_met(&need(both)));
        assert!(!is_met(&need(&[&["no-such-program-anywhere"]])));
    }

    #[test]
    fn apt_never_asks() {
        let line = command_line(&apt_get(Rights::Sudo, &["update"]));
        assert_eq!(line, "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get update");
    }
}
