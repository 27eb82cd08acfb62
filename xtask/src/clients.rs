//! The typed clients in `sdk/`, and foreign clients of the daemon.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::cli::Cli;
use crate::steps::{self, cargo, say, step, succeeds};
use crate::workspace::Workspace;

/// With it set, the test that compares the typed clients with the operations writes them instead.
const WRITE: &str = "SPACEDRIVE_WRITE_CLIENTS";
/// The folder of the programs that drive a daemon.
const TESTS: &str = "sdk/tests";
/// Bytes of the file that they read and upload.
const FILE_BYTES: u32 = 3_000_000;
/// Time in which a daemon must answer.
const START_TIME: Duration = Duration::from_secs(30);

/// Runs the chore `bindgen`.
pub(crate) fn generate(workspace: &Workspace) -> Result<()> {
    step("bindgen", || {
        let mut command = cargo();
        command.args(["test", "--package", "spacedrive-daemon", "--test", "clients"]);
        steps::run(command.env(WRITE, "1").current_dir(&workspace.root))
    })
}

/// Runs the chore `clients`: drives a daemon with clients of others, and with the typed ones.
pub(crate) fn drive(workspace: &Workspace) -> Result<()> {
    let tools = [("node", "nodejs"), ("npm", "npm"), ("curl", "curl"), ("python3", "python3-venv")];
    for (program, package) in tools {
        let is_there = succeeds(Command::new(program).arg("--version"));
        ensure!(is_there, "`{program}` is missing: apt-get install {package}");
    }
    let cli = Cli::build(workspace)?;
    let python = step("python clients", || install_python(workspace))?;
    step("node clients", || install_node(workspace))?;
    step("drive a daemon", || run_all(workspace, &cli, &python))
}

fn install_python(workspace: &Workspace) -> Result<PathBuf> {
    let venv = workspace.target.join("clients-venv");
    let python = venv.join("bin/python");
    if !python.exists() {
        steps::run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    }
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--requirement", "requirements.txt"]);
    let tests = workspace.root.join(TESTS);
    steps::run(install.current_dir(&tests))?;
    let mut check = Command::new(&python);
    check.args(["-m", "mypy", "../python/spacedrive_client"]).current_dir(tests);
    steps::run(&mut check)?;
    let readme = write_example(workspace, "python", "python", "readme.py", "")?;
    let mut check = Command::new(&python);
    check.args(["-m", "mypy", "--ignore-missing-imports"]).arg(readme);
    steps::run(check.env("MYPYPATH", "sdk/python").current_dir(&workspace.root))?;
    Ok(python)
}

fn install_node(workspace: &Workspace) -> Result<()> {
    let tests = workspace.root.join(TESTS);
    let mut install = Command::new("npm");
    steps::run(install.args(["ci", "--no-audit", "--no-fund"]).current_dir(&tests))?;
    let mut build = Command::new("node_modules/.bin/tsc");
    steps::run(build.args(["--project", "../typescript"]).current_dir(&tests))?;
    let readme = write_example(workspace, "typescript", "ts", "readme.ts", NAMES_OF_README)?;
    let client = workspace.root.join("sdk/typescript");
    let options = json!({ "extends": client.join("tsconfig.json"), "files": [readme], "include": [],
        "compilerOptions": { "noEmit": true, "rootDir": workspace.root,
            "paths": { "@spacedrive/client": [client.join("src/index.ts")] } } });
    let project = readme.with_file_name("tsconfig.json");
    fs::write(&project, options.to_string())?;
    let mut check = Command::new("node_modules/.bin/tsc");
    steps::run(check.arg("--project").arg(project).current_dir(&tests))
}

/// Names that the example of the client for TypeScript leaves to its reader.
const NAMES_OF_README: &str = "declare const token: string, file: File;\n";

