//! The client of registries from the outside, against one in this process and a real one.

mod attacks;
mod conformance;
mod login;
mod world;
