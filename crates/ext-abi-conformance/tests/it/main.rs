//! The host of this workspace passes the suite, and the suite is whole.

mod ext_host;
mod suite;
