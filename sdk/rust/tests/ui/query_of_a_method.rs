//! Marks before what is no plain function.
use spacedrive_sdk::prelude::*;

#[query]
struct Words;

#[query("query:a.generic.v1")]
fn generic<T>(_: &SpacedriveClient, _: T) -> Result<u8> {
    Ok(1)
}

#[action("action:a.wild.input.v1")]
unsafe fn wild(_: &SpacedriveClient) -> Result<u8> {
    Ok(1)
}

struct State;

impl State {
    #[query("query:a.method.v1")]
    fn method(&self, _: &SpacedriveClient) -> Result<u8> {
        Ok(1)
    }
}

fn main() {}
