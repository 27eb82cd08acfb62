//! Jobs: operations of extensions that run later.
//!
//! A job is a row in its library; whoever [runs](crate::Core::run_jobs) the jobs of a library claims
//! one after the other, checks anew whether its extension may still run it, and calls the operation.
//! One that ran when the program ended runs again, with its last checkpoint.

mod run;

pub use run::{JobReport, JobRun};
