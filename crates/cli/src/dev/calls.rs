//! Calls of the extension in other processes, such as an import in another terminal.

use spacedrive_core::{CallWatch, Core, RecordedCall};

use super::say;
use crate::output::cells;

/// The calls of extensions, as far as they can be watched: else `None`, which was said.
pub(super) struct Calls(Option<CallWatch>);

impl Calls {
    pub(super) fn watch(core: &Core) -> Self {
        let watch = core.extensions().watch_calls();
        Self(watch.inspect_err(|error| say(&format!("calls are not shown: {error}"))).ok())
    }

    /// Shows the calls of one since the last time. Those of this process are in its log.
    pub(super) fn show(&mut self, extension: Option<&str>) {
        let Some(watch) = &mut self.0 else { return };
        let calls = match watch.next_calls() {
            Ok(calls) => calls,
            Err(error) => {
                say(&format!("calls are no longer shown: {error}"));
                self.0 = None;
                return;
            }
        };
        let here = std::process::id();
        let of_others = calls
            .iter()
            .filter(|call| call.process != here && extension == Some(call.extension.as_str()));
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
