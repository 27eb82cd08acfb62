//! Logins that the user begins here and finishes in a browser on this machine.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use ext_ops_credentials_oauth2::{Login, Provider};
use ext_services::{
    credentials::{Credential, CredentialError, CredentialVault, check_name},
    secret_store::{SecretAdmin, SignInAdmin},
};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::{
        credentials::Secret,
        secret_store::{
            CancelSignInOutput, ListProvidersOutput, ProviderInfo, PutSecretInput, SecretRef,
            SignInInput, SignInOutput, SignInProgress, SignInRef, SignInStateOutput,
        },
    },
};
use parking_lot::Mutex;
use uuid::Uuid;

use super::{UserSecrets, failed};
use crate::auth::{AuthConfig, AuthError};

/// Time that a user has to sign in.
const PATIENCE: Duration = Duration::from_mins(5);

/// Time for which the state of a login is kept, from its beginning.
const KEPT: Duration = Duration::from_mins(15);

/// Most logins that wait at the same time: each has a thread and a port.
const MAX_WAITING: usize = 8;

/// The logins that were begun. Those that wait are cancelled with this value.
pub(crate) struct UserSignIns {
    secrets: Arc<UserSecrets>,
    begun: Mutex<Vec<Arc<SignIn>>>,
}

/// A login that was begun.
struct SignIn {
    id: Uuid,
    place: SecretRef,
    since: Instant,
    stop: AtomicBool,
    state: Mutex<SignInStateOutput>,
}

impl UserSignIns {
    pub(crate) const fn new(secrets: Arc<UserSecrets>) -> Self {
        Self { secrets, begun: Mutex::new(Vec::new()) }
    }

    /// Registers a login for a place, where no other one waits from then on.
    fn begin(&self, place: SecretRef) -> Result<Arc<SignIn>, ErrorBody> {
        let mut begun = self.begun.lock();
        begun.iter().filter(|other| other.place == place).for_each(|other| other.cancel());
        begun.retain(|other| other.since.elapsed() < KEPT);
        if begun.iter().filter(|other| other.waits()).count() >= MAX_WAITING {
            let message = format_args!("{MAX_WAITING} logins wait for their users already");
            return Err(ErrorBody::new(ErrorCode::Limit, message));
        }
        let login = Arc::new(SignIn::new(place));
        begun.push(Arc::clone(&login));
        Ok(login)
    }

    fn find(&self, id: Uuid) -> Result<Arc<SignIn>, ErrorBody> {
        let found = self.begun.lock().iter().find(|login| login.id == id).cloned();
        let missing = || ErrorBody::new(ErrorCode::NotFound, "no login with this id was begun");
        found.ok_or_else(missing)
    }
}

impl Drop for UserSignIns {
    fn drop(&mut self) {
        self.begun.get_mut().iter().for_each(|login| login.cancel());
    }
}

impl SignInAdmin for UserSignIns {
    fn providers(&self) -> Result<ListProvidersOutput, ErrorBody> {
        let auth = &self.secrets.auth;
        let providers = auth.names().into_iter().map(|name| describe(auth, name)).collect();
        Ok(ListProvidersOutput { providers })
    }

    fn sign_in(&self, input: SignInInput) -> Result<SignInOutput, ErrorBody> {
        let SignInInput { login: place, provider } = input;
        let provider = self.secrets.auth.provider(&provider).map_err(refused)?;
        self.secrets.check_place(&place)?;
        let login = self.begin(place)?;
        let (show, shown) = sync_channel(1);
        let (id, worker) = (login.id, Arc::clone(&login));
        let secrets = Arc::clone(&self.secrets);
        let work = move || worker.run(&secrets, &provider, &show);
        thread::Builder::new().name("sign-in".to_owned()).spawn(work).map_err(|error| {
            login.end(Err(error.to_string()));
            ErrorBody::new(ErrorCode::Io, error)
        })?;
        let url = shown.recv().map_err(|_| login.problem())?;
        Ok(SignInOutput { id, url, expires_in: PATIENCE.as_secs() })
    }

    fn state(&self, input: SignInRef) -> Result<SignInStateOutput, ErrorBody> {
        Ok(self.find(input.id)?.state.lock().clone())
    }

