//! The functions besides the ABI that a module may import, and whoever defines them.

use std::{sync::Arc, time::Duration};

use wasmer::{Imports, RuntimeError, Store};

use crate::{Fault, clock::CallClock, fault::timeout_fault, wasi_names::WASI_MODULE};

/// The functions of WASI that a module may import, each variant with more than those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum WasiWorld {
    /// No functions.
    #[default]
    None,
    /// The functions of `ext-host-wasi`, behind which there are no files, no network, no environment
    /// and no arguments.
    Minimal,
    /// Files as well, defined by a [`World`].
    Files,
    /// The same for a program with a `main` of its own, which runs once and asks for its calls.
    Command,
}

/// A definition of what a module imports besides the ABI.
pub trait World {
    /// Defines the functions that the module imports; called once, before the instance is made.
    ///
    /// # Errors
    /// A [`Fault`], with which the instance does not start.
    fn define(
        &mut self,
        module: &wasmer::Module,
        store: &mut Store,
        imports: &mut Imports,
        clock: GuestClock,
    ) -> Result<(), Fault>;

    /// Learns the instance, of which nothing has run yet.
    ///
    /// # Errors
    /// A [`Fault`], with which the instance does not start.
    fn settle(&mut self, store: &mut Store, instance: &wasmer::Instance) -> Result<(), Fault>;

    /// Learns that a part of a call is over.
    fn flush(&mut self) {}

    /// Returns the fault of an error that this world ended the guest with.
    fn explain(&self, error: &RuntimeError) -> Option<Fault> {
        let _ = error;
        None
    }
}

/// The clock of a guest's calls, for a [`World`] that keeps the guest waiting.
#[derive(Debug, Clone)]
pub struct GuestClock {
    clock: Arc<CallClock>,
    fuel: u64,
}

impl GuestClock {
    pub(crate) fn new(clock: &Arc<CallClock>, fuel: u64) -> Self {
        Self { clock: Arc::clone(clock), fuel }
    }

    /// Sleeps for the guest, whose time to compute stands still; false when it must not go on, and
    /// ends at its next check.
    #[must_use]
    pub fn sleep(&self, time: Duration) -> bool {
        self.goes_on(self.clock.sleep(time).is_ok())
    }

    /// Runs work of the host, for which the guest's time to compute stands still; `None` when the guest
    /// must not go on, and ends at its next check.
    pub fn during<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        let left = self.clock.pause();
        let value = work();
        self.goes_on(self.clock.resume(left).is_ok()).then_some(value)
    }

    /// Ends the call that runs: the guest waits for the next one.
    ///
    /// # Errors
    /// A [`Fault`] when the time of the call was up.
    pub fn end_call(&self) -> Result<(), Fault> {
        self.clock.end().map(drop).map_err(timeout_fault)
    }

    /// Begins a call, with all its time and fuel.
    pub fn begin_call(&self) {
        self.clock.begin();
        self.clock.fuel.refill(self.fuel);
    }

    /// Returns the moment at which the whole call has to end.
    #[must_use]
    pub fn call_end(&self) -> Option<std::time::Instant> {
        self.clock.call_end()
    }

    fn goes_on(&self, goes_on: bool) -> bool {
        if !goes_on {
            self.clock.fuel.drain();
        }
        goes_on
    }
}

/// The types of a function, a letter each: `i` for i32, `I` for i64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) params: &'static str,
    pub(crate) results: &'static str,
}

/// The export that runs a program.
pub(crate) const COMMAND_START: &str = "_start";

/// The module of the functions that WASIX adds.
const WASIX_MODULE: &str = "wasix_32v1";

/// Functions of preview 1 in the worlds with files, with the types of their parameters (`i` for 32 bits,
/// `I` for 64); each returns an error number.
pub(crate) const PREVIEW_1: &[(&str, &str)] = &[
    ("args_get", "ii"),
    ("args_sizes_get", "ii"),
    ("clock_res_get", "ii"),
    ("clock_time_get", "iIi"),
    ("environ_get", "ii"),
    ("environ_sizes_get", "ii"),
    ("fd_advise", "iIIi"),
    ("fd_allocate", "iII"),
    ("fd_close", "i"),
    ("fd_datasync", "i"),
    ("fd_fdstat_get", "ii"),
    ("fd_fdstat_set_flags", "ii"),
    ("fd_fdstat_set_rights", "iII"),
    ("fd_filestat_get", "ii"),
    ("fd_filestat_set_size", "iI"),
    ("fd_filestat_set_times", "iIIi"),
    ("fd_pread", "iiiIi"),
    ("fd_prestat_dir_name", "iii"),
    ("fd_prestat_get", "ii"),
    ("fd_pwrite", "iiiIi"),
    ("fd_read", "iiii"),
    ("fd_readdir", "iiiIi"),
    ("fd_renumber", "ii"),
    ("fd_seek", "iIii"),
    ("fd_sync", "i"),
    ("fd_tell", "ii"),
    ("fd_write", "iiii"),
    ("path_create_directory", "iii"),
    ("path_filestat_get", "iiiii"),
    ("path_filestat_set_times", "iiiiIIi"),
    ("path_link", "iiiiiii"),
    ("path_open", "iiiiiIIii"),
    ("path_readlink", "iiiiii"),
    ("path_remove_directory", "iii"),
    ("path_rename", "iiiiii"),
    ("path_symlink", "iiiii"),
    ("path_unlink_file", "iii"),
    ("poll_oneoff", "iiii"),
    ("proc_raise", "i"),
    ("random_get", "ii"),
    ("sched_yield", ""),
    // Linked by CPython and others, never of use: there is no socket. They answer so.
    ("sock_accept", "iii"),
    ("sock_recv", "iiiiii"),
    ("sock_send", "iiiii"),
    ("sock_shutdown", "ii"),
];

/// Functions that WASIX adds and that stay within one thread of one process.
const WASIX: &[(&str, &str)] = &[
    ("chdir", "ii"),
    ("fd_dup", "ii"),
    ("fd_fdflags_get", "ii"),
    ("fd_fdflags_set", "ii"),
    ("getcwd", "ii"),
    ("proc_id", "i"),
    ("proc_parent", "ii"),
    ("thread_id", "i"),
    ("thread_parallelism", "i"),
    ("thread_sleep", "I"),
    ("tty_get", "i"),
];

/// Returns true if worlds with files have functions of this module.
#[cfg(feature = "compiler")]
pub(crate) fn is_module(module: &str) -> bool {
    [WASI_MODULE, WASIX_MODULE].contains(&module)
}

/// Returns the types of a function of the worlds with files; `None` for one that they do not have.
pub(crate) fn signature(module: &str, name: &str) -> Option<Signature> {
    let functions = match module {
        WASI_MODULE if name == "proc_exit" => {
            return Some(Signature { params: "i", results: "" });
        }
        WASI_MODULE => PREVIEW_1,
        WASIX_MODULE => WASIX,
        _ => return None,
    };
    let (_, params) = functions.iter().find(|(known, _)| *known == name)?;
    Some(Signature { params, results: "i" })
}

/// Returns true if the worlds with files have the function. Whatever else there is, a module that
/// imports it is refused before it is compiled, and a world must not define it.
#[must_use]
pub fn is_in_world(module: &str, name: &str) -> bool {
    signature(module, name).is_some()
}
