//! Instances in processes from the outside.

mod common;
mod death;
mod instance;
mod prop_frame;
