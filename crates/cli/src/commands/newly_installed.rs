//! An extension right after its installation, and what waits for it.

use ext_wire::ops::{
    NoInput,
    extensions::{ExtensionInfo, ExtensionRef},
    libraries::{LibraryInfo, List},
    work::{CountWaiting, CountWaitingOutput},
};
use ext_wire::text::counted;
use serde::Serialize;
use spacedrive_core::Core;
use uuid::Uuid;

use crate::{external, output};

/// What an installation says.
#[derive(Serialize)]
pub(super) struct NewlyInstalled {
    #[serde(flatten)]
    info: ExtensionInfo,
    /// Commands that it brings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    commands: Vec<String>,
    /// Libraries with events that were there before the extension.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waiting: Vec<Waiting>,
    /// True if a library has to be named, because there are several.
    #[serde(skip)]
    names_library: bool,
}

/// Events of one library that wait for the extension.
#[derive(Serialize)]
struct Waiting {
    library_id: Uuid,
    library: String,
    events: u64,
}

impl NewlyInstalled {
    pub(super) fn new(core: &Core, info: ExtensionInfo) -> Self {
        // The extension is installed: what cannot be counted is no failure of that.
        let libraries = core.call_typed::<List>(None, &NoInput {});
        let libraries = libraries.map(|all| all.libraries).unwrap_or_default();
        let waiting = libraries.iter().filter_map(|library| waiting(core, library, &info.id));
        let waiting = waiting.collect();
        let commands = external::brought_by(core, &info.id);
        Self { commands, waiting, names_library: libraries.len() > 1, info }
    }

    pub(super) fn describe(&self) -> String {
        let ExtensionInfo { id, version, .. } = &self.info;
        let mut lines = vec![format!("installed {id} {version}")];
        let brings = |name| format!("it brings `spacedrive {name}`: --help shows what that does");
        lines.extend(self.commands.iter().map(brings));
        lines.extend(self.waiting.iter().map(|waiting| self.line(waiting)));
        output::lines(lines)
    }

    fn line(&self, Waiting { library_id, library, events }: &Waiting) -> String {
        let option = match self.names_library {
            true => format!(" --library {library_id}"),
            false => String::new(),
        };
        let events = counted(*events, "event waits", "events wait");
        let id = &self.info.id;
        format!("{events} in {library}: `spacedrive ext run {id}{option}` delivers what waits")
    }
}

fn waiting(core: &Core, library: &LibraryInfo, extension: &str) -> Option<Waiting> {
    let input = ExtensionRef { extension: extension.to_owned() };
    let CountWaitingOutput { events } =
        core.call_typed::<CountWaiting>(Some(library.id), &input).ok()?;
    let (library_id, library) = (library.id, library.name.clone());
    (events > 0).then_some(Waiting { library_id, library, events })
}
