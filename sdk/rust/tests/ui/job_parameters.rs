//! A job without its running job, and one with a checkpoint that is no JSON.
use spacedrive_sdk::prelude::*;

struct Place;

#[job("action:a.scan.input.v1")]
fn bare(_: &SpacedriveClient) -> Result<()> {
    Ok(())
}

#[job("action:a.walk.input.v1")]
fn walk(_: &SpacedriveClient, _: RunningJob<Place>) -> Result<()> {
    Ok(())
}

fn main() {}
