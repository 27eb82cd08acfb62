//! A module in which nothing is marked.
#[spacedrive_sdk::extension]
mod notes {
    pub fn start() {}
}

fn main() {}
