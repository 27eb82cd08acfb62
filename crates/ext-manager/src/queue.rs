//! The queue of an extension: calls that wait, and the workers that may take them.
//!
//! The queue belongs to the extension, not to a version of it: at a hot reload the calls that wait
//! stay where they are and the workers of the new version take them. So no call is lost, and none
//! runs twice, because a call leaves the queue once.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::guest::Guest;

/// A piece of work in a guest; its caller waits for the answer.
pub(crate) struct Job {
    run: Box<dyn FnOnce(&mut Guest) + Send>,
    caller: Arc<dyn Cancel>,
}

/// A caller that can be released without an answer.
pub(crate) trait Cancel: Send + Sync {
    fn cancel(&self);
}

/// A caller that waits.
struct Caller<T> {
    answer: Mutex<Option<SyncSender<T>>>,
}

impl<T> Caller<T> {
    fn answer(&self, value: T) {
        if let Some(answer) = self.answer.lock().take() {
            // The channel has room for one, and nobody else has sent.
            let _ = answer.send(value);
        }
    }
}

impl<T: Send> Cancel for Caller<T> {
    fn cancel(&self) {
        *self.answer.lock() = None;
    }
}

impl Job {
    pub(crate) fn new<T: Send + 'static>(
        work: impl FnOnce(&mut Guest) -> T + Send + 'static,
    ) -> (Self, Receiver<T>) {
        let (answer, answered) = sync_channel(1);
        let caller = Arc::new(Caller { answer: Mutex::new(Some(answer)) });
        let mine = Arc::clone(&caller);
        let run = Box::new(move |guest: &mut Guest| mine.answer(work(guest)));
        (Self { run, caller }, answered)
    }

    /// Runs the work; if it panics, its caller is released.
    pub(crate) fn run(self, guest: &mut Guest) {
        let _cancel = CancelOnDrop(Arc::clone(&self.caller));
        (self.run)(guest);
    }
}

struct CancelOnDrop(Arc<dyn Cancel>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Number of a version of an extension since it was loaded.
pub(crate) type Generation = u64;

#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    /// Wakes workers: there is work, or they shall end.
    work: Condvar,
    /// Wakes a reload: a job ended.
    idle: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    /// Jobs for the workers of one version, which they take first, also in a pause.
    direct: BTreeMap<Generation, Job>,
    /// The version whose workers take waiting jobs.
    current: Generation,
    /// True while nothing is taken, since the state is being handed over.
    paused: bool,
    closed: bool,
    /// Versions that get no more jobs, though they are not older than the current one.
    dismissed: Vec<Generation>,
    running: Vec<Running>,
    next_ticket: u64,
    /// Workers by version.
    workers: BTreeMap<Generation, Workers>,
}

#[derive(Default, Clone, Copy)]
struct Workers {
    /// Places that are taken, also by those that start or clean up.
    places: usize,
    /// Those that take jobs.
    ready: usize,
    /// Those of them that wait for one.
    idle: usize,
}

struct Running {
    ticket: u64,
    generation: Generation,
    caller: Arc<dyn Cancel>,
}

/// The reason for which a job does not wait in the queue.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The queue is full.
    Full,
    /// The extension is unloaded.
    Closed,
}

/// The next step of a worker.
pub(crate) enum Next {
    Run(Job, u64),
    /// The worker ends.
    End,
}

