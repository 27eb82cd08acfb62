//! A view that answers something else, and one with an argument that there is not.
use spacedrive_sdk::prelude::*;

#[view("query:a.all.v1", title = "All")]
fn all(_: &SpacedriveClient) -> Result<String> {
    Ok(String::new())
}

#[view("query:a.some.v1", titel = "Some")]
fn some(_: &SpacedriveClient) -> Result<spacedrive_sdk::view::View> {
    Ok(spacedrive_sdk::view::View::new())
}

fn main() {}
