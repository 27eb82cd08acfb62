//! `spacedrive sidecar`.

use ext_wire::ops::vdfs::{ListSidecars, ListSidecarsInput, ReadSidecar, SidecarInfo, SidecarRef};
use spacedrive_core::Core;
use uuid::Uuid;

use crate::{
    args::{Output, SidecarCommand},
    names,
    output::{self, Column, cells},
};

/// The advice on what is not for a terminal.
const ELSEWHERE: &str = "`spacedrive sidecar get … > FILE` writes it into a file";

pub(crate) fn run(core: &Core, command: SidecarCommand, output: Output) -> anyhow::Result<()> {
    match command {
        SidecarCommand::List { entry, library } => {
            let library = names::chosen(core, &library)?;
            let entry_id = names::entry(core, library, &entry)?;
            let sidecars = list(core, library, entry_id)?;
            output::print(output, &sidecars, |sidecars| table(sidecars))
        }
        SidecarCommand::Get { entry, name, library } => {
            let library = names::chosen(core, &library)?;
            let entry_id = names::entry(core, library, &entry)?;
            let input = SidecarRef { entry_id, name };
            let sidecar = core.call_typed::<ReadSidecar>(Some(library), &input)?;
            match output {
                Output::Table => output::stored(sidecar.data.as_bytes(), ELSEWHERE),
                Output::Json => output::print(output, &sidecar, |_| String::new()),
            }
        }
    }
}

pub(super) fn list(core: &Core, library: Uuid, entry_id: Uuid) -> anyhow::Result<Vec<SidecarInfo>> {
    let mut input = ListSidecarsInput { entry_id, after: None };
    let mut sidecars = Vec::new();
    loop {
        let page = core.call_typed::<ListSidecars>(Some(library), &input)?;
        sidecars.extend(page.sidecars);
        match page.next {
            Some(next) => input.after = Some(next),
            None => return Ok(sidecars),
        }
    }
}

fn table(sidecars: &[SidecarInfo]) -> String {
    let row = |info: &SidecarInfo| {
        let by = info.written_by.clone().unwrap_or_else(|| "the user".into());
        vec![info.name.clone(), cells::bytes(info.size), by, cells::time(&info.updated_at)]
    };
    let rows = sidecars.iter().map(row).collect();
    let columns = [
        Column::text("NAME"),
        Column::number("SIZE"),
        Column::text("BY"),
        Column::whole("WRITTEN"),
    ];
    output::table(&columns, rows, "no sidecar")
}
