//! A kind of event that no host has, and one without quotes.
use spacedrive_sdk::prelude::*;

#[on_event("entry.gone")]
fn gone(_: &SpacedriveClient, _: Event) -> Result<()> {
    Ok(())
}

#[on_event(created)]
fn created(_: &SpacedriveClient, _: Event) -> Result<()> {
    Ok(())
}

fn main() {}
