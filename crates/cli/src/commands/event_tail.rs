//! `spacedrive event tail`.

use std::{sync::atomic::Ordering, time::Duration};

use ext_wire::ops::events::{ListEvents, ListEventsInput, LoggedEvent};
use spacedrive_core::Core;
use uuid::Uuid;

use crate::{
    args::{Output, TailArgs},
    names, output, stop,
};

/// Time between two looks.
const LOOK: Duration = Duration::from_millis(200);
/// Events of a look.
const PAGE: u32 = 200;

/// Prints the events of a library as they come, until Ctrl-C.
pub(crate) fn run(core: &Core, args: &TailArgs, output: Output) -> anyhow::Result<()> {
    let library = names::chosen(core, &args.library)?;
    let stop = stop::on_ctrl_c()?;
    let mut after = match args.since {
        Some(since) => since,
        None => look(core, library, args, None, 0)?.1,
    };
    while !stop.load(Ordering::Relaxed) {
        let (events, last) = look(core, library, args, Some(after), PAGE)?;
        for event in events.iter().filter(|event| fits(event, args)) {
            print(event, output)?;
        }
        let is_end = last == after;
        after = last;
        if is_end {
            if args.no_follow {
                break;
            }
            std::thread::sleep(LOOK);
        }
    }
    Ok(())
}

fn look(
    core: &Core,
    library: Uuid,
    args: &TailArgs,
    after: Option<u64>,
    limit: u32,
) -> anyhow::Result<(Vec<LoggedEvent>, u64)> {
    let kinds = Some(args.kinds.clone()).filter(|kinds| !kinds.is_empty());
    let input = ListEventsInput { after, kinds, under: args.under.clone(), limit: Some(limit) };
    let page = core.call_typed::<ListEvents>(Some(library), &input)?;
    Ok((page.events, page.last))
}

fn fits(event: &LoggedEvent, args: &TailArgs) -> bool {
    args.path.as_ref().is_none_or(|path| path.matches(&event.entry.path))
}

/// Prints an event on a line of its own, JSON as well.
fn print(event: &LoggedEvent, output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        return output::json(&serde_json::to_string(event)?);
    }
    let by = event.caused_by.as_ref().map(|id| format!("  by {id}")).unwrap_or_default();
    let path = output::printable(&event.entry.path);
    output::line(&format!("{:>8}  {:<16}  {path}{by}", event.id, event.kind))
}
