//! `spacedrive`: the command line of the library and its extensions.
//!
//! Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 failed, 2 wrong
//! arguments, 3 an import that finished, with failures, 130 and 143 stopped.
#![allow(rustdoc::bare_urls, reason = "help texts show addresses as one types them")]
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::print_stdout, clippy::print_stderr))]

/// Tells a line on stderr.
macro_rules! tell {
    ($($text:tt)*) => {
        crate::output::tell(format_args!("{}\n", format_args!($($text)*)))
    };
}

mod advice;
mod args;
mod build;
mod commands;
mod consent;
mod content;
mod daemon_client;
mod dev;
mod external;
mod failure;
mod file_advice;
mod given_paths;
mod indented;
mod installation;
mod library_advice;
mod log;
mod log_tail;
mod names;
mod offered;
mod opener;
mod output;
#[cfg(test)]
mod pages;
mod places;
mod progress;
mod question;
mod registry_advice;
mod rolled_back;
mod scaffold;
mod shown_secret;
mod stop;

use std::process::ExitCode;

fn main() -> ExitCode {
    spacedrive_core::worker::run_if_requested();
    let cli = args::Cli::parse_or_exit();
    let output = cli.global.output;
    let _log = match log::start(&cli) {
        Ok(log) => log,
        Err(error) => return failure::report(&error, output),
    };
    if cli.global.no_pager {
        output::pager::turn_off();
    }
    if let Err(error) = stop::end_with_a_word(output) {
        tracing::debug!(%error, "a signal ends this program without a word");
    }
    match commands::run(cli) {
        Ok(code) => code,
        Err(_) if stop::is_ending() => stop::wait_for_the_end(),
        Err(error) => failure::report(&error, output),
    }
}
