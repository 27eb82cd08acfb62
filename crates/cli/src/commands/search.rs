//! `spacedrive search`.

use anyhow::bail;
use ext_wire::ops::search::{Comparison, Entries, Filter, SearchHit, SearchInput, SearchMode};
use serde_json::Value;
use spacedrive_core::Core;

use crate::{
    args::{Output, SearchArgs},
    failure::advice_on_model,
    names,
    output::{self, Column, cells},
};

pub(crate) fn run(core: &Core, args: &SearchArgs, output: Output) -> anyhow::Result<()> {
    let input = input(args)?;
    let library = names::chosen(core, &args.library)?;
    let found = core.call_typed::<Entries>(Some(library), &input)?;
    if let Some(reason) = &found.words_only {
        eprintln!("searched by words alone: {}", output::message(reason));
        advise_on_model(reason);
    }
    if found.pending > 0 {
        eprintln!("{} entries are searched by words alone until the next import", found.pending);
    }
    output::print(output, &found.hits, |hits| table(hits))
}

fn input(args: &SearchArgs) -> anyhow::Result<SearchInput> {
    let mode = if args.words_only { SearchMode::Text } else { SearchMode::Hybrid };
    let filters = args.filters.iter().map(|filter| parse(filter)).collect::<Result<_, _>>()?;
    Ok(SearchInput { filters, mode, limit: args.limit, ..SearchInput::new(args.words.join(" ")) })
}

/// Reads `amount>50`; what looks like a number is one.
fn parse(text: &str) -> anyhow::Result<Filter> {
    let found = Comparison::ALL.into_iter().filter_map(|op| Some((text.find(op.sign())?, op)));
    // The first sign counts, and of two that begin there the longer one, which stands first.
    let Some((at, op)) = found.min_by_key(|(at, _)| *at) else {
        bail!("`{text}` is not a valid condition: write KEY=VALUE, with one of = != < <= > >=")
    };
    let (key, rest) = text.split_at(at);
    let value = rest.strip_prefix(op.sign()).unwrap_or(rest).trim();
    if value.starts_with(['=', '<', '>', '!']) || key.trim().is_empty() {
        bail!("`{text}` is not a valid condition: write KEY=VALUE, with one of = != < <= > >= once")
    }
    let number = serde_json::from_str::<serde_json::Number>(value).map(Value::Number);
    let value = number.unwrap_or_else(|_| Value::String(value.to_owned()));
    Ok(Filter { key: key.trim().to_owned(), op, value })
}

/// Prints the command that fetches a missing model, which a library does not know.
pub(super) fn advise_on_model(reason: &str) {
    if let Some(advice) = advice_on_model(reason) {
        eprintln!("{advice}");
    }
}

fn table(hits: &[SearchHit]) -> String {
    let ids = cells::short_ids(&hits.iter().map(|hit| hit.entry.id).collect::<Vec<_>>());
    let row = |(hit, id): (&SearchHit, String)| {
        let snippet = hit.snippet.split_whitespace().collect::<Vec<_>>().join(" ");
        vec![hit.entry.path.clone(), snippet, id]
    };
    let columns = [Column::text("PATH"), Column::text("FOUND"), Column::whole("ID")];
    output::table(&columns, hits.iter().zip(ids).map(row).collect(), "nothing found")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_are_read() {
        for (text, key, op, value) in [
            ("amount>50", "amount", Comparison::Greater, json!(50)),
            ("amount >= 50.5", "amount", Comparison::AtLeast, json!(50.5)),
            ("date<2026-10-01", "date", Comparison::Less, json!("2026-10-01")),
            ("vendor!=A=B", "vendor", Comparison::NotEqual, json!("A=B")),
            ("vendor=", "vendor", Comparison::Equal, json!("")),
        ] {
            let filter = parse(text).unwrap();
            assert_eq!((filter.key.as_str(), filter.op, filter.value), (key, op, value), "{text}");
        }
        for text in ["amount", "amount>>5", "amount==5", "amount=>5", "a<>b", ">5", " =x"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
