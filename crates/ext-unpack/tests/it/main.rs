//! Tests of the crate from outside.
mod containers;
mod prop_unpack;
