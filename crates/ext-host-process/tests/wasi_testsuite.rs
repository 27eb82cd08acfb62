//! The modules of the public `wasi-testsuite` for preview 1, each in a process of the world with files:
//! compiled here, sent over the pipe, run in the sandbox. `cargo xtask wasix --check` fetches the suite
//! and builds the program, and says where both are by the two variables below.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use bytes::Bytes;
use ext_host::{
    Artifact, Fault, InstanceLimits, LogLevel, MemoryBudget, WasiWorld, testing::Recorder,
};
use ext_host_process::{GuestProgram, Processes, Surroundings};
use serde_json::Value;

/// The folder of the suite.
const SUITE: &str = "SPACEDRIVE_WASI_TESTSUITE";
/// The program `spacedrive-wasix-fixture`.
const FIXTURE: &str = "SPACEDRIVE_WASIX_FIXTURE";

/// The number of its modules.
const MODULES: usize = 72;

/// The modules that fail, each with the reason. One that is mended has to leave this list.
const FAILING: &[(&str, &str)] = &[
    ("rust/overwrite_preopen", "no descriptor is moved over one that is open since the start"),
    ("rust/path_link", "hard links are refused"),
    ("rust/symlink_filestat", "links keep the times that they were made with"),
];

#[test]
fn the_modules_of_the_suite_pass_but_for_the_known_ones() {
    let (Some(suite), Some(fixture)) = (env::var_os(SUITE), env::var_os(FIXTURE)) else {
        eprintln!("SKIPPED: no wasi-testsuite: run `cargo xtask wasix --check`");
        return;
    };
    let processes = Processes::new(GuestProgram::new(fixture, [] as [&str; 0]));
    let cases = cases(Path::new(&suite));
    assert_eq!(cases.len(), MODULES, "modules of the suite");
    let failed: Vec<_> = cases.iter().filter_map(|case| case.fails(&processes)).collect();
    for (name, said) in &failed {
        eprintln!("{name}: {said}");
    }
    let names: Vec<_> = failed.iter().map(|(name, _)| name.as_str()).collect();
    let known: Vec<_> = FAILING.iter().map(|(name, _)| *name).collect();
    for (name, why) in FAILING {
        eprintln!("known: {name}: {why}");
    }
    eprintln!("{} of {MODULES} modules pass", MODULES - failed.len());
    assert_eq!(names, known);
}

/// A module of the suite, and the way to run it.
struct Case {
    name: String,
    wasm: PathBuf,
    config: Value,
}

/// Lists the modules by their names.
fn cases(suite: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    for language in ["assemblyscript", "c", "rust"] {
        let folder = suite.join("tests").join(language).join("testsuite/wasm32-wasip1");
        for entry in fs::read_dir(&folder).expect("the folder of the suite is readable") {
            let wasm = entry.expect("an entry").path();
            if wasm.extension().is_some_and(|extension| extension == "wasm") {
                let config = fs::read(wasm.with_extension("json")).unwrap_or(b"{}".to_vec());
                let config = serde_json::from_slice(&config).expect("the configuration is JSON");
                let stem = wasm.file_stem().expect("a name").to_string_lossy();
                cases.push(Case { name: format!("{language}/{stem}"), wasm, config });
            }
        }
    }
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    cases
}

impl Case {
    /// Runs the module; returns its name and what is wrong when it fails.
    fn fails(&self, processes: &Processes) -> Option<(String, String)> {
        let host = Recorder::echo();
        let outcome = self.run(processes, &host);
        let lines = |wanted: LogLevel| {
            let logs = host.record().logs;
            let lines = logs.into_iter().filter(|(level, _)| *level == wanted);
            lines.map(|(_, line)| line).collect::<Vec<_>>().join("\n")
        };
        let expected = self.config["exit_code"].as_i64().unwrap_or(0);
        let wrong = match exit_code(&outcome) {
            Some(code) if code != expected => format!("exit code {code}"),
            None => outcome.message,
            Some(_) => match self.config["stdout"].as_str() {
                Some(wanted) if lines(LogLevel::Info) != wanted => "another stdout".to_owned(),
                _ => return None,
            },
        };
        Some((self.name.clone(), format!("{wrong}; {}", lines(LogLevel::Warn))))
    }

    /// Runs the module to its end, which is a fault whatever it was.
    fn run(&self, processes: &Processes, host: &Recorder) -> Fault {
        let limits = InstanceLimits {
            wasi: WasiWorld::Command,
            memory_bytes: 64 << 20,
            compute_timeout: Duration::from_secs(20),
            call_timeout: Duration::from_secs(30),
            ..InstanceLimits::default()
        };
        let wasm = fs::read(&self.wasm).expect("the module is readable");
        let artifact = match Artifact::load(&wasm, &limits, None) {
            Ok(artifact) => artifact,
            Err(error) => return refused(error.to_string()),
        };
        let budget = MemoryBudget::unlimited();
        let host = Box::new(host.clone());
        let started = processes.start_in(&artifact, limits, host, &budget, &self.surroundings());
        let outcome = started.and_then(|mut instance| instance.init());
        outcome.err().unwrap_or_else(|| refused("it waits for calls".to_owned()))
    }

    /// Returns the files, and the arguments: those of the fixture, the name of the module, its own.
    fn surroundings(&self) -> Surroundings {
        let (mut args, mut files) = (Vec::new(), Vec::new());
        for (name, value) in self.config["env"].as_object().into_iter().flatten() {
            args.push(format!("{name}={}", value.as_str().unwrap_or_default()));
        }
        if let Some(root) = self.config["root"].as_str() {
            args.push("/".to_owned());
            collect(&self.wasm.with_file_name(root), "", &mut files);
        }
        args.push("--".to_owned());
        let own = self.config["args"].as_array().into_iter().flatten();
        args.extend(own.filter_map(Value::as_str).map(str::to_owned));
        Surroundings { files, scratch_bytes: 32 << 20, args }
    }
}

/// Collects the files of a folder, by their paths below it.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, Bytes)>) {
    for entry in fs::read_dir(folder).expect("a folder of the suite is readable") {
        let entry = entry.expect("an entry");
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true => collect(&entry.path(), &format!("{path}/"), files),
            false => {
                let content = fs::read(entry.path()).expect("a file of the suite is readable");
                files.push((path, Bytes::from(content)));
            }
        }
    }
}

/// Returns the exit code of a program that ended itself.
fn exit_code(fault: &Fault) -> Option<i64> {
    if fault.message.ends_with("its `main` returned") {
        return Some(0);
    }
    let (_, code) = fault.message.split_once("its exit code is ")?;
    code.split(';').next()?.parse().ok()
}

fn refused(message: String) -> Fault {
    Fault { code: ext_abi::ErrorCode::Internal, message, backtrace: Vec::new() }
}
