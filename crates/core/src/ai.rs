//! Models for texts and embeddings: the section `[ai]` of `config.toml`.

use std::{path::Path, sync::Arc, time::Duration};

use ext_net::AddressPolicy;
use ext_ops_embed_rten::Precision;
use ext_ops_http_hyper::HyperClient;
use ext_ops_text_chat::{ApiKeySource, ChatModel, ChatServer, Protocol};
use ext_ops_text_extractive::ExtractiveModel;
use ext_services::{
    credentials::{CredentialError, CredentialVault, Owner},
    text_model::TextModel,
};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    config_file::{CONFIG_FILE, ConfigError},
    error::CoreError,
};

/// Default address of Ollama: this machine.
const OLLAMA: &str = "http://127.0.0.1:11434";

/// Longest timeout that can be configured for a text model, in seconds.
const MAX_TIMEOUT_SECONDS: u64 = 600;

/// The section `[ai]` of `config.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AiConfig {
    /// The model of `ai.classify_text`.
    pub text: TextConfig,
    /// The model of `ai.embed` and of search.
    pub embed: EmbedConfig,
}

/// The section `[ai.embed]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EmbedConfig {
    /// Precision of the weights.
    pub precision: EmbedPrecision,
}

/// Precision of the weights of the embedding model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmbedPrecision {
    /// Weights of 8 bits: small and quick.
    #[default]
    Int8,
    /// Weights of 32 bits, as the model was trained; its file has to be fetched by name.
    Float32,
}

impl EmbedPrecision {
    pub(crate) const fn of_engine(self) -> Precision {
        match self {
            Self::Int8 => Precision::Int8,
            Self::Float32 => Precision::Float32,
        }
    }
}

/// The section `[ai.text]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TextConfig {
    /// The provider of the model.
    pub provider: TextProvider,
    /// URL of the server; needed for `openai`, so that no text goes to a server unsaid.
    pub base_url: Option<String>,
    /// Name of the model; needed for every server.
    pub model: Option<String>,
    /// Name of the secret that holds the key: never the key itself.
    pub credential: Option<String>,
    /// Longest wait for an answer, 1 to 600 seconds.
    pub timeout_seconds: u64,
}

impl Default for TextConfig {
    fn default() -> Self {
        let provider = TextProvider::Extractive;
        Self { provider, base_url: None, model: None, credential: None, timeout_seconds: 120 }
    }
}

/// Provider of the model for texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextProvider {
    /// The built-in engine; no text leaves this program.
    #[default]
    Extractive,
    /// A server that speaks OpenAI's protocol.
    #[serde(rename = "openai")]
    OpenAi,
    /// A server that speaks Ollama's protocol.
    Ollama,
}

/// Returns the owner of the secrets of the program itself: no extension, and no library.
#[must_use]
pub fn program_secrets() -> Owner {
    Owner { extension: String::new(), library: Uuid::nil() }
}

/// Makes the model that is configured.
pub(crate) fn text_model(
    config: TextConfig,
    vault: Arc<dyn CredentialVault>,
    data_folder: &Path,
) -> Result<Arc<dyn TextModel>, CoreError> {
    let wrong = |problem: String| {
        let path = data_folder.join(CONFIG_FILE);
        CoreError::Config(ConfigError::Wrong { path, problem: format!("[ai.text]: {problem}") })
    };
    let Some(server) = server(&config).map_err(wrong)? else {
        return Ok(Arc::new(ExtractiveModel::new()));
    };
    let client = HyperClient::new(AddressPolicy::for_server_of_the_user(), &[]);
    let client = client.map_err(|source| CoreError::Io { path: data_folder.into(), source })?;
    let key = config.credential.map(|name| key(vault, name));
    let model = ChatModel::new(server, Arc::new(client), key);
    Ok(Arc::new(model.map_err(|error| wrong(error.to_string()))?))
}

/// Returns the server that is configured; `None` for the built-in engine.
fn server(config: &TextConfig) -> Result<Option<ChatServer>, String> {
    let (protocol, base_url) = match (config.provider, &config.base_url) {
        (TextProvider::Extractive, _) => return unused(config).map(|()| None),
        (TextProvider::OpenAi, None) => return Err("`openai` needs a `base_url`".into()),
        (TextProvider::OpenAi, Some(url)) => (Protocol::OpenAi, url.as_str()),
        (TextProvider::Ollama, url) => (Protocol::Ollama, url.as_deref().unwrap_or(OLLAMA)),
    };
    let model = config.model.clone().filter(|model| !model.is_empty());
    let model = model.ok_or_else(|| format!("`{}` needs a `model`", protocol.name()))?;
    if !(1..=MAX_TIMEOUT_SECONDS).contains(&config.timeout_seconds) {
        return Err(format!("`timeout_seconds` is 1 to {MAX_TIMEOUT_SECONDS}"));
    }
    let timeout = Duration::from_secs(config.timeout_seconds);
    Ok(Some(ChatServer { protocol, base_url: base_url.into(), model, timeout }))
}

/// Refuses a server without its provider: the user would think that it is asked.
fn unused(config: &TextConfig) -> Result<(), String> {
    match config.base_url.is_some() || config.model.is_some() || config.credential.is_some() {
        true => Err("`provider` is missing: `openai` or `ollama`".into()),
        false => Ok(()),
    }
}

fn key(vault: Arc<dyn CredentialVault>, name: String) -> ApiKeySource {
    Box::new(move || match vault.get(&program_secrets(), &name)?.0 {
        old if old.needs_login => Err(CredentialError::StoreAgain(name.clone())),
        credential => Ok(credential),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config_file::section;

    fn parsed(text: &str) -> Result<Option<ChatServer>, String> {
        let config: AiConfig = section(text, "ai").map_err(|error| error.to_string())?;
        server(&config.text)
    }

    #[test]
    fn without_a_section_the_built_in_engine_answers() {
        for text in ["", "[ai]", "[ai.text]", "[ai.text]\nprovider = \"extractive\""] {
            assert_eq!(parsed(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn a_server_is_what_is_written() {
        let text = "[ai.text]\nprovider = \"ollama\"\nmodel = \"llama3.2\"";
        let found = parsed(text).unwrap().unwrap();
        assert_eq!((found.protocol, found.base_url.as_str()), (Protocol::Ollama, OLLAMA));
        let text = "[ai.text]\nprovider = \"openai\"\nmodel = \"m\"\n\
                    base_url = \"https://api.example.com/v1\"\ntimeout_seconds = 5";
        let found = parsed(text).unwrap().unwrap();
        assert_eq!((found.protocol, found.timeout), (Protocol::OpenAi, Duration::from_secs(5)));
    }

    #[test]
    fn half_a_server_is_an_error_that_says_what_is_missing() {
        for (text, missing) in [
            ("provider = \"openai\"\nmodel = \"m\"", "base_url"),
            ("provider = \"ollama\"", "model"),
            ("model = \"m\"", "provider"),
            ("provider = \"ollama\"\nmodel = \"m\"\ntimeout_seconds = 0", "timeout_seconds"),
            ("provider = \"gemini\"", "unknown variant"),
            // The key itself has no place here.
            ("api_key = \"sk-1\"", "unknown field"),
        ] {
            let error = parsed(&format!("[ai.text]\n{text}")).unwrap_err();
            assert!(error.contains(missing), "{text}: {error}");
        }
    }
}
