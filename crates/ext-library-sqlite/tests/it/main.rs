//! The library on disk: what each store has to do, and what is particular to this one.

mod backup;
mod backup_series;
mod bin;
mod changes;
mod clock;
mod commits;
mod common;
mod conformance;
mod damage;
mod deleted;
mod failing_io;
mod file_gone;
mod files;
mod filters;
mod full_disk;
mod import;
mod killed;
mod limits;
mod mended;
mod names;
mod read_only;
mod renamed;
mod seen;
mod version_1;
mod versions;
