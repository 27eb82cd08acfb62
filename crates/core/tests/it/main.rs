//! The core from the outside.

mod candidates;
mod common;
mod compat;
mod event_content;
mod events;
mod installation;
mod jobs;
mod permissions;
mod search;
mod undecided;
