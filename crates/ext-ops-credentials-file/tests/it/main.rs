//! The vault from the outside.

mod limits;
mod prop_transfer;
mod vault;
