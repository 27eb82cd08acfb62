//! Progress bars, on a terminal only.

use std::{io, sync::LazyLock, time::Duration};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use spacedrive_core::WorkProgress;

static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// Runs `write` while no bar is in its way.
pub(crate) fn suspend<T>(write: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    BARS.suspend(write)
}

/// A line that describes the work, for as long as it lives.
pub(crate) struct Spinner(ProgressBar);

impl Spinner {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        let bar = BARS.add(ProgressBar::new_spinner().with_message(message.into()));
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }

    pub(crate) fn say(&self, message: &str) {
        self.0.set_message(message.to_owned());
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// The bar of a download.
pub(crate) struct DownloadBar(ProgressBar);

impl DownloadBar {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        let style = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        Self(BARS.add(ProgressBar::new(0).with_style(style).with_message(what.into())))
    }

    pub(crate) fn show(&self, done: u64, total: u64) {
        self.0.set_length(total);
        self.0.set_position(done);
    }
}

impl Drop for DownloadBar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// The bar of an import or a replay.
pub(crate) struct ImportBar {
    bar: ProgressBar,
}

impl ImportBar {
    pub(crate) fn new() -> Self {
        let style = ProgressStyle::with_template("{prefix:12} {bar:30} {pos}/{len} {wide_msg}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = BARS.add(ProgressBar::new(0).with_style(style));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar }
    }

    pub(crate) fn show(&self, progress: WorkProgress<'_>) {
        match progress {
            WorkProgress::Reading { done, total, path, .. } => {
                self.set("reading", done, total, &path);
            }
            WorkProgress::Loading { extension } => self.set(&extension, 0, 1, "loading …"),
            WorkProgress::Delivering { extension, done, total, path } => {
                self.set(&extension, done, total, &path);
            }
            WorkProgress::Indexing { done, total, path } => {
                self.set("indexing", done, total, &path)
            }
            WorkProgress::Copying { done, total } => self.set("copying", done, total, ""),
            WorkProgress::Checking { done, total } => self.set("checking", done, total, ""),
            WorkProgress::Embedding { done, total } => {
                self.set("indexing", done, total, "vectors for search");
            }
            WorkProgress::JobStarted { method, .. } => self.set("job", 0, 1, &method),
            WorkProgress::WaitingToDeliver | WorkProgress::WaitingToRunJobs => {
                self.set("waiting", 0, 1, "another program works on this library");
            }
            _ => {}
        }
    }

    /// Prints a line above the bar, on a terminal only.
    pub(crate) fn say(&self, line: &str) {
        self.bar.println(line);
    }

    fn set(&self, prefix: &str, done: u64, total: u64, message: &str) {
        self.bar.set_prefix(prefix.to_owned());
        self.bar.set_length(total);
        self.bar.set_position(done);
        self.bar.set_message(crate::output::printable(message));
    }
}

impl Drop for ImportBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