    fn cancel(&self, input: SignInRef) -> Result<CancelSignInOutput, ErrorBody> {
        let login = self.find(input.id)?;
        let cancelled = login.waits();
        login.cancel();
        Ok(CancelSignInOutput { cancelled })
    }
}

impl SignIn {
    fn new(place: SecretRef) -> Self {
        let state = SignInStateOutput {
            progress: SignInProgress::Waiting,
            problem: None,
            renewable: false,
        };
        Self {
            id: ext_services::new_id(),
            place,
            since: Instant::now(),
            stop: AtomicBool::new(false),
            state: Mutex::new(state),
        }
    }

    fn waits(&self) -> bool {
        self.state.lock().progress == SignInProgress::Waiting
    }

    /// Lets it end. What says so is its own thread, which may be done at this moment.
    fn cancel(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Waits for the user, and keeps the login. `show` gets the address of the page to open; without
    /// one it goes away when the login has ended.
    fn run(&self, secrets: &UserSecrets, provider: &Provider, show: &SyncSender<String>) {
        let until = self.since + PATIENCE;
        let login = Login { client: &*secrets.http, provider, until, stop: &self.stop };
        let signed_in = login.with_browser(|url| drop(show.send(url.to_owned())));
        let signed_in = signed_in.map_err(|error| error.to_string());
        self.end(signed_in.and_then(|credential| self.keep(secrets, credential)));
    }

    /// Keeps a login where it belongs, which is asked again: its extension may be gone by now.
    fn keep(&self, secrets: &UserSecrets, login: Credential) -> Result<bool, String> {
        let renewable = matches!(&login.secret, Secret::OAuth2(it) if it.refresh_token.is_some());
        let input = PutSecretInput::new(self.place.clone(), login.hosts, login.secret);
        secrets.put(input).map(|_| renewable).map_err(|error| error.error)
    }

    fn end(&self, outcome: Result<bool, String>) {
        let (progress, problem, renewable) = match outcome {
            Ok(renewable) => (SignInProgress::Done, None, renewable),
            Err(problem) => (SignInProgress::Failed, Some(problem), false),
        };
        *self.state.lock() = SignInStateOutput { progress, problem, renewable };
    }

    fn problem(&self) -> ErrorBody {
        let problem = self.state.lock().problem.clone();
        ErrorBody::new(ErrorCode::Io, problem.unwrap_or_else(|| "signing in failed".to_owned()))
    }
}

impl UserSecrets {
    /// Fails before the user signs in for nothing. A vault that was put back is accepted later.
    fn check_place(&self, place: &SecretRef) -> Result<(), ErrorBody> {
        check_name(&place.name).map_err(failed)?;
        match self.vault.list(&self.owner(place)?) {
            Ok(_) | Err(CredentialError::Rollback) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }
}

fn describe(auth: &AuthConfig, name: String) -> ProviderInfo {
    let (hosts, scopes, problem) = match auth.provider(&name) {
        Ok(provider) => (provider.hosts, provider.scopes, None),
        Err(error) => (Vec::new(), Vec::new(), Some(error.to_string())),
    };
    ProviderInfo { name, hosts, scopes, problem }
}

fn refused(error: AuthError) -> ErrorBody {
    ErrorBody::new(error.code(), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> SecretRef {
        SecretRef { name: name.to_owned(), ..SecretRef::default() }
    }

    #[test]
    fn the_state_of_a_login_tells_how_it_ended() {
        let login = SignIn::new(place("work"));
        assert!(login.waits());
        login.end(Err("the sign-in was cancelled".to_owned()));
        assert!(!login.waits());
        assert_eq!(login.problem().error, "the sign-in was cancelled");
        login.end(Ok(true));
        let state = login.state.lock().clone();
        assert_eq!(
            (state.progress, state.problem, state.renewable),
            (SignInProgress::Done, None, true)
        );
    }

    #[test]
    fn providers_without_a_client_say_what_is_missing() {
        let google = describe(&AuthConfig::default(), "google".to_owned());
        assert!(google.problem.is_some_and(|it| it.contains("client_id")));
    }
}
