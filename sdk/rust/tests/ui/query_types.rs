//! Inputs and outputs that are no JSON, and a function that cannot fail.
use spacedrive_sdk::prelude::*;

struct Plain;

#[query("query:a.input.v1")]
fn input(_: &SpacedriveClient, _: Plain) -> Result<u8> {
    Ok(1)
}

#[query("query:a.output.v1")]
fn output(_: &SpacedriveClient) -> Result<Plain> {
    Ok(Plain)
}

#[query("query:a.infallible.v1")]
fn infallible(_: &SpacedriveClient) -> u8 {
    1
}

fn main() {}