impl Queue {
    /// Puts a job at the end; returns true if one more worker would find work.
    pub(crate) fn push(&self, job: Job, limit: usize) -> Result<bool, Refused> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(Refused::Closed);
        }
        if state.waiting.len() >= limit {
            return Err(Refused::Full);
        }
        state.waiting.push_back(job);
        let workers = state.workers.get(&state.current).copied().unwrap_or_default();
        let short = workers.idle < state.waiting.len();
        drop(state);
        self.work.notify_all();
        Ok(short)
    }

    /// Gives a job to the workers of one version, before all others. Without workers that will take
    /// it, the caller is released.
    pub(crate) fn push_direct(&self, generation: Generation, job: Job) {
        let mut state = self.state.lock();
        if state.is_over(generation) || !state.workers.contains_key(&generation) {
            return;
        }
        state.direct.insert(generation, job);
        drop(state);
        self.work.notify_all();
    }

    /// Takes a place for one more worker, unless the version has `limit` already.
    pub(crate) fn enter(&self, generation: Generation, limit: usize) -> bool {
        let mut state = self.state.lock();
        let workers = state.workers.entry(generation).or_default();
        let room = workers.places < limit;
        workers.places += usize::from(room);
        room
    }

    /// Counts a worker with a place among those that take jobs.
    pub(crate) fn arrive(&self, generation: Generation) {
        self.state.lock().workers.entry(generation).or_default().ready += 1;
    }

    /// Returns whether a worker that ended is needed again, since more calls wait than there are workers
    /// for them; then it is counted in again.
    pub(crate) fn stays(&self, generation: Generation) -> bool {
        let mut state = self.state.lock();
        let stays = state.lacks_workers(generation);
        if stays {
            state.workers.entry(generation).or_default().ready += 1;
        }
        stays
    }

    /// Gives up the place of a worker that ended, or did not start.
    pub(crate) fn leave(&self, generation: Generation) {
        let mut state = self.state.lock();
        if let Some(workers) = state.workers.get_mut(&generation) {
            workers.places = workers.places.saturating_sub(1);
            if workers.places == 0 {
                state.workers.remove(&generation);
            }
        }
        let left = match state.workers.contains_key(&generation) {
            true => None,
            false => state.direct.remove(&generation), // nobody is there to take it
        };
        drop((state, left));
        self.idle.notify_all();
    }

    /// Waits for work. A worker that is not the only one of its version ends after
    /// `idle` without a job. One that ends is counted out in the same step, so that none does for
    /// another's sake that ends as well; it keeps its place until it [leaves](Self::leave).
    pub(crate) fn next(&self, generation: Generation, idle: Duration) -> Next {
        let mut state = self.state.lock();
        let since = Instant::now();
        loop {
            if state.is_over(generation) {
                return state.end(generation);
            }
            if let Some(job) = state.take(generation) {
                let ticket = state.begin(generation, &job);
                return Next::Run(job, ticket);
            }
            if since.elapsed() >= idle && state.is_spare(generation) {
                return state.end(generation);
            }
            self.wait_idle(&mut state, generation, idle);
        }
    }

    fn wait_idle(&self, state: &mut MutexGuard<'_, State>, generation: Generation, idle: Duration) {
        state.count_idle(generation, true);
        if state.is_spare(generation) {
            self.work.wait_for(state, idle);
        } else {
            self.work.wait(state);
        }
        state.count_idle(generation, false);
    }

    /// Ends a job that was taken.
    pub(crate) fn done(&self, ticket: u64) {
        self.state.lock().running.retain(|running| running.ticket != ticket);
        self.idle.notify_all();
    }

    /// Pauses the queue, and waits until nothing of a version runs; false when that takes too long.
    pub(crate) fn pause(&self, generation: Generation, limit: Duration) -> bool {
        self.state.lock().paused = true;
        self.wait_until(limit, |state| !state.runs(generation))
    }

    /// Resumes the queue after a pause.
    pub(crate) fn resume(&self) {
        self.state.lock().paused = false;
        self.work.notify_all();
    }

    /// Makes a version the current one: its workers take waiting jobs, those of older ones end. False
    /// when the queue is closed.
    pub(crate) fn switch(&self, generation: Generation) -> bool {
        let mut state = self.state.lock();
        if state.closed || state.dismissed.contains(&generation) {
            return false;
        }
        state.dismissed.retain(|dismissed| *dismissed > generation);
        (state.current, state.paused) = (generation, false);
        drop(state);
        self.work.notify_all();
        true
    }

    /// Waits until a version has no worker; false when that takes too long.
    pub(crate) fn wait_gone(&self, generation: Generation, limit: Duration) -> bool {
        self.wait_until(limit, |state| !state.workers.contains_key(&generation))
    }

    /// Ends the workers of this version.
    pub(crate) fn dismiss(&self, generation: Generation) {
        self.state.lock().dismissed.push(generation);
        self.work.notify_all();
    }

    /// Closes the queue for good; the callers of waiting and running jobs are released.
    pub(crate) fn close(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        let (waiting, direct) =
            (std::mem::take(&mut state.waiting), std::mem::take(&mut state.direct));
        let callers: Vec<_> =
            state.running.iter().map(|running| Arc::clone(&running.caller)).collect();
        drop(state);
        self.work.notify_all();
        self.idle.notify_all();
        // What runs is killed by now or soon; its caller does not wait for that.
        callers.iter().for_each(|caller| caller.cancel());
        drop((waiting, direct));
    }

    /// Releases the callers whose calls still run in a version.
    pub(crate) fn abandon(&self, generation: Generation) {
        let state = self.state.lock();
        let mine = state.running.iter().filter(|running| running.generation == generation);
        let callers: Vec<_> = mine.map(|running| Arc::clone(&running.caller)).collect();
        drop(state);
        callers.iter().for_each(|caller| caller.cancel());
    }

    fn wait_until(&self, limit: Duration, is_so: impl Fn(&State) -> bool) -> bool {
        let until = Instant::now() + limit;
        let mut state = self.state.lock();
        loop {
            if is_so(&state) {
                return true;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            self.idle.wait_for(&mut state, left);
        }
    }
}

