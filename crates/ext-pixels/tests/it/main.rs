//! Tests of the crate's public face.

mod damaged;
mod jpeg;
mod read;
