//! A real registry: Debian's `docker-registry`.

use std::{
    env, fs,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// The server. It ends with this value.
pub struct DockerRegistry {
    child: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl DockerRegistry {
    /// Starts the server. `None`, loudly, where there is no `docker-registry`.
    ///
    /// # Panics
    /// When it does not start, or is required and missing.
    #[must_use]
    pub fn start() -> Option<Self> {
        let Some(program) = program() else {
            let required = env::var_os("SPACEDRIVE_REQUIRE_REGISTRY").is_some();
            assert!(!required, "no docker-registry");
            eprintln!("SKIPPED: no registry: install the Debian package docker-registry");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let port =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let config = folder.path().join("config.yml");
        let store = folder.path().join("store");
        let text = format!(
            "version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {}\n\
             http:\n  addr: {address}\n",
            store.display()
        );
        fs::write(&config, text).unwrap();
        let child = Command::new(program)
            .arg("serve")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let this = Self { child, address, _folder: folder };
        this.wait();
        Some(this)
    }

    /// Returns its name: host and port.
    #[must_use]
    pub fn name(&self) -> String {
        self.address.to_string()
    }

    fn wait(&self) {
        let end = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(self.address).is_err() {
            assert!(Instant::now() < end, "docker-registry does not start");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for DockerRegistry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Option<PathBuf> {
    let paths = env::var_os("PATH").unwrap_or_default();
    let mut folders = env::split_paths(&paths);
    folders.find_map(|folder| Some(folder.join("docker-registry")).filter(|path| path.is_file()))
}
