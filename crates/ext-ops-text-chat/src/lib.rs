//! Answers about texts from language models, by the protocols of OpenAI and Ollama.
//!
//! [`ChatModel`] implements [`TextModel`](ext_services::text_model::TextModel) over any server
//! that speaks one of them: a model on this machine, in the house, or with a company.
//!
//! ```
//! use std::{sync::Arc, time::Duration};
//! use ext_net::AddressPolicy;
//! use ext_services::text_model::{ProviderFault, TextModel, TextModelError, TextQuestion};
//! use ext_ops_http_hyper::HyperClient;
//! use ext_ops_text_chat::{ChatModel, Protocol, ChatServer};
//!
//! let client = HyperClient::new(AddressPolicy::for_server_of_the_user(), &[])?;
//! let server = ChatServer {
//!     protocol: Protocol::Ollama,
//!     base_url: "http://127.0.0.1:9".into(),
//!     model: "llama3.2".into(),
//!     timeout: Duration::from_secs(10),
//! };
//! let model = ChatModel::new(server, Arc::new(client), None)?;
//! assert_eq!(model.name(), "llama3.2 (ollama)");
//!
//! // Nothing listens there.
//! let question = TextQuestion::new("Total 3.20 EUR", "What is the total?", None);
//! let error = pollster::block_on(model.answer(question)).unwrap_err();
//! let TextModelError::Provider { fault, .. } = error else { panic!("{error}") };
//! assert_eq!(fault, ProviderFault::Unreachable);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - The text goes to the server as data between two marks that do not occur in it, after a system
//!   message that says so. Tools are never offered, whatever comes back is read as JSON and nothing
//!   else, and no call knows of another one. So a text can spoil its own answer and do nothing more.
//! - Temperature 0 and a fixed seed; the server gets the JSON Schema, with `null` allowed for every
//!   property. An answer that is not JSON or breaks the schema is sent back once, with the reason.
//! - The key comes from an [`ApiKeySource`] with each request, goes into one header, and is taken out of
//!   all that the server says.
//!
//! # Not in this crate
//!
//! Sockets and TLS (`ext-ops-http-*`), the policy for addresses (`ext-net`), storage of keys
//! (`ext-ops-credentials-*`), other protocols than these two.
#![forbid(unsafe_code)]

mod answer;
mod exchange;
mod model;
mod nullable;
mod prompt;
mod protocol;

pub use model::{ApiKeySource, ChatModel, ChatServer, ServerError};
pub use protocol::Protocol;
