//! A real Secret Service: GNOME Keyring on a D-Bus session of its own.

use std::{
    env,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use ext_ops_credentials_keystore::SecretTool;
use ext_services::credentials::KeyStore;

/// Set in the process that runs inside of the session.
const INSIDE: &str = "SPACEDRIVE_TEST_INSIDE_SESSION";

/// Runs one test of this file again, in a session with an unlocked keyring below `home`; `None`,
/// loudly, where there is no D-Bus or no keyring.
fn in_session(test: &str, home: &Path) -> Option<Output> {
    let found = |program: &str| {
        let paths = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&paths).any(|folder| folder.join(program).is_file())
    };
    let needed = ["dbus-run-session", "gnome-keyring-daemon", "secret-tool"];
    if let Some(missing) = needed.iter().find(|program| !found(program)) {
        let required = env::var_os("SPACEDRIVE_REQUIRE_KEYSTORE").is_some();
        assert!(!required, "no {missing}");
        eprintln!("SKIPPED: no {missing}");
        return None;
    }
    let unlock =
        "gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 && exec \"$@\"";
    let mut child = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", unlock, "sh"])
        .arg(env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(INSIDE, "1")
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .env("XDG_DATA_HOME", home)
        .env_remove("DISPLAY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"password of the keyring").unwrap();
    Some(child.wait_with_output().unwrap())
}

#[test]
fn cred_22_a_key_is_kept_in_the_secret_service() {
    if env::var_os(INSIDE).is_some() {
        return inside();
    }
    let home = tempfile::tempdir().unwrap();
    let Some(ran) = in_session("cred_22_a_key_is_kept_in_the_secret_service", home.path()) else {
        return;
    };
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{ran:?}");
}

fn inside() {
    let store = SecretTool::new("spacedrive test");
    assert_eq!(store.load("one").unwrap(), None);
    store.remove("one").unwrap();
    store.save("one", &"first".into()).unwrap();
    store.save("two", &"other".into()).unwrap();
    store.save("one", &"second".into()).unwrap();
    let again = SecretTool::new("spacedrive test");
    assert_eq!(again.load("one").unwrap(), Some("second".into()));
    assert_eq!(SecretTool::new("another").load("one").unwrap(), None);
    again.remove("one").unwrap();
    assert_eq!(store.load("one").unwrap(), None);
    assert_eq!(store.load("two").unwrap(), Some("other".into()));
}

#[test]
fn cred_22_without_a_session_the_key_store_says_why() {
    if env::var_os("SPACEDRIVE_TEST_NO_SESSION").is_some() {
        let store = SecretTool::new("spacedrive test");
        let failed = store.save("one", &"canary".into()).unwrap_err();
        assert!(!failed.is_empty() && !failed.contains("canary"), "{failed}");
        assert!(store.load("one").is_err());
        return;
    }
    let ran = Command::new(env::current_exe().unwrap())
        .args(["cred_22_without_a_session_the_key_store_says_why", "--exact"])
        .env("SPACEDRIVE_TEST_NO_SESSION", "1")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
}