/// Writes the code that the README of a client shows into a file, behind some lines.
fn write_example(
    workspace: &Workspace,
    client: &str,
    language: &str,
    name: &str,
    before: &str,
) -> Result<PathBuf> {
    let page = workspace.root.join("sdk").join(client).join("README.md");
    let page = fs::read_to_string(&page).with_context(|| page.display().to_string())?;
    let (_, code) = page.split_once(&format!("```{language}\n")).context("there is no example")?;
    let code = code.split("```").next().unwrap_or_default();
    let folder = workspace.target.join("client-examples");
    fs::create_dir_all(&folder)?;
    let file = folder.join(name);
    fs::write(&file, format!("{before}{code}"))?;
    Ok(file)
}

fn run_all(workspace: &Workspace, cli: &Cli, python: &Path) -> Result<()> {
    let folder = workspace.target.join("clients");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("files"))?;
    let file = folder.join("files/numbers.bin");
    fs::write(&file, (0..FILE_BYTES / 4).flat_map(u32::to_le_bytes).collect::<Vec<_>>())?;
    for name in ["1.txt", "2.txt"] {
        fs::write(folder.join("files").join(name), name)?;
    }
    let data = folder.join("data");
    let cli = Cli::at(cli.program()).with_data_dir(data.clone());
    let library = text(&cli.json(&["library", "create", "Clients"])?["id"])?;
    let files = folder.join("files").display().to_string();
    cli.run(&["import", "--no-index", "--into", "in", &files])?;
    let entry = text(&cli.json(&["entry", "show", "in/numbers.bin"])?["entry"]["id"])?;
    // A job that fails, as its input is not one of the operation.
    cli.run(&["job", "start", "search.read_again", "--input", r#"{"no_such_field": 1}"#])?;
    let families = ["vdfs.*", "core.*", "events.*", "jobs.*"];
    let methods = families.iter().flat_map(|family| ["--method", family]);
    let create = ["token", "create", "clients", "--for", "1d"].into_iter().chain(methods);
    let token = cli.json(&create.collect::<Vec<_>>())?;
    let token = text(&token["text"])?;
    let (_daemon, url) = Daemon::start(&cli, &data)?;
    let [data, file] = [data, file].map(|path| path.display().to_string());
    let arguments = [&data, &url, &token, &library, &entry, &file];
    let tests = workspace.root.join(TESTS);
    say("the addresses of the client of Python");
    let mut check = Command::new(python);
    run_quietly(check.args(["-m", "unittest", "-q", "test_client"]).current_dir(&tests))?;
    say("the clients of Python, and curl");
    let mut drive = Command::new(python);
    run_quietly(drive.arg("drive.py").args(arguments).current_dir(&tests))?;
    say("the clients of Node.js");
    let mut drive = Command::new("node");
    let drive = drive.arg("drive.mjs").args(arguments).arg(cli.program());
    run_quietly(drive.current_dir(&tests))
}

/// Runs a command whose arguments hold a token, and so are not shown.
fn run_quietly(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().context("it could not be started")?;
    ensure!(status.success(), "it failed: {status}");
    Ok(())
}

fn text(value: &Value) -> Result<String> {
    Ok(value.as_str().context("the program printed something else")?.to_owned())
}

/// A daemon that ends with this value.
struct Daemon(Child);

impl Daemon {
    /// Starts a daemon that listens on a port as well; returns it with its address.
    fn start(cli: &Cli, data: &Path) -> Result<(Self, String)> {
        // A port that was free a moment ago.
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(cli.program());
        command.arg("--data-dir").arg(data).args(["serve", "--listen", &port.to_string()]);
        let daemon = Self(command.stdout(Stdio::null()).stdin(Stdio::null()).spawn()?);
        let end = Instant::now() + START_TIME;
        while std::net::TcpStream::connect(port).is_err() {
            if Instant::now() > end {
                bail!("the daemon did not answer within {} s", START_TIME.as_secs());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok((daemon, format!("http://{port}")))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
