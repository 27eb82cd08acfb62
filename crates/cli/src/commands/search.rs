//! `spacedrive search`.

use ext_wire::ops::search::{Entries, SearchHit, SearchInput};
use spacedrive_core::Core;

use crate::{args::Output, names, output};

pub(crate) fn run(
    core: &Core,
    text: String,
    library: &str,
    limit: u32,
    output: Output,
) -> anyhow::Result<()> {
    let library = names::library(core, library)?;
    let input = SearchInput { limit, ..SearchInput::new(text) };
    let hits = core.call_typed::<Entries>(Some(library), &input)?.hits;
    output::print(output, &hits, |hits| table(hits))
}

fn table(hits: &[SearchHit]) -> String {
    let row = |hit: &SearchHit| {
        let snippet = hit.snippet.split_whitespace().collect::<Vec<_>>().join(" ");
        vec![hit.entry.id.to_string(), hit.entry.path.clone(), snippet]
    };
    output::table(&["ENTRY", "PATH", "FOUND"], hits.iter().map(row).collect(), "nothing found")
}
