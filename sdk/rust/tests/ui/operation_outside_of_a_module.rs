//! `#[operation]` belongs into a module with `#[extension]`.
use spacedrive_sdk::prelude::*;

#[operation("query:a.b.v1")]
fn answer(_: &SpacedriveClient) -> Result<u8> {
    Ok(1)
}

fn main() {}
