//! `spacedrive doctor`.
//!
//! Each check stands for itself: one that fails does not keep the others from being made.

use std::{env, fs, os::unix::fs::PermissionsExt, path::Path, process::ExitCode};

use ext_models::{MINILM_FLOAT32, MINILM_INT8, ModelStore, catalogue};
use ext_ops_credentials_keystore::SecretTool;
use ext_services::credentials::{CredentialVault, KeyStore};
use ext_wire::{
    ErrorBody,
    ops::{NoInput, libraries},
};
use rustix::fs::{Access, access, statvfs};
use serde::Serialize;
use spacedrive_core::{
    Core, EmbedPrecision, GuestIsolation, PASSPHRASE_VARIABLE, VaultKey, config::Config,
    program_secrets, worker,
};
use spacedrive_daemon::Tokens;

use crate::{
    advice,
    args::{Global, Output},
    output, places,
    places::Places,
};

/// Free space below which imports are likely to fail.
const LITTLE_SPACE: u64 = 1 << 30;

/// Free space below which the program cannot work.
const NO_SPACE: u64 = 50 << 20;

/// Result of one check.
#[derive(Debug, Serialize)]
struct Check {
    what: &'static str,
    state: State,
    found: String,
    /// The command or the change that mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Ok,
    Warn,
    Bad,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

impl Check {
    fn ok(what: &'static str, found: impl ToString) -> Self {
        Self { what, state: State::Ok, found: found.to_string(), fix: None }
    }

    fn warn(what: &'static str, found: impl ToString, fix: impl ToString) -> Self {
        let fix = Some(fix.to_string());
        Self { what, state: State::Warn, found: found.to_string(), fix }
    }

