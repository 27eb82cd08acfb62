//! The command line from the outside, and the engines behind real workers of it.

mod bad_input;
mod commands;
mod common;
mod damage;
mod deadline;
mod documents;
mod embedding;
mod guest_process;
mod import_names;
mod import_places;
mod installation;
mod isolation;
mod jobs_and_dev;
mod library_names;
mod login;
mod mailbox;
mod main_job;
mod network;
mod newcomer;
mod parts;
mod search;
mod secret_transfer;
mod secrets;
mod stopped_import;
mod text_model;
mod upgrade;
