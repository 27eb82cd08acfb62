//! Log of the extension in the daemon, which runs it where there is one.

use std::path::Path;

use ext_rpc::{Client, LogPage, LogRecord};

use super::say;
use crate::daemon_client;

/// The records of an extension since the last time.
pub(super) struct Logs {
    /// `None` where this program runs the extension, whose log it is then.
    daemon: Option<Client>,
    /// Number of the last record that was shown.
    last: u64,
}

impl Logs {
    /// Begins with what is logged from now on.
    pub(super) fn follow(data_folder: &Path) -> anyhow::Result<Self> {
        let mut logs = Self { daemon: daemon_client::find(data_folder)?, last: u64::MAX };
        logs.last = logs.next(None).map_or(0, |page| page.last);
        Ok(logs)
    }

    pub(super) fn show(&mut self, extension: Option<&str>) {
        let Some(extension) = extension else { return };
        let Some(LogPage { records, last }) = self.next(Some(extension)) else { return };
        self.last = last;
        records.iter().for_each(|record| say(&line(record)));
    }

    fn next(&mut self, extension: Option<&str>) -> Option<LogPage> {
        let page = self.daemon.as_ref()?.logs(self.last, extension);
        let failed = |error| say(&format!("the log of the daemon is no longer shown: {error}"));
        let page = page.map_err(failed).ok();
        if page.is_none() {
            self.daemon = None;
        }
        page
    }
}

fn line(LogRecord { level, message, fields, .. }: &LogRecord) -> String {
    let fields = fields.iter().map(|(name, value)| format!(" {name}={value}"));
    format!("{} {message}{}", level.name(), fields.collect::<String>())
}
