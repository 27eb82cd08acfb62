//! Tests of the crate from outside.
mod containers;
mod mails;
mod prop_unpack;
