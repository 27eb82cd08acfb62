//! The guest of `cargo xtask bench round_trip`: sends a document to the host as often as it is told,
//! each time with its own serialiser and parser.

use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

/// Document that is sent: the shape of the one that the benchmark of the host has.
#[derive(Serialize, Deserialize)]
pub struct Document {
    id: u64,
    items: Vec<Item>,
}

#[derive(Serialize, Deserialize)]
struct Item {
    name: String,
    amount: i64,
    done: bool,
}

/// Order to send a document, so many times.
#[derive(Deserialize)]
pub struct Work {
    calls: u32,
    document: Document,
}

/// Functions that the host calls.
#[spacedrive_sdk::extension]
pub mod bench {
    use super::*;

    #[operation("query:bench.round_trip.v1")]
    fn round_trip(client: &SpacedriveClient, work: Work) -> Result<usize> {
        let mut items = 0;
        for _ in 0..work.calls {
            let back: Document = client.call("query:bench.echo.v1", &work.document)?;
            items += back.items.len();
        }
        Ok(items)
    }
}
