//! `#[extension]` before a function.
#[spacedrive_sdk::extension]
fn start() {}

fn main() {}
