//! The metrics of a daemon: what is counted as it happens, and what is looked up when it is asked for.

use std::{sync::Arc, time::Duration};

use ext_metrics::{MEDIA_TYPE, Metrics, Queue};
use ext_perm::BudgetLeft;
use ext_wire::{ErrorBody, ErrorCode};
use spacedrive_core::{CallObserver, Core, ObservedCall};

use crate::{shared::Shared, status};

/// The metrics of a daemon.
pub(crate) struct DaemonMetrics(Arc<Metrics>);

impl DaemonMetrics {
    pub(crate) fn of(core: &Core) -> Self {
        let metrics = Arc::new(Metrics::default());
        core.observe_calls(Arc::new(Counter(Arc::clone(&metrics))));
        Self(metrics)
    }

    pub(crate) fn count_call(&self, method: &str, code: ErrorCode, duration: Duration) {
        self.0.count_call(method, code, duration);
    }

    /// Looks up how much work waits, and writes all metrics down, with their media type.
    pub(crate) fn describe(&self, shared: &Shared) -> Result<(&'static str, String), ErrorBody> {
        let status = status::of_daemon(shared)?;
        self.0.clear_queues();
        for library in &status.libraries {
            for (queue, length) in [
                (Queue::Events, library.waiting_events),
                (Queue::DeadLetters, library.dead_letters),
                (Queue::Jobs, library.open_jobs),
                (Queue::ParkedJobs, library.parked_jobs),
            ] {
                // Unlike a name, an id is unique and does not change.
                self.0.set_queue(&library.id.to_string(), queue, length);
            }
        }
        let extensions = status.extensions.iter();
        self.0.set_extensions(extensions.map(|it| (it.id.as_str(), it.quarantine.is_some())));
        self.look_up_limits(&shared.core);
        Ok((MEDIA_TYPE, self.0.to_text()))
    }

    /// Looks up what is left of budgets, and which limits were hit.
    fn look_up_limits(&self, core: &Core) {
        self.0.clear_limits();
        for (extension, budgets) in core.permissions().budgets_left() {
            for BudgetLeft { budget, limit, left } in budgets {
                self.0.set_budget(&extension, budget.name(), limit, left);
            }
        }
        for (extension, limit, times) in core.manager().limits_hit() {
            self.0.set_limit_hits(&extension, limit, times);
        }
    }
}

/// Counts the calls of extensions.
struct Counter(Arc<Metrics>);

impl CallObserver for Counter {
    fn is_on(&self) -> bool {
        true
    }

    fn observe(&self, call: &ObservedCall<'_>) {
        let ObservedCall { extension, is_outgoing, method, code, duration, .. } = *call;
        self.0.count_extension_call(extension, is_outgoing, method, code, duration);
    }
}
