//! The database of a library. Each function of the modules works inside one transaction, which
//! [`SqliteStore`] begins and ends.

pub(super) mod bin;
pub(super) mod changes;
pub(super) mod contents;
mod doubt;
pub(super) mod entries;
mod entry_row;
pub(super) mod event_log;
pub(super) mod events;
pub(super) mod file_gone;
mod filter;
pub(super) mod forget;
mod imported;
pub(super) mod jobs;
mod outbox;
mod passages;
mod patience;
mod quota;
mod read_only;
mod removals;
pub(super) mod renamed;
pub(super) mod roots;
mod schema;
pub(super) mod search;
pub(super) mod seen;
pub(super) mod sidecars;
mod spellings;
mod store;
pub(super) mod texts;
pub(super) mod users;
mod values;
pub(super) mod vectors;
pub(super) mod versions;
mod writer;

pub(super) use imported::{FILE, Homes, homes, may_import_over, source_of};
pub(super) use schema::{create, read_info};
pub(super) use store::{SqliteStore, all_references, cancel_jobs_of_copy};
pub(super) use values::{not_yet, now};