    fn bad(what: &'static str, found: impl ToString, fix: impl ToString) -> Self {
        Self { state: State::Bad, ..Self::warn(what, found, fix) }
    }
}

pub(crate) fn run(global: &Global, output: Output) -> anyhow::Result<ExitCode> {
    let places = Places::of(global)?;
    let checks = all(global, &places)?;
    output::print(output, &checks, |checks| describe(checks))?;
    let is_bad = checks.iter().any(|check| check.state == State::Bad);
    Ok(if is_bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn all(global: &Global, places: &Places) -> anyhow::Result<Vec<Check>> {
    let config = Config::load(&places.data);
    let mut checks = vec![
        Check::ok(
            "program",
            format!("{}, {}", env!("CARGO_PKG_VERSION"), places.program.display()),
        ),
        data_folder(&places.data),
        space(&places.data),
        match &config {
            Ok(_) if !places.config.exists() => {
                Check::ok("config", "as by default, without a file")
            }
            Ok(_) => Check::ok("config", places.config.display()),
            Err(error) => Check::bad("config", error, "correct the file"),
        },
    ];
    // Where the file is wrong the others are checked as by default.
    let config = config.unwrap_or_default();
    checks.push(models(&places::models(global)?, &config));
    checks.push(sandbox(&places.program, &config));
    checks.push(tesseract());
    match fs::symlink_metadata(&places.data) {
        Ok(_) => checks.extend(kept(global, places, &config)),
        Err(_) => checks.push(key_store(&config)),
    }
    Ok(checks)
}

fn data_folder(folder: &Path) -> Check {
    let shown = folder.display();
    let Ok(found) = fs::metadata(folder) else {
        let text = format!("{shown}, which the first command makes");
        return Check::ok("data folder", text);
    };
    if !found.is_dir() {
        let fix = "move it away, or name another folder with --data-dir";
        return Check::bad("data folder", format!("{shown} is not a folder"), fix);
    }
    if access(folder, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK).is_err() {
        let fix = format!("`sudo chown -R \"$USER\" '{shown}'` gives it back to you");
        return Check::bad("data folder", format!("{shown} cannot be written"), fix);
    }
    let others = found.permissions().mode() & 0o077;
    if others != 0 {
        let fix = format!("`chmod 700 '{shown}'`");
        return Check::warn("data folder", format!("{shown} is open to other users"), fix);
    }
    Check::ok("data folder", format!("{shown}, private"))
}

/// Looks at the nearest folder that there is: the data folder may not be made yet.
fn space(folder: &Path) -> Check {
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(folder);
    match statvfs(there) {
        Ok(found) => check_space(found.f_bavail.saturating_mul(found.f_frsize)),
        Err(error) => Check::warn("free space", format!("unknown: {error}"), "look at the disk"),
    }
}

fn check_space(free: u64) -> Check {
    let text = format!("{} free", output::cells::bytes(free));
    let fix = "delete what you do not need on this disk, or move the data with --data-dir";
    match free {
        ..NO_SPACE => Check::bad("free space", text, fix),
        NO_SPACE..LITTLE_SPACE => Check::warn("free space", text, fix),
        _ => Check::ok("free space", text),
    }
}

fn models(store: &ModelStore, config: &Config) -> Check {
    let precision = config.ai.as_ref().map(|ai| ai.embed.precision).unwrap_or_default();
    let (needed, instead) = match precision {
        EmbedPrecision::Float32 => (MINILM_FLOAT32, MINILM_INT8),
        EmbedPrecision::Int8 => (MINILM_INT8, MINILM_FLOAT32),
    };
    let is_needed = |id: &str| id == needed || id != instead;
    let files = catalogue().iter().filter(|file| is_needed(file.id));
    let faults: Vec<String> =
        files.filter_map(|file| store.path(file.id).err()).map(|it| it.to_string()).collect();
    if faults.is_empty() {
        return Check::ok("models", store.folder().display());
    }
    let mut fixes: Vec<String> =
        faults.iter().filter_map(|fault| advice::on_model(fault)).collect();
    fixes.dedup();
    Check::bad("models", faults.join(", "), fixes.join("; "))
}

/// Starts a worker and asks which sandbox it is in.
fn sandbox(program: &Path, config: &Config) -> Check {
    let what = "sandbox";
    let status = match worker::sandbox_of(program) {
        Ok(status) => status,
        Err(error) => {
            let fix = "install the program again: documents are read by processes of it";
            return Check::bad(what, format!("no worker starts: {error}"), fix);
        }
    };
    let guests = config.extensions.clone().unwrap_or_default().isolation.unwrap_or_default();
    let place = match guests {
        GuestIsolation::Process => "extensions in processes of their own",
        GuestIsolation::InProcess => "extensions in this process",
    };
    let found = format!("{status}; {place}");
    if !status.confines() {
        let fix = "allow seccomp and rlimits where this runs (a container may forbid them): \
                   documents are not read without";
        return Check::bad(what, found, fix);
    }
    if !status.files {
        let fix = "use a kernel with landlock (5.13 or newer, `lsm=…,landlock`): it keeps files \
                   from workers a second time";
        return Check::warn(what, found, fix);
    }
    Check::ok(what, found)
}

/// Says whether the optional engine is there: a call that names it needs it, and nothing else.
fn tesseract() -> Check {
    let folders = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&folders).map(|folder| folder.join("tesseract"));
    match found.into_iter().find(|path| path.is_file()) {
        Some(path) => Check::ok("tesseract", path.display()),
        None => Check::ok("tesseract", "not installed; only `engine: \"tesseract\"` needs it"),
    }
}

/// Checks what the data folder holds.
fn kept(global: &Global, places: &Places, config: &Config) -> Vec<Check> {
    let core = match super::open(global) {
        Ok(core) => core,
        Err(error) => {
            let fix = "mend what stands above, then run `spacedrive doctor` again";
            return vec![Check::bad("data", error, fix)];
        }
    };
    let secrets = match core.vault().list(&program_secrets()) {
        Ok(_) => key_store(config),
        Err(error) => {
            let fix = advice::on(error.code().name(), &error.to_string());
            let fix =
                fix.unwrap_or_else(|| "see docs/credentials.md for the source of its key".into());
            Check::bad("key store", error, fix)
        }
    };
    let mut checks = vec![secrets];
    checks.extend(damaged_files(&core, &places.data));
    checks.extend(library_states(&core));
    checks.extend(extension_states(&core));
    checks
}

fn damaged_files(core: &Core, data_folder: &Path) -> Vec<Check> {
    let tokens = Tokens::of(data_folder).list().err();
    let faults = core.unreadable_files().into_iter().chain(tokens);
    let check = |fault: ErrorBody| {
        let fix = advice::on(fault.code.name(), &fault.error);
        Check::bad("files", fault, fix.unwrap_or_else(|| "look at the file".into()))
    };
    faults.map(check).collect()
}

/// Checks the first source of a key, which makes that of a new vault.
fn key_store(config: &Config) -> Check {
    let what = "key store";
    let vault = config.vault.clone().unwrap_or_default();
    match vault.key.first() {
        Some(VaultKey::Keystore) => match SecretTool::new("spacedrive").load("doctor") {
            Ok(_) => Check::ok(what, "the key store of the system"),
            Err(error) if vault.key.len() > 1 => {
                let fix =
                    "`sudo apt install libsecret-tools gnome-keyring`, or leave it to the file";
                Check::warn(what, format!("the system has none that answers: {error}"), fix)
            }
            Err(error) => {
                let fix = "`sudo apt install libsecret-tools gnome-keyring`, or `key = \"file\"` \
                           below [vault] in config.toml";
                Check::bad(what, format!("the system has none that answers: {error}"), fix)
            }
        },
        Some(VaultKey::Passphrase) if env::var_os(PASSPHRASE_VARIABLE).is_none() => {
            let fix = format!("set {PASSPHRASE_VARIABLE} where secrets are used");
            Check::warn(what, "the passphrase is not set", fix)
        }
        Some(VaultKey::Passphrase) => Check::ok(what, "a passphrase"),
        _ => Check::ok(what, "a file that only you may read"),
    }
}

fn library_states(core: &Core) -> Vec<Check> {
    let all = match core.call_typed::<libraries::List>(None, &NoInput {}) {
        Ok(all) => all,
        Err(error) => return vec![Check::bad("libraries", error, "`spacedrive library list`")],
    };
    let readable = format!("{} can be read", all.libraries.len());
    let unreadable = all.unreadable.iter().map(|library| {
        let fix = advice::on(&library.code, &format!("the library {}", library.id));
        let fix = fix.unwrap_or_else(|| "`spacedrive library list` shows why".into());
        Check::bad(
            "libraries",
            format!("{}: {} [{}]", library.id, library.error, library.code),
            fix,
        )
    });
    [Check::ok("libraries", readable)].into_iter().chain(unreadable).collect()
}

fn extension_states(core: &Core) -> Vec<Check> {
    let installed = core.extensions().list();
    let names: Vec<String> = installed
        .iter()
        .map(|it| format!("{} {}", it.id, it.version).trim_end().to_owned())
        .collect();
    let found = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let faults = installed.iter().filter_map(|it| extension_fault(core, &it.id));
    [Check::ok("extensions", found)].into_iter().chain(faults).collect()
}

fn extension_fault(core: &Core, id: &str) -> Option<Check> {
    if let Err(error) = core.extensions().verify(id) {
        let fix = advice::on(error.code().name(), &error.to_string());
        let fix = fix.unwrap_or_else(|| format!("`spacedrive ext info {id}`"));
        return Some(Check::bad("extensions", error, fix));
    }
    let reason = core.extensions().state(id).ok()?.quarantine?;
    let fix = format!("`spacedrive ext release {id}` lets it run again");
    Some(Check::warn("extensions", format!("{id} is quarantined: {reason}"), fix))
}

fn describe(checks: &[Check]) -> String {
    let width = checks.iter().map(|check| check.what.len()).max().unwrap_or_default();
    let mut text = String::new();
    for Check { what, state, found, fix } in checks {
        text += &output::hanging(&format!("{:4}  {what:width$}  ", state.word()), found);
        let below = " ".repeat(width + 8);
        text.extend(fix.iter().map(|fix| output::hanging(&below, &format!("to mend it: {fix}"))));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_is_measured_by_what_an_import_needs() {
        for (free, state) in [(0, State::Bad), (NO_SPACE, State::Warn), (LITTLE_SPACE, State::Ok)] {
            assert_eq!(check_space(free).state, state, "{free}");
        }
    }

    #[test]
    fn each_fault_has_its_mending_below_it() {
        let checks = [Check::ok("program", "0.1"), Check::bad("models", "gone", "`x` fetches it")];
        let expected =
            "ok    program  0.1\nbad   models   gone\n               to mend it: `x` fetches it\n";
        assert_eq!(describe(&checks), expected);
    }

    #[test]
    fn only_the_configured_precision_needs_its_model() {
        let store = ModelStore::new("/no/such/folder");
        let config = Config::parse("[ai.embed]\nprecision = \"float32\"\n").unwrap();
        let float32 = models(&store, &config);
        assert!(float32.found.contains(MINILM_FLOAT32) && !float32.found.contains(MINILM_INT8));
        let fix = float32.fix.unwrap();
        assert!(fix.contains("`spacedrive models pull minilm-l6-v2-float32`"), "{fix}");
        let int8 = models(&store, &Config::default());
        assert!(int8.found.contains(MINILM_INT8) && !int8.found.contains(MINILM_FLOAT32));
    }
}
