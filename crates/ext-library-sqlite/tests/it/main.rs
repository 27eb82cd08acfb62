//! The library on disk: what each store has to do, and what is particular to this one.

mod conformance;
mod damage;
mod files;
mod import;
mod killed;
mod limits;
mod version_1;
mod versions;
