//! `spacedrive search`.

mod hits;
mod query;
mod unread;

use anyhow::bail;
use ext_wire::ops::search::{Entries, SearchHit, SearchInput, SearchMode, SearchOutput};
use ext_wire::text::counted;
use spacedrive_core::Core;
use uuid::Uuid;

use crate::{
    advice,
    args::{Output, SearchArgs},
    names, opener, output,
};
use query::Query;

pub(crate) fn run(core: &Core, args: &SearchArgs, output: Output) -> anyhow::Result<()> {
    if args.unread {
        return unread::list(core, names::chosen(core, &args.library)?, args.limit, output);
    }
    let input = input(args)?;
    let library = names::chosen(core, &args.library)?;
    let found = core.call_typed::<Entries>(Some(library), &input)?;
    advise(&found, output);
    output::print(output, &found.hits, |found| hits::list(found))?;
    match args.open {
        Some(number) => open(core, library, &found.hits, number),
        None => Ok(()),
    }
}

fn open(core: &Core, library: Uuid, hits: &[SearchHit], number: u32) -> anyhow::Result<()> {
    let index = usize::try_from(number)?.saturating_sub(1);
    match hits.get(index) {
        Some(hit) => opener::open(core, library, &hit.entry),
        None => bail!("there is no hit {number} to open: {} were found", hits.len()),
    }
}

/// Says what the search could not look at.
fn advise(found: &SearchOutput, output: Output) {
    let SearchOutput { unread, pending, .. } = found;
    if let Some(reason) = &found.words_only {
        output::note(output, &format!("searched by words alone: {reason}"));
        advise_on_model(reason, output);
    }
    if *unread > 0 {
        let files = counted(*unread, "file", "files");
        let advice = "`spacedrive job run` reads what is left";
        output::note(output, &format!("the contents of {files} are not searched yet: {advice}"));
    }
    if *pending > 0 {
        let until = "until `spacedrive job run` or the next import";
        output::note(
            output,
            &format!(
                "{} searched by words alone {until}",
                counted(*pending, "text is", "texts are")
            ),
        );
    }
}

fn input(args: &SearchArgs) -> anyhow::Result<SearchInput> {
    let mode = match (args.exact, args.semantic) {
        (true, _) => SearchMode::Text,
        (_, true) => SearchMode::Meaning,
        _ => SearchMode::Hybrid,
    };
    let Query { words, entry_type, mut filters } = query::parse(&args.words)?;
    for condition in &args.filters {
        filters.push(query::condition(condition)?);
    }
    let (limit, places) = (args.limit, true);
    let words = SearchInput::new(words.join(" "));
    Ok(SearchInput { entry_type, filters, mode, limit, places, ..words })
}

/// Prints the command that fetches a missing model, which a library does not know.
pub(super) fn advise_on_model(reason: &str, output: Output) {
    if let Some(advice) = advice::on_model(reason) {
        output::note(output, &advice);
    }
}
