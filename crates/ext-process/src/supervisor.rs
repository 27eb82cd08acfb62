//! The thread that kills processes whose time is up.

use std::{
    io,
    sync::{Arc, Weak},
    thread,
    time::Duration,
};

use parking_lot::{Condvar, Mutex};

use crate::Process;

/// How often the thread looks.
const TICK: Duration = Duration::from_millis(50);

/// Every so many times it also looks for processes that have ended by themselves.
const REAP: u32 = 10;

/// All processes of this program, and whether there is a thread that watches them.
#[derive(Debug)]
struct Watched {
    processes: Vec<Weak<Process>>,
    by_thread: bool,
}

static WATCHED: Mutex<Watched> = Mutex::new(Watched { processes: Vec::new(), by_thread: false });
static ADDED: Condvar = Condvar::new();

/// Watches a process from now on. The first one starts the thread, which stays.
pub(crate) fn watch(process: &Arc<Process>) -> io::Result<()> {
    let mut watched = WATCHED.lock();
    if !watched.by_thread {
        thread::Builder::new().name("worker-watch".to_owned()).spawn(run)?;
        watched.by_thread = true;
    }
    watched.processes.push(Arc::downgrade(process));
    ADDED.notify_one();
    Ok(())
}

fn run() {
    let mut times = 0_u32;
    loop {
        times = times.wrapping_add(1);
        for process in processes() {
            process.look();
            if times.is_multiple_of(REAP) {
                process.reap_if_ended();
            }
        }
        thread::sleep(TICK);
    }
}

/// The processes that there are. Waits while there are none.
fn processes() -> Vec<Arc<Process>> {
    let mut watched = WATCHED.lock();
    loop {
        watched.processes.retain(|process| process.strong_count() > 0);
        if !watched.processes.is_empty() {
            return watched.processes.iter().filter_map(Weak::upgrade).collect();
        }
        ADDED.wait(&mut watched);
    }
}
