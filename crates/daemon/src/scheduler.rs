//! The thread that makes the calls of schedules.

use std::{sync::Arc, thread::JoinHandle, time::Duration};

use crate::shared::Shared;

/// Time between two looks at what is due.
const LOOK: Duration = Duration::from_secs(1);
/// Longest time in which the thread does not see that it is to end.
const TICK: Duration = Duration::from_millis(100);

/// The thread, which ends after the call that it makes when this is dropped.
pub(crate) struct Scheduler {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Scheduler {
    pub(crate) fn start(shared: &Arc<Shared>) -> std::io::Result<Self> {
        let run = {
            let shared = Arc::clone(shared);
            move || run(&shared)
        };
        let thread = std::thread::Builder::new().name("schedules".into()).spawn(run)?;
        Ok(Self { shared: Arc::clone(shared), thread: Some(thread) })
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        self.shared.stop.store(true, std::sync::atomic::Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(shared: &Shared) {
    while !shared.is_stopped() {
        match shared.core.run_due_schedules() {
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
        while !left.is_zero() && !shared.is_stopped() {
            std::thread::sleep(TICK);
            left = left.saturating_sub(TICK);
        }
    }
}
