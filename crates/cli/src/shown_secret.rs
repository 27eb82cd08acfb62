//! Secrets as lists show them: without the secret itself, with advice.

use ext_wire::ops::{
    credentials::CredentialInfo,
    secret_store::{KeptSecret, SecretState},
};
use serde::Serialize;
use uuid::Uuid;

#[derive(Serialize)]
pub(crate) struct ShownSecret {
    pub(crate) extension: String,
    pub(crate) library: Uuid,
    #[serde(flatten)]
    pub(crate) info: CredentialInfo,
    pub(crate) state: SecretState,
    /// The command that mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mend: Option<String>,
}

impl From<KeptSecret> for ShownSecret {
    fn from(secret: KeptSecret) -> Self {
        let mend = mend(&secret);
        let KeptSecret { extension, library_id, credential, state, .. } = secret;
        Self { extension, library: library_id, info: credential, state, mend }
    }
}

impl ShownSecret {
    pub(crate) fn is_login(&self) -> bool {
        self.info.kind == "oauth2"
    }

    /// Describes for people what to do; nothing when all is well.
    pub(crate) fn advice(&self) -> String {
        let mend = self.mend.as_deref().unwrap_or_default();
        match self.state {
            SecretState::Ready => String::new(),
            SecretState::SignInAgain => format!("sign in again: {mend}"),
            SecretState::SetAgain => format!("older than the last one, set it again: {mend}"),
            SecretState::Damaged => format!("damaged, remove it: {mend}"),
        }
    }
}

/// Names the command that mends a secret.
fn mend(secret: &KeptSecret) -> Option<String> {
    match secret.state {
        SecretState::Ready => None,
        SecretState::SignInAgain => Some(sign_in(secret)),
        SecretState::SetAgain => Some(command("secret set", secret)),
        SecretState::Damaged => Some(command("secret delete", secret)),
    }
}

fn sign_in(secret: &KeptSecret) -> String {
    let KeptSecret { extension, library_id, credential, provider, .. } = secret;
    let provider = provider.as_deref().unwrap_or("NAME");
    let name = match credential.name.as_str() {
        name if name == provider => String::new(),
        name => format!(" --name {name}"),
    };
    format!(
        "spacedrive auth login --extension {extension} --library {library_id} --provider \
         {provider}{name}"
    )
}

fn command(what: &str, secret: &KeptSecret) -> String {
    let KeptSecret { extension, library_id, credential, .. } = secret;
    let name = &credential.name;
    if extension.is_empty() {
        return format!("spacedrive {what} {name} --program");
    }
    format!("spacedrive {what} {name} --extension {extension} --library {library_id}")
}
