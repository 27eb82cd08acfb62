//! The log, on stderr, without tearing the progress bar.

use std::io::{self, IsTerminal, Write};

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::progress;

/// What is logged is chosen by `SPACEDRIVE_LOG` (as in the crate `env_logger`), else by `-v`. What
/// extensions log (`ext_manager`) is hidden by default: what failed is in the command's answer.
/// For `ext dev` that is the point: all of it, with the time of each call.
pub(crate) fn start(verbose: u8, dev: bool) {
    let default = match verbose {
        _ if dev => "warn,ext_manager=trace",
        0 => "warn,ext_manager=off",
        1 => "warn,ext_manager=info",
        _ => "info,ext_manager=debug",
    };
    let filter =
        EnvFilter::try_from_env("SPACEDRIVE_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(Stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .without_time()
        .init();
}

struct Stderr;

impl Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        progress::suspend(|| io::stderr().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl MakeWriter<'_> for Stderr {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}
