//! Work on a library: import, delivery of events, jobs, embedding.

mod core_jobs;
pub(crate) mod dead_letters;
pub(crate) mod delivery;
pub(crate) mod files;
pub(crate) mod import;
pub(crate) mod indexing;
pub(crate) mod jobs;
pub(crate) mod open;
mod places;
pub(crate) mod removed_files;
pub(crate) mod report;
mod retry;
pub(crate) mod rules;
mod seen_files;
mod settings_changed;
mod side_by_side;
