//! The language models from the outside.

mod common;
mod llama_server;
mod protocol;
