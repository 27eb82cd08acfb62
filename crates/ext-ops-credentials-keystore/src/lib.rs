//! The key store of the operating system: the Secret Service of a Linux desktop (GNOME Keyring,
//! KWallet, KeePassXC), through `secret-tool`, the program of libsecret.
//!
//! ```no_run
//! use ext_services::credentials::KeyStore;
//! use ext_ops_credentials_keystore::SecretTool;
//!
//! let store = SecretTool::new("spacedrive");
//! store.save("vault 1", &"the key".into())?;
//! assert_eq!(store.load("vault 1")?, Some("the key".into()));
//! # Ok::<(), String>(())
//! ```
//!
//! The program runs for each access; what is kept crosses pipes only, never its arguments. Nothing
//! is kept anywhere else when it fails. Speaking to the Secret Service without it would bring a
//! client for D-Bus, some forty crates.
//!
//! # Not in this crate
//!
//! The vault that the key locks (`ext-ops-credentials-file`); the keychain of macOS.
#![forbid(unsafe_code)]

use std::{
    io::{self, Write},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use ext_services::credentials::KeyStore;
use ext_wire::SecretText;

/// Longest time that the user may take to unlock the store.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Interval between two looks whether the program is done.
const LOOK: Duration = Duration::from_millis(10);

/// The entries of one service in the Secret Service.
#[derive(Debug, Clone)]
pub struct SecretTool {
    service: String,
}

impl SecretTool {
    /// Creates access to the entries of this service; nothing is asked yet.
    #[must_use]
    pub fn new(service: &str) -> Self {
        Self { service: service.to_owned() }
    }

    fn run(&self, action: &[&str], name: &str, stdin: &str) -> Result<Output, String> {
        let mut child = Command::new("secret-tool")
            .args(action)
            .args(["service", &self.service, "entry", name])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("`secret-tool` of libsecret is needed: {error}"))?;
        write(&mut child, stdin).map_err(|error| error.to_string())?;
        wait(child)
    }
}

impl KeyStore for SecretTool {
    fn load(&self, name: &str) -> Result<Option<SecretText>, String> {
        let output = self.run(&["lookup"], name, "")?;
        match output.status.success() {
            true => text(output.stdout).map(Some),
            // It says nothing when the entry does not exist, and why when it could not look.
            false if output.stderr.is_empty() => Ok(None),
            false => Err(why(&output)),
        }
    }

    fn save(&self, name: &str, text: &SecretText) -> Result<(), String> {
        let label = format!("--label={} {name}", self.service);
        done(&self.run(&["store", &label], name, text.expose())?)
    }

    fn remove(&self, name: &str) -> Result<(), String> {
        let output = self.run(&["clear"], name, "")?;
        if output.stderr.is_empty() { Ok(()) } else { Err(why(&output)) }
    }
}

fn write(child: &mut Child, text: &str) -> io::Result<()> {
    // The pipe is closed at the end: the program reads all of it.
    child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(text.as_bytes()))
}

/// Waits for the program, but not for ever: a store may wait for an answer that nobody can give.
fn wait(mut child: Child) -> Result<Output, String> {
    let began = Instant::now();
    while child.try_wait().map_err(|error| error.to_string())?.is_none() {
        if began.elapsed() > TIMEOUT {
            let _ = child.kill();
            let _ = child.wait();
            return Err("the key store was not unlocked in time".to_owned());
        }
        thread::sleep(LOOK);
    }
    child.wait_with_output().map_err(|error| error.to_string())
}

fn done(output: &Output) -> Result<(), String> {
    if output.status.success() { Ok(()) } else { Err(why(output)) }
}

fn text(bytes: Vec<u8>) -> Result<SecretText, String> {
    let text =
        String::from_utf8(bytes).map_err(|_| "the kept secret is not valid UTF-8".to_owned())?;
    Ok(text.trim_end().to_owned().into())
}

/// Returns what the program says, which never is what was kept.
fn why(output: &Output) -> String {
    match String::from_utf8_lossy(&output.stderr).trim() {
        "" => format!("`secret-tool` ended with {}", output.status),
        said => said.to_owned(),
    }
}