impl State {
    fn is_over(&self, generation: Generation) -> bool {
        self.closed || self.current > generation || self.dismissed.contains(&generation)
    }

    fn take(&mut self, generation: Generation) -> Option<Job> {
        if let Some(job) = self.direct.remove(&generation) {
            return Some(job);
        }
        let may = self.current == generation && !self.paused;
        if may { self.waiting.pop_front() } else { None }
    }

    fn begin(&mut self, generation: Generation, job: &Job) -> u64 {
        self.next_ticket += 1;
        let (ticket, caller) = (self.next_ticket, Arc::clone(&job.caller));
        self.running.push(Running { ticket, generation, caller });
        ticket
    }

    fn runs(&self, generation: Generation) -> bool {
        self.running.iter().any(|running| running.generation == generation)
    }

    fn is_spare(&self, generation: Generation) -> bool {
        self.workers.get(&generation).is_some_and(|workers| workers.ready > 1)
    }

    /// Returns true if more calls wait than there are workers for them.
    fn lacks_workers(&self, generation: Generation) -> bool {
        let idle = self.workers.get(&generation).map_or(0, |workers| workers.idle);
        self.current == generation && !self.is_over(generation) && self.waiting.len() > idle
    }

    fn end(&mut self, generation: Generation) -> Next {
        if let Some(workers) = self.workers.get_mut(&generation) {
            workers.ready = workers.ready.saturating_sub(1);
        }
        Next::End
    }

