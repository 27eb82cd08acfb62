//! The core from the outside.

mod c_guest;
mod candidates;
mod chained_events;
mod common;
mod compat;
mod copy_jobs;
mod core_job_rights;
mod core_jobs;
mod core_jobs_all;
mod data_files;
mod demo;
mod event_content;
mod events;
mod flushed;
mod import_places;
mod installation;
mod jobs;
mod management;
mod permissions;
mod policies;
mod schedules;
mod search;
mod settings;
mod undecided;
