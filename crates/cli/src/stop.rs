//! Handling of Ctrl-C.

use std::{
    io::{self, IsTerminal},
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI32, Ordering},
    },
    thread,
};

use ext_wire::ErrorCode;
use serde_json::json;
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    flag::{register, register_conditional_shutdown},
    iterator::Signals,
};

use crate::{args::Output, output};

/// True while a command, or a pager, deals with Ctrl-C itself.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);
/// The signal that the program ends for; 0 before.
static ENDS_FOR: AtomicI32 = AtomicI32::new(0);

/// Lets Ctrl-C end the program with a last word, until a command deals with it itself.
pub(crate) fn end_with_a_word(output: Output) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let wait = move || {
        for signal in signals.forever() {
            if !IS_TAKEN.load(Ordering::Relaxed) {
                end(signal, output);
            }
        }
    };
    thread::Builder::new().spawn(wait).map(drop)
}

/// Ends the program as a shell expects it of one that a signal ended.
fn end(signal: i32, output: Output) {
    // What fails because its worker got the signal as well has no word of its own.
    ENDS_FOR.store(signal, Ordering::Relaxed);
    match output {
        Output::Table => {
            tell!("Stopped. Nothing is half done: the same command does what is left.");
        }
        Output::Json => {
            let code = ErrorCode::Stopped.name();
            output::tell_json(&json!({ "error": "stopped by the user", "code": code }));
        }
    }
    process::exit(128 + signal);
}

/// Returns whether the program is ending for a signal: another thread says so.
pub(crate) fn is_ending() -> bool {
    ENDS_FOR.load(Ordering::Relaxed) != 0
}

/// Waits for the thread that ends the program.
pub(crate) fn wait_for_the_end() -> ! {
    loop {
        thread::park();
    }
}

/// Leaves Ctrl-C to a program that has the terminal, such as a pager.
pub(crate) fn leave_to_another() {
    IS_TAKEN.store(true, Ordering::Relaxed);
}

/// Returns a flag that the first Ctrl-C sets; a second one ends the program at once.
pub(crate) fn on_ctrl_c() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    IS_TAKEN.store(true, Ordering::Relaxed);
    for signal in [SIGINT, SIGTERM] {
        register_conditional_shutdown(signal, 128 + signal, Arc::clone(&stop))?;
        register(signal, Arc::clone(&stop))?;
    }
    Ok(stop)
}

/// Returns a flag that SIGHUP sets, by which service managers have a program read its configuration
/// again. On a terminal the signal says that the terminal is gone, and ends the program as ever.
pub(crate) fn on_hang_up() -> anyhow::Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    if !io::stderr().is_terminal() {
        register(SIGHUP, Arc::clone(&flag))?;
    }
    Ok(flag)
}