    fn count_idle(&mut self, generation: Generation, more: bool) {
        let workers = self.workers.entry(generation).or_default();
        workers.idle = if more { workers.idle + 1 } else { workers.idle.saturating_sub(1) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> (Job, Receiver<()>) {
        Job::new(|_: &mut Guest| ())
    }

    /// An unload beside a reload: the version that starts finds the queue closed.
    #[test]
    fn rel_24_a_job_for_workers_that_are_gone_lets_its_caller_go() {
        let closed = Queue::default();
        assert!(closed.enter(1, 1));
        closed.close();
        let (work, answer) = job();
        closed.push_direct(1, work);
        assert!(answer.recv().is_err());

        let left = Queue::default();
        assert!(left.enter(1, 1));
        let (work, answer) = job();
        left.push_direct(1, work);
        assert!(answer.try_recv().is_err(), "it waits");
        left.leave(1);
        assert!(answer.recv().is_err());

        let (work, answer) = job();
        left.push_direct(1, work);
        assert!(answer.recv().is_err(), "there is no worker");
    }

    /// A queue with two workers of an extension with two instances.
    fn of_two() -> Queue {
        let queue = Queue::default();
        for _ in 0..2 {
            assert!(queue.enter(1, 2));
            queue.arrive(1);
        }
        assert!(queue.switch(1) && !queue.enter(1, 2));
        queue
    }

    /// Returns what the worker gets for whom `later` does something, which has to wait for that.
    fn next_after(queue: &Queue, later: impl FnOnce()) -> Next {
        std::thread::scope(|scope| {
            let worker = scope.spawn(|| queue.next(1, Duration::ZERO));
            std::thread::sleep(Duration::from_millis(50));
            let waits = !worker.is_finished();
            later();
            let next = worker.join().unwrap();
            assert!(waits, "it ended before");
            next
        })
    }

    #[test]
    fn of_workers_that_end_together_one_stays_for_the_calls_that_come() {
        let queue = of_two();
        assert!(matches!(queue.next(1, Duration::ZERO), Next::End));
        let next = next_after(&queue, || assert!(queue.push(job().0, 9).is_ok()));
        assert!(matches!(next, Next::Run(..)));
        assert!(!queue.stays(1), "nothing waits");
        queue.leave(1);
        assert!(queue.enter(1, 2), "its place is free");
        // Nor does the only one end for the sake of one that does not start.
        assert!(matches!(next_after(&queue, || queue.close()), Next::End));
    }

    #[test]
    fn a_worker_that_cleaned_up_stays_for_calls_that_nobody_takes() {
        let queue = of_two();
        assert!(matches!(queue.next(1, Duration::ZERO), Next::End));
        // The other one is in a call meanwhile, and there is no place for a third.
        assert!(queue.push(job().0, 9).is_ok());
        assert!(matches!(queue.next(1, Duration::ZERO), Next::Run(..)));
        assert_eq!(queue.push(job().0, 9), Ok(true));
        assert!(!queue.enter(1, 2) && queue.stays(1));
        assert!(matches!(queue.next(1, Duration::ZERO), Next::Run(..)));
        queue.close();
        assert!(matches!(queue.next(1, Duration::ZERO), Next::End) && !queue.stays(1));
    }

    /// The call runs as if its caller waited, and its place is free when it has ended.
    #[test]
    fn call_16_a_caller_that_went_away_leaves_a_call_that_ends() {
        let queue = Queue::default();
        assert!(queue.enter(1, 1) && queue.switch(1));
        let (work, answer) = job();
        drop(answer);
        assert_eq!(queue.push(work, 1), Ok(true));
        assert_eq!(queue.push(job().0, 1), Err(Refused::Full));
        let Next::Run(work, ticket) = queue.next(1, Duration::ZERO) else { panic!("it runs") };
        work.caller.cancel();
        queue.done(ticket);
        assert!(queue.push(job().0, 1).is_ok());
        let gone = Caller { answer: Mutex::new(Some(sync_channel(1).0)) };
        gone.answer("nobody listens");
        gone.answer("and never will");
    }

    #[test]
    fn a_job_for_workers_that_are_there_is_taken_first() {
        let queue = Queue::default();
        assert!(queue.enter(1, 1));
        let (work, _answer) = job();
        assert_eq!(queue.push(work, 9), Ok(true));
        let (work, answer) = job();
        queue.push_direct(1, work);
        // Version 1 is not the current one yet: it gets what is for it, and nothing else.
        let Next::Run(work, ticket) = queue.next(1, Duration::ZERO) else { panic!("it is there") };
        assert!(answer.try_recv().is_err(), "nobody has run it");
        drop(work);
        queue.done(ticket);
        assert_eq!(answer.recv(), Err(std::sync::mpsc::RecvError), "it was dropped here");
    }
}
