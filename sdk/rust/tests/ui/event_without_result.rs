//! A handler that cannot fail.
use spacedrive_sdk::prelude::*;

#[on_event("entry.created")]
fn created(_: &SpacedriveClient, _: Event) {}

fn main() {}
