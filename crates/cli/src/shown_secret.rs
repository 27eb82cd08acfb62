//! Secrets as lists show them: without the secret itself, with advice.

use ext_services::credentials::{CredentialError, CredentialVault, Owner};
use ext_wire::ops::credentials::{CredentialInfo, Secret};
use serde::Serialize;
use spacedrive_core::Core;
use uuid::Uuid;

/// State of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Ready,
    /// The provider does not accept the login any more.
    SignInAgain,
    /// The vault was put back: it may not be the newest.
    SetAgain,
    /// Another program changed it.
    Damaged,
}

#[derive(Serialize)]
pub(crate) struct ShownSecret {
    pub(crate) extension: String,
    pub(crate) library: Uuid,
    #[serde(flatten)]
    pub(crate) info: CredentialInfo,
    pub(crate) state: State,
    /// The command that mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mend: Option<String>,
}

impl ShownSecret {
    /// Lists the secrets of an extension in a library.
    pub(crate) fn of(core: &Core, owner: &Owner) -> Result<Vec<Self>, CredentialError> {
        let all = core.vault().list(owner)?;
        Ok(all.into_iter().map(|info| Self::new(core, owner, info)).collect())
    }

    fn new(core: &Core, owner: &Owner, info: CredentialInfo) -> Self {
        let state = match (info.kind.as_str(), info.needs_login) {
            ("damaged", _) => State::Damaged,
            ("oauth2", true) => State::SignInAgain,
            (_, true) => State::SetAgain,
            (_, false) => State::Ready,
        };
        let mend = match state {
            State::Ready => None,
            State::SignInAgain => Some(sign_in(core, owner, &info.name)),
            State::SetAgain => Some(command("secret set", owner, &info.name)),
            State::Damaged => Some(command("secret delete", owner, &info.name)),
        };
        Self { extension: owner.extension.clone(), library: owner.library, info, state, mend }
    }

    pub(crate) fn is_login(&self) -> bool {
        self.info.kind == "oauth2"
    }

    /// Describes for people what to do; nothing when all is well.
    pub(crate) fn advice(&self) -> String {
        let mend = self.mend.as_deref().unwrap_or_default();
        match self.state {
            State::Ready => String::new(),
            State::SignInAgain => format!("sign in again: {mend}"),
            State::SetAgain => format!("older than the last one, set it again: {mend}"),
            State::Damaged => format!("damaged, remove it: {mend}"),
        }
    }
}

fn sign_in(core: &Core, owner: &Owner, name: &str) -> String {
    let provider = core.vault().get(owner, name).ok().and_then(|(credential, _)| {
        let Secret::OAuth2(tokens) = &credential.secret else { return None };
        core.auth().provider_of(tokens).map(|(name, _)| name)
    });
    let provider = provider.unwrap_or_else(|| "NAME".to_owned());
    let Owner { extension, library } = owner;
    let name = if provider == name { String::new() } else { format!(" --name {name}") };
    format!(
        "spacedrive auth login --extension {extension} --library {library} --provider {provider}{name}"
    )
}

fn command(what: &str, owner: &Owner, name: &str) -> String {
    let Owner { extension, library } = owner;
    if extension.is_empty() {
        return format!("spacedrive {what} {name} --program");
    }
    format!("spacedrive {what} {name} --extension {extension} --library {library}")
}
