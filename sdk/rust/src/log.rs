//! Messages to the log of the host.
//!
//! ```
//! use spacedrive_sdk::log;
//!
//! let words = 3;
//! log::info!("counted {words} words");
//! ```
//!
//! In a guest they reach the host; a host cuts messages above
//! [`ext_abi::limits::MAX_LOG_BYTES`] and bounds how many it keeps. In a native test they go to
//! standard error and to [`crate::testing::FakeHost::logs`].

use std::fmt;

pub use ext_abi::LogLevel;

pub use crate::{debug, error, info, warn};

/// Writes a message; the macros of this module are shorter.
pub fn write(level: LogLevel, message: fmt::Arguments<'_>) {
    match message.as_str() {
        Some(text) => sink::write(level, text),
        None => sink::write(level, &message.to_string()),
    }
}

#[cfg(target_arch = "wasm32")]
use crate::imports as sink;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native as sink;

/// Log of a native test.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod native {
    use std::{cell::RefCell, rc::Rc};

    use super::LogLevel;

    /// Messages in the order in which they were written.
    pub(crate) type Lines = Rc<RefCell<Vec<(LogLevel, String)>>>;

    thread_local! {
        static LINES: RefCell<Lines> = RefCell::default();
    }

    /// Keeps the messages of this thread in `lines` from now on.
    pub(crate) fn keep_in(lines: &Lines) {
        LINES.replace(Rc::clone(lines));
    }

    pub(super) fn write(level: LogLevel, message: &str) {
        eprintln!("{level:?}: {message}");
        LINES.with_borrow(|lines| lines.borrow_mut().push((level, message.to_owned())));
    }
}

/// Logs at [`LogLevel::Debug`], for the author of the extension; arguments as for `format!`.
#[macro_export]
macro_rules! debug {
    ($($message:tt)+) => {
        $crate::log::write($crate::log::LogLevel::Debug, ::core::format_args!($($message)+))
    };
}

/// Logs at [`LogLevel::Info`]: what happened; arguments as for `format!`.
#[macro_export]
macro_rules! info {
    ($($message:tt)+) => {
        $crate::log::write($crate::log::LogLevel::Info, ::core::format_args!($($message)+))
    };
}

/// Logs at [`LogLevel::Warn`]: something is off, the work goes on; arguments as for `format!`.
#[macro_export]
macro_rules! warn {
    ($($message:tt)+) => {
        $crate::log::write($crate::log::LogLevel::Warn, ::core::format_args!($($message)+))
    };
}

/// Logs at [`LogLevel::Error`]: work was not done; arguments as for `format!`.
#[macro_export]
macro_rules! error {
    ($($message:tt)+) => {
        $crate::log::write($crate::log::LogLevel::Error, ::core::format_args!($($message)+))
    };
}
