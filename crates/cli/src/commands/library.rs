//! `spacedrive library`.

use ext_wire::ops::{
    NoInput,
    libraries::{
        Create, CreateLibraryInput, LibraryInfo, List, ListLibrariesOutput, UnreadableLibrary,
    },
};
use serde::Serialize;
use spacedrive_core::Core;

use crate::{
    args::{LibraryCommand, Output},
    output,
};

pub(crate) fn run(core: &Core, command: LibraryCommand, output: Output) -> anyhow::Result<()> {
    match command {
        LibraryCommand::Create { name } => {
            let library = core.call_typed::<Create>(None, &CreateLibraryInput { name })?;
            output::print(output, &library, |library| library.id.to_string())
        }
        LibraryCommand::List => {
            let all = core.call_typed::<List>(None, &NoInput {})?;
            output::print(output, &listed(&all), |_| table(&all))
        }
    }
}

/// A line of the list, for programs: one that cannot be read has a code instead of a name.
#[derive(Serialize)]
#[serde(untagged)]
enum Listed<'a> {
    Library(&'a LibraryInfo),
    Unreadable(&'a UnreadableLibrary),
}

fn listed(all: &ListLibrariesOutput) -> Vec<Listed<'_>> {
    let libraries = all.libraries.iter().map(Listed::Library);
    libraries.chain(all.unreadable.iter().map(Listed::Unreadable)).collect()
}

fn table(all: &ListLibrariesOutput) -> String {
    let row = |library: &LibraryInfo| {
        vec![library.id.to_string(), library.name.clone(), library.path.clone()]
    };
    let unreadable = |library: &UnreadableLibrary| {
        let name = format!("(cannot be read: {})", library.code);
        vec![library.id.to_string(), name, library.path.clone()]
    };
    let rows = all.libraries.iter().map(row).chain(all.unreadable.iter().map(unreadable));
    let none = "no library: make one with `spacedrive library create NAME`";
    let table = output::table(&["ID", "NAME", "FOLDER"], rows.collect(), none);
    let why = all.unreadable.iter().map(|it| format!("{}: {}", it.id, it.error));
    let why: Vec<String> = why.collect();
    if why.is_empty() { table } else { format!("{table}\n\n{}", output::lines(why)) }
}
