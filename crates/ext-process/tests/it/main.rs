//! Frames, and workers that do what they should or what they must not do.
#![allow(missing_docs, reason = "tests")]

mod frame;
mod note;
mod worker;
