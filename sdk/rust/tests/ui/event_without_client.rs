//! Handlers with too few, too many and swapped parameters.
use spacedrive_sdk::prelude::*;

#[on_event("entry.created")]
fn few(_: Event) -> Result<()> {
    Ok(())
}

#[on_event("entry.created")]
fn many(_: &SpacedriveClient, _: Event, _: u8) -> Result<()> {
    Ok(())
}

#[on_event("entry.created")]
fn swapped(_: Event, _: &SpacedriveClient) -> Result<()> {
    Ok(())
}

fn main() {}
