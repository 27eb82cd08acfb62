//! `#[operation]` belongs into a module with `#[extension]`.
use spacedrive_sdk::prelude::*;

#[operation("query:a.b.v1")]
fn answer(_: &SpacedriveClient) -> Result<u8> {
    Ok(1)
}

#[operation("action:a.b.input.v1")]
fn run(_: &SpacedriveClient) -> Result<u8> {
    Ok(1)
}

#[operation]
struct Nothing;

fn main() {}
