//! `spacedrive library`.

use ext_wire::ops::{
    NoInput,
    libraries::{Create, CreateLibraryInput, LibraryInfo, List},
};
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
            let libraries = core.call_typed::<List>(None, &NoInput {})?.libraries;
            output::print(output, &libraries, |libraries| table(libraries))
        }
    }
}

fn table(libraries: &[LibraryInfo]) -> String {
    let row = |library: &LibraryInfo| {
        vec![library.id.to_string(), library.name.clone(), library.path.clone()]
    };
    let rows = libraries.iter().map(row).collect();
    output::table(
        &["ID", "NAME", "FOLDER"],
        rows,
        "no library: make one with `spacedrive library create NAME`",
    )
}
