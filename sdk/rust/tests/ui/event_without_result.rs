//! Handlers that cannot fail.
use spacedrive_sdk::prelude::*;

#[on_event("entry.created")]
fn created(_: &SpacedriveClient, _: Event) {}

#[on_event("entry.deleted")]
async fn deleted(_: &SpacedriveClient, _: Event) -> bool {
    true
}

#[init]
fn start(_: &SpacedriveClient) {}

#[query]
fn pair(_: &SpacedriveClient) -> (u8, u8) {
    (1, 2)
}

#[spacedrive_sdk::extension]
mod marked {
    use spacedrive_sdk::prelude::*;

    #[operation("query:a.b.v1")]
    fn words(_: &SpacedriveClient, _: NoInput) -> Vec<String> {
        Vec::new()
    }
}

fn main() {}
