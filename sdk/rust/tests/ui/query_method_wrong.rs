//! Methods outside the grammar, of the wrong kind, and several of them.
use spacedrive_sdk::prelude::*;

#[query("hello.greet.v1")]
fn kind(_: &SpacedriveClient) -> Result<u8> {
    Ok(1)
}

#[query("query:hello.greet")]
fn version(_: &SpacedriveClient) -> Result<u8> {
    Ok(1)
}

#[query("action:hello.greet.input.v1")]
fn action(_: &SpacedriveClient) -> Result<u8> {
    Ok(1)
}

#[query("query:a.b.v1", "query:a.c.v1")]
fn several(_: &SpacedriveClient) -> Result<u8> {
    Ok(1)
}

#[query(name = "query:a.b.v1")]
fn named(_: &SpacedriveClient) -> Result<u8> {
    Ok(1)
}

#[query]
fn Upper(_: &SpacedriveClient) -> Result<u8> {
    Ok(1)
}

fn main() {}
