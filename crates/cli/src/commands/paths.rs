//! `spacedrive paths`.

use std::path::Path;

use crate::{args::Output, output, places::Places};

pub(crate) fn run(places: &Places, output: Output) -> anyhow::Result<()> {
    output::print(output, places, |places| {
        let row = |(name, path): (&'static str, &Path)| {
            let missing = if path.exists() { "" } else { " (not there yet)" };
            (name, format!("{}{missing}", path.display()))
        };
        output::fields(&places.rows().into_iter().map(row).collect::<Vec<_>>())
    })
}
