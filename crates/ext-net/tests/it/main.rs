//! Vetted URLs and addresses from the outside.

mod addresses;
mod prop_net;
mod urls;
