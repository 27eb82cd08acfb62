//! A real Dovecot on loopback, with mailboxes of its own.

use std::{
    env, fs,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use tempfile::TempDir;

/// Its name, for which its certificate is.
pub const HOST: &str = "imap.localhost";
/// User that has a mailbox, and the password.
pub const USER: &str = "ada";
/// Password of [`USER`].
pub const PASSWORD: &str = "correct horse";

/// The server. It ends with this value.
pub struct Dovecot {
    child: Child,
    folder: TempDir,
    /// Socket on which it listens.
    pub address: SocketAddr,
    /// Socket on which it listens without TLS, and takes no login before `STARTTLS`.
    pub plain_address: SocketAddr,
    /// Its certificate, in DER.
    pub certificate: Vec<u8>,
}

/// Accounts that the server's processes run as.
struct Account {
    server: String,
    /// Owner of the mailboxes: Dovecot never works for root.
    mail: (u32, u32),
}

impl Dovecot {
    /// Starts the server. Tokens are checked at `tokens`, an address that answers requests with a
    /// bearer token by `{"subject": USER}`. `None`, loudly, where there is no Dovecot.
    pub fn start(tokens: &str) -> Option<Self> {
        let required = env::var_os("SPACEDRIVE_REQUIRE_DOVECOT").is_some();
        let Some(program) = program() else {
            assert!(!required, "no dovecot");
            eprintln!("SKIPPED: no dovecot: install the Debian package dovecot-imapd");
            return None;
        };
        Some(Self::run(&program, tokens))
    }

    fn run(program: &Path, tokens: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Other users of the server's processes have to come through.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let made = rcgen::generate_simple_self_signed(vec![HOST.to_owned()]).unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("cert.pem", &pem("CERTIFICATE", made.cert.der()));
        write("key.pem", &pem("PRIVATE KEY", &made.signing_key.serialize_der()));
        write("users", &format!("{USER}:{{PLAIN}}{PASSWORD}\n"));
        write("oauth2.conf", &oauth2(tokens));
        let (port, plain_port) = (free_port(), free_port());
        let account = account(folder.path());
        write("dovecot.conf", &config(folder.path(), [port, plain_port], &account));
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let child = Command::new(program)
            .arg("-F")
            .arg("-c")
            .arg(folder.path().join("dovecot.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let certificate = made.cert.der().to_vec();
        let plain_address = SocketAddr::from((Ipv4Addr::LOCALHOST, plain_port));
        let this = Self { child, folder, address, plain_address, certificate };
        this.wait();
        this
    }

    fn wait(&self) {
        let end = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(self.address).is_err() {
            assert!(Instant::now() < end, "dovecot does not start: {}", self.log());
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Returns its address, as accounts name it.
    pub fn server(&self) -> String {
        format!("imaps://{HOST}:{}", self.address.port())
    }

    /// Returns its address without TLS from the start, as accounts name it.
    pub fn plain_server(&self) -> String {
        format!("imap://{HOST}:{}", self.plain_address.port())
    }

    /// Returns the path of its certificate.
    pub fn certificate_file(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// Returns what the server wrote down.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Puts a message into a folder as if it had come just now; `""` is the inbox.
    pub fn deliver(&self, folder: &str, name: &str, mail: &[u8]) {
        let home = self.folder.path().join("mail");
        let owner = fs::metadata(&home).unwrap();
        let maildir = home.join("Maildir");
        let new = match folder {
            "" => maildir,
            folder => maildir.join(format!(".{folder}")),
        };
        for place in [new.join("new"), new.join("cur"), new.join("tmp")] {
            fs::create_dir_all(&place).unwrap();
        }
        let (written, file) = (new.join("tmp").join(name), new.join("new").join(name));
        fs::write(&written, mail).unwrap();
        chown_all(&home, owner.uid(), owner.gid());
        fs::rename(&written, &file).unwrap();
    }

    /// Forgets which numbers messages have: the folder gets another validity.
    pub fn renumber(&self) {
        for entry in fs::read_dir(self.folder.path().join("mail/Maildir")).unwrap().flatten() {
            if entry.file_name().to_string_lossy().starts_with("dovecot") {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Returns the flags of the inbox's messages, as Maildir has them in names: `S` is seen.
    pub fn flags(&self) -> Vec<String> {
        let files = ["new", "cur"].into_iter().flat_map(|place| {
            fs::read_dir(self.folder.path().join("mail/Maildir").join(place)).unwrap().flatten()
        });
        files
            .map(|file| file.file_name().to_string_lossy().into_owned())
            .map(|name| {
                name.split_once(":2,").map_or_else(String::new, |(_, flags)| flags.to_owned())
            })
            .collect()
    }
}

impl Drop for Dovecot {
    /// Asks the master to end: it ends its children then, not when it is killed.
    fn drop(&mut self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let end = Instant::now() + Duration::from_secs(5);
        while Instant::now() < end && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Option<PathBuf> {
    let paths = env::var_os("PATH").unwrap_or_default();
    let usual = [PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")];
    let mut folders = env::split_paths(&paths).chain(usual);
    folders.find_map(|folder| Some(folder.join("dovecot")).filter(|path| path.is_file()))
}

fn pem(kind: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", lines.join("\n"))
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn account(folder: &Path) -> Account {
    let mail = folder.join("mail");
    fs::create_dir(&mail).unwrap();
    let own = fs::metadata(folder).unwrap();
    if own.uid() != 0 {
        let name = Command::new("id").arg("-un").output().unwrap().stdout;
        let server = String::from_utf8(name).unwrap().trim().to_owned();
        return Account { server, mail: (own.uid(), own.gid()) };
    }
    let nobody = (65_534, 65_534);
    chown(&mail, Some(nobody.0), Some(nobody.1)).unwrap();
    Account { server: "nobody".to_owned(), mail: nobody }
}

fn chown_all(path: &Path, uid: u32, gid: u32) {
    chown(path, Some(uid), Some(gid)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap().flatten() {
            chown_all(&entry.path(), uid, gid);
        }
    }
}

fn oauth2(tokens: &str) -> String {
    format!(
        "introspection_url = {tokens}\nintrospection_mode = auth\nusername_attribute = subject\n\
         timeout_msecs = 5000\n"
    )
}

fn config(folder: &Path, [port, plain_port]: [u16; 2], account: &Account) -> String {
    let (at, user) = (folder.display(), &account.server);
    let (uid, gid) = account.mail;
    let group = Command::new("id").args(["-gn", user]).output().unwrap().stdout;
    let group = String::from_utf8(group).unwrap();
    let group = group.trim();
    format!(
        r"
protocols = imap
listen = 127.0.0.1
base_dir = {at}/run
state_dir = {at}/state
log_path = {at}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
ssl = required
ssl_cert = <{at}/cert.pem
ssl_key = <{at}/key.pem
auth_mechanisms = plain xoauth2
auth_failure_delay = 0
mail_location = maildir:~/Maildir
passdb {{
  driver = passwd-file
  mechanisms = plain
  args = {at}/users
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {at}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={at}/mail
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain_port}
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"
    )
}
