//! Marks that take no arguments, or other parameters.
use spacedrive_sdk::prelude::*;

#[init("now")]
fn start(_: &SpacedriveClient) -> Result<()> {
    Ok(())
}

#[restore]
fn restore(_: &SpacedriveClient) -> Result<()> {
    Ok(())
}

fn main() {}
