//! The model.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bytes::Bytes;
use ext_net::{UrlError, VettedUrl};
use ext_services::{
    credentials::{Credential, CredentialError, attach_static},
    http::{HttpClient, HttpRequest, HttpResponse},
    text_model::{
        AnswerFuture, ProviderFault, TextAnswer, TextModel, TextModelError, TextQuestion,
    },
};
use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::Value;
use thiserror::Error;

use crate::{
    answer, exchange, nullable,
    prompt::{self, Message},
    protocol::{Protocol, Said},
};

/// Most bytes of a server's answer.
const MAX_BODY_BYTES: u64 = 4 << 20;

/// Most answers of a model: one, and one more when the first was not valid.
const ATTEMPTS: usize = 2;

/// The pool of connections.
const POOL: &str = "ai.text";

/// Server with a language model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatServer {
    /// Protocol that it speaks.
    pub protocol: Protocol,
    /// URL before the path of the protocol: `https://api.example.com/v1` for OpenAI's,
    /// `http://127.0.0.1:11434` for Ollama's.
    pub base_url: String,
    /// The model's name there.
    pub model: String,
    /// Longest wait for one answer.
    pub timeout: Duration,
}

/// Error of a server that cannot be used.
#[derive(Debug, Error)]
pub enum ServerError {
    /// Its address is not a valid URL.
    #[error("`base_url`: {0}")]
    Url(#[from] UrlError),
    /// It has a query, which would end up in the middle.
    #[error("`base_url` must have no query")]
    Query,
}

/// Source of the key, which is asked for each request anew.
pub type ApiKeySource = Box<dyn Fn() -> Result<Credential, CredentialError> + Send + Sync>;

/// A language model on a server. It holds nothing between two questions.
pub struct ChatModel {
    server: ChatServer,
    url: VettedUrl,
    name: String,
    client: Arc<dyn HttpClient>,
    key: Option<ApiKeySource>,
}

impl ChatModel {
    /// Creates the model of `server`, asked through `client`.
    ///
    /// # Errors
    /// [`ServerError`] when its address is not one that the client may dial.
    pub fn new(
        server: ChatServer,
        client: Arc<dyn HttpClient>,
        key: Option<ApiKeySource>,
    ) -> Result<Self, ServerError> {
        if server.base_url.contains(['?', '#']) {
            return Err(ServerError::Query);
        }
        let url = format!("{}{}", server.base_url.trim_end_matches('/'), server.protocol.path());
        // The user named this server.
        let url = VettedUrl::vet(&url, client.addresses(), |_, _, _| true)?;
        let name = format!("{} ({})", server.model, server.protocol.name());
        Ok(Self { server, url, name, client, key })
    }

    async fn ask(&self, question: TextQuestion<'_>) -> Result<TextAnswer, TextModelError> {
        let schema = question.schema.map_or_else(nullable::free, nullable::object);
        let mut messages = prompt::first(question);
        let (mut tokens, mut reason) = (0_u64, String::new());
        for _ in 0..ATTEMPTS {
            let said = self.say(&messages, &schema).await;
            let said = said.map_err(|error| exchange::counted(error, tokens))?;
            tokens = tokens.saturating_add(said.tokens);
            match answer::read(&said, question) {
                Ok(value) => {
                    let (evidence, tokens) = (BTreeMap::new(), Some(tokens));
                    return Ok(TextAnswer { value, evidence, tokens });
                }
                Err(problem) => {
                    messages.extend(prompt::again(&said.text, &problem));
                    reason = problem;
                }
            }
        }
        Err(TextModelError::Answer { reason, tokens })
    }

    async fn say(&self, messages: &[Message], schema: &Value) -> Result<Said, TextModelError> {
        let body = self.server.protocol.request(&self.server.model, messages, schema);
        let response = self.send(body.to_string().into()).await?;
        exchange::check(&response)?;
        let unreadable =
            |why| exchange::provider(ProviderFault::Failed, format!("the answer {why}"));
        self.server.protocol.said(&response.body).map_err(unreadable)
    }

    async fn send(&self, body: Bytes) -> Result<HttpResponse, TextModelError> {
        let json = HeaderValue::from_static("application/json");
        let headers = [(header::CONTENT_TYPE, json.clone()), (header::ACCEPT, json)];
        let mut request = HttpRequest {
            url: self.url.clone(),
            method: Method::POST,
            headers: HeaderMap::from_iter(headers),
            body,
            pool: POOL.into(),
            deadline: exchange::deadline(self.server.timeout),
            max_body_bytes: MAX_BODY_BYTES,
            scrubber: Arc::default(),
            received: Default::default(),
        };
        self.add_key(&mut request)?;
        self.client.send(request).await.map_err(exchange::failed)
    }

    fn add_key(&self, request: &mut HttpRequest) -> Result<(), TextModelError> {
        let no_key = |error| exchange::provider(ProviderFault::Key, error);
        let Some(key) = &self.key else { return Ok(()) };
        let credential = key().map_err(no_key)?;
        if !credential.is_for(&self.url) {
            let why = format!("the secret was not kept for {}", self.url.host());
            return Err(no_key(CredentialError::Invalid(why)));
        }
        attach_static(request, &credential.secret).map_err(no_key)
    }
}

impl TextModel for ChatModel {
    fn name(&self) -> &str {
        &self.name
    }

    fn answer<'a>(&'a self, question: TextQuestion<'a>) -> AnswerFuture<'a> {
        Box::pin(self.ask(question))
    }
}

impl std::fmt::Debug for ChatModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChatModel").field("server", &self.server).finish_non_exhaustive()
    }
}
