//! The manager from the outside.

mod common;
mod hostile;
mod lifecycle;
mod limits;
mod logging;
mod manager;
mod processes;
mod prop_lifecycle;
mod prop_manager;
mod reload;
mod wasi;
