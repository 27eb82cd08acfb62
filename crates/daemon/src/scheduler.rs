//! The thread that makes the calls of schedules.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::{shared::Shared, threads::Threads};

/// Time between two looks at what is due.
const LOOK: Duration = Duration::from_secs(1);
/// Longest time in which the thread does not see that it is to end.
const TICK: Duration = Duration::from_millis(100);

/// Starts the thread, which ends after the call that it makes.
pub(crate) fn start(shared: &Arc<Shared>) -> std::io::Result<Threads> {
    let (mut thread, shared) = (Threads::default(), Arc::clone(shared));
    thread.start("schedules", move |stop| run(&shared, &stop))?;
    Ok(thread)
}

fn run(shared: &Shared, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        match shared.core.run_due_schedules(stop) {
            Ok(made) => {
                for schedule in made {
                    if let Some(error) = schedule.last_error {
                        tracing::warn!(
                            method = schedule.method,
                            "a scheduled call failed: {error}"
                        );
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "the schedules cannot be read"),
        }
        let mut left = LOOK;
        while !left.is_zero() && !stop.load(Ordering::Relaxed) {
            std::thread::sleep(TICK);
            left = left.saturating_sub(TICK);
        }
    }
}
