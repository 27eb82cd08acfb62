//! The library on disk: what each store has to do, and what is particular to this one.

mod conformance;
mod files;
mod import;
mod limits;
mod version_1;
