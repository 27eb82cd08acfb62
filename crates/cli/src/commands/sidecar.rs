//! `spacedrive sidecar`.

use ext_wire::ops::vdfs::{EntryRef, ListSidecars, ReadSidecar, SidecarInfo, SidecarRef};
use spacedrive_core::Core;

use crate::{
    args::{Output, SidecarCommand},
    names, output,
};

pub(crate) fn run(core: &Core, command: SidecarCommand, output: Output) -> anyhow::Result<()> {
    match command {
        SidecarCommand::List { entry, library } => {
            let library = names::library(core, &library.library)?;
            let entry_id = names::entry(core, library, &entry)?;
            let sidecars =
                core.call_typed::<ListSidecars>(Some(library), &EntryRef { entry_id })?;
            output::print(output, &sidecars.sidecars, |sidecars| table(sidecars))
        }
        SidecarCommand::Get { entry, name, library } => {
            let library = names::library(core, &library.library)?;
            let entry_id = names::entry(core, library, &entry)?;
            let input = SidecarRef { entry_id, name };
            let sidecar = core.call_typed::<ReadSidecar>(Some(library), &input)?;
            match output {
                Output::Table => output::bytes(sidecar.data.as_bytes()),
                Output::Json => output::print(output, &sidecar, |_| String::new()),
            }
        }
    }
}

fn table(sidecars: &[SidecarInfo]) -> String {
    let row = |info: &SidecarInfo| {
        let by = info.written_by.clone().unwrap_or_else(|| "the user".into());
        vec![info.name.clone(), info.size.to_string(), by, info.updated_at.clone()]
    };
    let rows = sidecars.iter().map(row).collect();
    output::table(&["NAME", "BYTES", "BY", "WRITTEN"], rows, "no sidecar")
}
