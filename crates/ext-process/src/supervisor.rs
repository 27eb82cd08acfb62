//! The thread that kills processes whose time is up.

use std::{
    io,
    sync::{Arc, Weak},
    thread,
    time::Duration,
};

use parking_lot::{Condvar, Mutex};

/// A process, as the supervisor sees it.
pub(crate) trait Supervised: Send + Sync {
    /// Kills the process if its deadline is over.
    fn enforce_deadline(&self);

    /// Reaps the process if it has ended while nobody waited for it.
    fn reap_if_ended(&self);
}

/// The interval at which the thread looks.
const TICK: Duration = Duration::from_millis(50);

/// The number of looks after which it also reaps processes that have ended by themselves.
const REAP: u32 = 10;

/// All processes of this program, and a flag for the thread that watches them.
struct Watched {
    processes: Vec<Weak<dyn Supervised>>,
    by_thread: bool,
}

static WATCHED: Mutex<Watched> = Mutex::new(Watched { processes: Vec::new(), by_thread: false });
static ADDED: Condvar = Condvar::new();

/// Watches a process from now on. The first one starts the thread, which stays.
pub(crate) fn watch(process: Arc<dyn Supervised>) -> io::Result<()> {
    let mut watched = WATCHED.lock();
    if !watched.by_thread {
        thread::Builder::new().name("worker-watch".to_owned()).spawn(run)?;
        watched.by_thread = true;
    }
    watched.processes.push(Arc::downgrade(&process));
    ADDED.notify_one();
    Ok(())
}

fn run() {
    let mut times = 0_u32;
    loop {
        times = times.wrapping_add(1);
        for process in processes() {
            process.enforce_deadline();
            if times.is_multiple_of(REAP) {
                process.reap_if_ended();
            }
        }
        thread::sleep(TICK);
    }
}

/// Lists the processes that live. Waits while there are none.
fn processes() -> Vec<Arc<dyn Supervised>> {
    let mut watched = WATCHED.lock();
    loop {
        watched.processes.retain(|process| process.strong_count() > 0);
        if !watched.processes.is_empty() {
            return watched.processes.iter().filter_map(Weak::upgrade).collect();
        }
        ADDED.wait(&mut watched);
    }
}
