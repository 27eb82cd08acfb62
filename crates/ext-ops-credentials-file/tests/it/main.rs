//! The vault from the outside.

mod prop_transfer;
mod vault;
