//! A real OpenID provider on loopback, and a browser that signs in there.

mod browser;

use std::{
    env, fs,
    fs::File,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use serde_json::Value;

pub use browser::{Browser, Page};

const PACKAGE: &str = include_str!("package.json");
const LOCK: &str = include_str!("package-lock.json");
const SERVER: &str = include_str!("server.mjs");

/// The provider, and a server that its tokens are for. It ends with this value.
pub struct Oidc {
    child: Child,
    /// Kept open: the server ends when it cannot write.
    _stdout: BufReader<ChildStdout>,
    /// Address of the provider.
    pub issuer: String,
    /// Address of the server that takes its tokens.
    pub api: String,
    /// Sockets of the two.
    pub addresses: [SocketAddr; 2],
}

impl Oidc {
    /// Starts the provider; `None`, loudly, when node is not there or the package cannot be
    /// fetched into `folder`, which all tests share.
    pub fn start(folder: impl AsRef<Path>) -> Option<Self> {
        match try_start(folder.as_ref()) {
            Ok(this) => Some(this),
            Err(why) => {
                let required = env::var_os("SPACEDRIVE_REQUIRE_OIDC").is_some();
                assert!(!required, "no OpenID provider: {why}");
                eprintln!("SKIPPED: no OpenID provider: {why}");
                None
            }
        }
    }

    /// Returns how often something happened at the provider.
    pub fn stat(&self, name: &str) -> u64 {
        let page = Browser::default().get(&format!("{}/stats", self.api));
        serde_json::from_str::<Value>(&page.body).unwrap()[name].as_u64().unwrap()
    }
}

impl Drop for Oidc {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn try_start(shared: &Path) -> Result<Oidc, String> {
    let folder = install(shared)?;
    let mut child = Command::new("node")
        .arg(folder.join("server.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("node: {error}"))?;
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    // The provider may warn about its keys for development before the line that counts.
    let ready = stdout.by_ref().lines().map_while(Result::ok).find(|line| line.starts_with('{'));
    let Some(ready) = ready else {
        let _ = child.wait();
        return Err("the server did not start".into());
    };
    let ready: Value = serde_json::from_str(&ready).unwrap();
    let text = |name: &str| ready[name].as_str().unwrap().to_owned();
    let address = |name: &str| {
        SocketAddr::from(([127, 0, 0, 1], ready[name].as_u64().unwrap().try_into().unwrap()))
    };
    let addresses = [address("providerPort"), address("apiPort")];
    Ok(Oidc { child, _stdout: stdout, issuer: text("issuer"), api: text("api"), addresses })
}

/// Installs the package, once for all tests, exactly as the lock file says.
fn install(shared: &Path) -> Result<PathBuf, String> {
    let home = shared.join("oidc");
    fs::create_dir_all(&home).unwrap();
    let lock = File::create(home.join("lock")).unwrap();
    lock.lock().unwrap();
    let stamp = home.join("installed");
    if fs::read_to_string(&stamp).ok().as_deref() != Some(LOCK) {
        fs::write(home.join("package.json"), PACKAGE).unwrap();
        fs::write(home.join("package-lock.json"), LOCK).unwrap();
        let npm = Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(&home)
            .output()
            .map_err(|error| format!("npm: {error}"))?;
        if !npm.status.success() {
            return Err(format!("npm ci: {}", String::from_utf8_lossy(&npm.stderr)));
        }
        fs::write(&stamp, LOCK).unwrap();
    }
    // Only when it differs: another test may be about to start it.
    let server = home.join("server.mjs");
    if fs::read_to_string(&server).ok().as_deref() != Some(SERVER) {
        fs::write(&server, SERVER).unwrap();
    }
    Ok(home)
}
