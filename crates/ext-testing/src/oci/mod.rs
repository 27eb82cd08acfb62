//! Registries of the Open Container Initiative on loopback: one in this process, which the test can spoil,
//! and a real one.

mod docker;
mod http;
mod store;

use std::{
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    thread,
};

pub use docker::DockerRegistry;
pub use http::{Answer, Request};
pub use store::sha256;

use store::Store;

/// User that a registry with a login knows.
pub const USER: &str = "ada";
/// Password of [`USER`].
pub const PASSWORD: &str = "correct horse";
/// Token that the registry gives to [`USER`], and takes.
pub const TOKEN: &str = "token-of-the-registry";

/// The way in which a registry asks for a login.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Login {
    /// It asks for none.
    #[default]
    None,
    /// User and password with each request.
    Basic,
    /// A token, which there is at this origin; `None`: at the registry itself.
    Bearer(Option<String>),
}

/// Options of a registry.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The way in which it asks for a login.
    pub login: Login,
    /// True when it has no API for referrers, as registries before version 1.1 of the specification.
    pub is_old: bool,
}

/// Something that answers before the registry does.
type Spoiler = Box<dyn Fn(&Request, &mut dyn FnMut() -> Answer) -> Option<Answer> + Send>;

/// A registry in this process. It ends with the test's process.
#[derive(Clone)]
pub struct TestRegistry {
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    options: Options,
    store: Mutex<Store>,
    requests: Mutex<Vec<Request>>,
    spoiler: Mutex<Option<Spoiler>>,
}

impl TestRegistry {
    /// Starts a registry without a login that has an API for referrers.
    #[must_use]
    pub fn start() -> Self {
        Self::with(Options::default())
    }

    /// Starts a registry.
    ///
    /// # Panics
    /// Where there is no loopback.
    #[must_use]
    pub fn with(options: Options) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (store, requests, spoiler) = Default::default();
        let state = Arc::new(State { options, store, requests, spoiler });
        let server = Self { address, state };
        let answering = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answering = answering.clone();
                thread::spawn(move || http::serve(stream, |request| answering.answer(request)));
            }
        });
        server
    }

    /// Returns its name: host and port.
    #[must_use]
    pub fn name(&self) -> String {
        self.address.to_string()
    }

    /// Lets something answer before the registry does, which its second argument asks.
    ///
    /// # Panics
    /// After a panic in another one.
    pub fn spoil(
        &self,
        spoiler: impl Fn(&Request, &mut dyn FnMut() -> Answer) -> Option<Answer> + Send + 'static,
    ) {
        *self.state.spoiler.lock().unwrap() = Some(Box::new(spoiler));
    }

    /// Lets the registry answer by itself again.
    ///
    /// # Panics
    /// After a panic in what answered.
    pub fn mend(&self) {
        *self.state.spoiler.lock().unwrap() = None;
    }

    /// Returns the requests until now.
    ///
    /// # Panics
    /// After a panic in what answered.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.state.requests.lock().unwrap().clone()
    }

    /// Copies the state of one repository, as a backup would.
    ///
    /// # Panics
    /// After a panic in what answered.
    #[must_use]
    pub fn backup(&self) -> Backup {
        Backup(self.state.store.lock().unwrap().clone())
    }

    /// Puts a backup back.
    ///
    /// # Panics
    /// After a panic in what answered.
    pub fn restore(&self, backup: &Backup) {
        *self.state.store.lock().unwrap() = backup.0.clone();
    }

    fn answer(&self, request: Request) -> Answer {
        self.state.requests.lock().unwrap().push(request.clone());
        let mut own = || self.own_answer(&request);
        let spoiler = self.state.spoiler.lock().unwrap();
        let spoilt = spoiler.as_ref().and_then(|spoiler| spoiler(&request, &mut own));
        drop(spoiler);
        spoilt.unwrap_or_else(own)
    }

    fn own_answer(&self, request: &Request) -> Answer {
        if request.path == "/token" {
            return self.token(request);
        }
        if let Some(refusal) = self.refusal(request) {
            return refusal;
        }
        self.state.store.lock().unwrap().answer(request, self.state.options.is_old)
    }

    fn token(&self, request: &Request) -> Answer {
        match request.header("authorization") {
            Some(login) if login == basic() => {
                Answer::new(200).body(format!("{{\"token\":\"{TOKEN}\"}}").as_bytes())
            }
            _ => Answer::new(401),
        }
    }

    /// Refuses a request without the login.
    fn refusal(&self, request: &Request) -> Option<Answer> {
        let (needed, challenge) = match &self.state.options.login {
            Login::None => return None,
            Login::Basic => (basic(), "Basic realm=\"registry\"".to_owned()),
            Login::Bearer(origin) => {
                let own = format!("http://{}", self.address);
                let origin = origin.as_ref().unwrap_or(&own);
                let scope = "repository:acme/notes:pull,push";
                let challenge =
                    format!("Bearer realm=\"{origin}/token\",service=\"test\",scope=\"{scope}\"");
                (format!("Bearer {TOKEN}"), challenge)
            }
        };
        let is_in = request.header("authorization") == Some(needed.as_str());
        (!is_in).then(|| Answer::new(401).header("www-authenticate", &challenge))
    }
}

/// Everything that a registry held at one time.
#[derive(Clone)]
pub struct Backup(Store);

fn basic() -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    format!("Basic {}", STANDARD.encode(format!("{USER}:{PASSWORD}")))
}
