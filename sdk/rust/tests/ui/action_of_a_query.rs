//! An action and a job by the method of a query.
use spacedrive_sdk::prelude::*;

#[action("query:a.b.v1")]
fn act(_: &SpacedriveClient) -> Result<()> {
    Ok(())
}

#[job("query:a.scan.v1")]
fn scan(_: &SpacedriveClient, _: RunningJob<u32>) -> Result<()> {
    Ok(())
}

fn main() {}
