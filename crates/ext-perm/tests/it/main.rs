//! The permission engine from the outside.

mod allocation;
mod conformance;
mod engine;
mod prop_perm;
mod prop_rules;
mod reach;
mod rules;
