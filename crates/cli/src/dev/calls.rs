//! Calls of the extension in other processes, such as an import in another terminal.

use std::path::Path;

use ext_manifest::Manifest;
use spacedrive_core::{CallWatch, Core, RecordedCall};

use super::say;
use crate::output::cells;

/// The calls of the extension in a folder.
pub(super) struct Calls<'a> {
    folder: &'a Path,
    /// `None` when they cannot be watched, which was said.
    watch: Option<CallWatch>,
}

impl<'a> Calls<'a> {
    pub(super) fn watch(core: &Core, folder: &'a Path) -> Self {
        let watch = core.extensions().watch_calls();
        let watch = watch.inspect_err(|error| say(&format!("calls are not shown: {error}"))).ok();
        Self { folder, watch }
    }

    /// Shows the calls since the last time. Those of this process are in its log.
    pub(super) fn show(&mut self) {
        let Some(watch) = &mut self.watch else { return };
        let calls = match watch.next_calls() {
            Ok(calls) => calls,
            Err(error) => {
                say(&format!("calls are no longer shown: {error}"));
                self.watch = None;
                return;
            }
        };
        // The id is that of the sources as they are, while they can be read.
        let Ok(manifest) = Manifest::from_dir(self.folder) else { return };
        let here = std::process::id();
        let of_others =
            calls.iter().filter(|call| call.process != here && call.extension == manifest.id());
        of_others.for_each(|call| say(&line(call)));
    }
}

fn line(call: &RecordedCall) -> String {
    let RecordedCall { process, method, ms, code, sent_bytes, received_bytes, .. } = call;
    let direction = if call.is_outgoing { "calls" } else { "runs" };
    let (sent, received) = (cells::bytes(*sent_bytes as u64), cells::bytes(*received_bytes as u64));
    format!(
        "process {process} {direction} {method}: {code} in {ms:.1} ms, {sent} in, {received} out"
    )
}
