//! The rows of jobs.

use std::time::Duration;

use ext_services::library::{ClaimedJob, CoreJobLimits, Dispatched, JobEnd, JobSignal, NewJob};
use ext_wire::{
    ErrorCode,
    ops::jobs::{CoreJob, Job, JobFailure, JobPriority, JobState, MAX_OPEN_JOBS, ProgressReport},
};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde_json::Value;
use uuid::Uuid;

use super::values::{after, before, corrupt, not_yet, now, unsigned};
use crate::fault::Outcome;

/// The table of jobs. An older program ignores it, so it is added without a new version of the schema.
pub(super) const TABLE: &str = "
CREATE TABLE IF NOT EXISTS jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    extension TEXT NOT NULL,
    method TEXT NOT NULL,
    input TEXT NOT NULL,
    key TEXT,
    version TEXT NOT NULL,
    state TEXT NOT NULL,
    cancelling INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    checkpoint TEXT,
    progress TEXT,
    output TEXT,
    code TEXT,
    message TEXT,
    run_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, run_at);
CREATE UNIQUE INDEX IF NOT EXISTS jobs_by_key ON jobs (extension, key)
    WHERE key IS NOT NULL AND state IN ('waiting', 'running', 'parked');
";

const COLUMNS: &str = "id, extension, method, key, state, progress, attempts, output, code, \
    message, run_at, created_at, updated_at";
/// The number of finished jobs of one extension that are kept for the user to look at.
const KEPT: i64 = 1000;

/// A column that was added: 1 before others, -1 after them.
pub(super) const COLUMN: (&str, &str, &str) = ("jobs", "priority", "INTEGER");

/// Adds a job, unless one with its key is open, or its extension has too many.
pub(crate) fn add(db: &Transaction<'_>, new: &NewJob) -> Outcome<Dispatched> {
    let same = new.key.as_ref().map(|key| by_key(db, &new.extension, key)).transpose()?;
    if let Some(id) = same.flatten() {
        return Ok(Dispatched::Existing(id));
    }
    if count_open(db, &new.extension)? >= MAX_OPEN_JOBS {
        return Ok(Dispatched::Full);
    }
    Ok(Dispatched::Created(insert(db, new)?))
}

/// Adds a job of the core as [`add`] does, within the limits of its extension.
pub(crate) fn add_core(
    db: &Transaction<'_>,
    new: &NewJob,
    limits: CoreJobLimits,
) -> Outcome<Dispatched> {
    let same = new.key.as_ref().map(|key| by_key(db, &new.extension, key)).transpose()?;
    if let Some(id) = same.flatten() {
        return Ok(Dispatched::Existing(id));
    }
    let mut open = db.prepare_cached(&format!(
        "SELECT count(*) FROM jobs WHERE extension = ?1 AND state IN ('waiting', 'running', 'parked') \
         AND {OF_CORE}"
    ))?;
    let of_core = core_methods()?;
    let open: u32 = open.query_row(params![new.extension, of_core], |row| row.get(0))?;
    if open >= limits.open {
        return Ok(Dispatched::Full);
    }
    // The one that counts longest among those that leave no room.
    let mut counted = db.prepare_cached(&format!(
        "SELECT created_at FROM jobs WHERE extension = ?1 AND created_at > ?3 AND created_at <= ?5 AND {OF_CORE} \
         ORDER BY created_at DESC LIMIT 1 OFFSET ?4"
    ))?;
    let hour_ago = before(HOUR);
    let others = limits.per_hour.saturating_sub(1);
    let values = params![new.extension, of_core, hour_ago, others, not_yet()];
    let oldest: Option<String> = counted.query_row(values, |row| row.get(0)).optional()?;
    match oldest {
        Some(oldest) => Ok(Dispatched::TooOften(since(&hour_ago, &oldest))),
        None => add(db, new),
    }
}

/// The condition of a job of the core; the second parameter has the methods.
const OF_CORE: &str = "method IN (SELECT value FROM json_each(?2))";

/// Time for which a job of the core counts.
const HOUR: Duration = Duration::from_secs(60 * 60);

fn core_methods() -> Outcome<String> {
    Ok(serde_json::to_string(&CoreJob::ALL.map(|job| job.method))?)
}

/// Returns the time between two moments, at least a little and at most an hour: clocks are set.
fn since(from: &str, to: &str) -> Duration {
    let moment = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let between = moment(from).zip(moment(to)).map(|(from, to)| to.duration_since(from));
    let between = between.and_then(|between| Duration::try_from(between).ok());
    between.unwrap_or(HOUR).clamp(Duration::from_secs(1), HOUR)
}

/// Finds the open job with a key.
fn by_key(db: &Transaction<'_>, extension: &str, key: &str) -> Outcome<Option<Uuid>> {
    let mut query = db.prepare_cached(
        "SELECT id FROM jobs WHERE extension = ? AND key = ? \
         AND state IN ('waiting', 'running', 'parked')",
    )?;
    let id = query.query_row(params![extension, key], |row| row.get(0)).optional()?;
    Ok(id.map(Uuid::from_bytes))
}

/// Counts the open jobs of an extension.
fn count_open(db: &Transaction<'_>, extension: &str) -> Outcome<u64> {
    let mut query = db.prepare_cached(
        "SELECT count(*) FROM jobs WHERE extension = ? \
         AND state IN ('waiting', 'running', 'parked')",
    )?;
    unsigned(query.query_row([extension], |row| row.get(0))?)
}

/// Inserts a new job, and deletes the oldest finished ones.
fn insert(db: &Transaction<'_>, new: &NewJob) -> Outcome<Uuid> {
    let id = ext_services::new_id();
    let mut insert = db.prepare_cached(
        "INSERT INTO jobs (id, extension, method, input, key, version, state, run_at, \
         created_at, updated_at, priority) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', ?7, ?8, ?8, ?9)",
    )?;
    let NewJob { extension, method, input, key, version, delay, priority } = new;
    insert.execute(params![
        id.as_bytes(),
        extension,
        method,
        input.to_string(),
        key,
        version,
        after(*delay),
        now(),
        rank(*priority)
    ])?;
    let mut delete = db.prepare_cached(
        "DELETE FROM jobs WHERE seq IN (SELECT seq FROM jobs WHERE extension = ?1 \
         AND state IN ('done', 'failed', 'cancelled') ORDER BY seq DESC LIMIT -1 OFFSET ?3) \
         AND NOT (created_at > ?4 AND method IN (SELECT value FROM json_each(?2)))",
    )?;
    delete.execute(params![extension, core_methods()?, KEPT, before(HOUR)])?;
    Ok(id)
}

const fn rank(priority: JobPriority) -> i64 {
    match priority {
        JobPriority::Low => -1,
        JobPriority::Normal => 0,
        JobPriority::High => 1,
    }
}

/// Finds a job by id.
pub(crate) fn get(db: &Transaction<'_>, id: Uuid) -> Outcome<Option<Job>> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM jobs WHERE id = ?"))?;
    let mut rows = query.query([id.as_bytes()])?;
    rows.next()?.map(read).transpose()
}

/// Lists jobs, the newest first; of one extension, or of all.
pub(crate) fn list(
    db: &Transaction<'_>,
    extension: Option<&str>,
    state: Option<JobState>,
    limit: u32,
) -> Outcome<Vec<Job>> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM jobs WHERE (?1 IS NULL OR extension = ?1) \
         AND (?2 IS NULL OR state = ?2) ORDER BY seq DESC LIMIT ?3"
    ))?;
    let mut rows = query.query(params![extension, state.map(JobState::name), limit])?;
    let mut jobs = Vec::new();
    while let Some(row) = rows.next()? {
        jobs.push(read(row)?);
    }
    Ok(jobs)
}

fn read(row: &Row<'_>) -> Outcome<Job> {
    let state: String = row.get(4)?;
    let state = JobState::from_name(&state).ok_or_else(|| corrupt("a job has no known state"))?;
    let code: Option<String> = row.get(8)?;
    let message: Option<String> = row.get(9)?;
    Ok(Job {
        id: Uuid::from_bytes(row.get(0)?),
        extension: row.get(1)?,
        method: row.get(2)?,
        key: row.get(3)?,
        state,
        progress: json(row.get(5)?)?,
        attempts: row.get(6)?,
        output: json(row.get(7)?)?,
        error: code.map(|code| JobFailure { code, error: message.unwrap_or_default() }),
        run_at: row.get(10)?,
        created_at: row.get(11)?,
        updated_at: row.get(12)?,
    })
}

fn json<T: serde::de::DeserializeOwned>(text: Option<String>) -> Outcome<Option<T>> {
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Puts jobs back that no process runs any more, and, when they are to be tried, those that were parked.
pub(crate) fn recover(db: &Transaction<'_>, parked: bool) -> Outcome<()> {
    db.execute(
        "UPDATE jobs SET state = 'cancelled', updated_at = ? WHERE state = 'running' AND cancelling",
        [now()],
    )?;
    db.execute(
        "UPDATE jobs SET state = 'waiting', updated_at = ?1 WHERE state = 'running' OR (?2 AND state = 'parked')",
        params![now(), parked],
    )?;
    Ok(())
}

/// Cancels the jobs that are not over, with the reason.
pub(super) fn cancel_open(db: &Transaction<'_>, code: ErrorCode, why: &str) -> Outcome<()> {
    db.execute(
        "UPDATE jobs SET state = 'cancelled', code = ?1, message = ?2, updated_at = ?3 \
         WHERE state IN ('waiting', 'running', 'parked')",
        params![code.name(), why, now()],
    )?;
    Ok(())
}

/// Claims the next job that may run now, of an extension that is not in `full`; it counts as running
/// from now on.
pub(crate) fn claim(db: &Transaction<'_>, full: &[&str]) -> Outcome<Option<ClaimedJob>> {
    follow_clock(db)?;
    let mut query = db.prepare_cached(
        "UPDATE jobs SET state = 'running', attempts = attempts + 1, updated_at = ?1 \
         WHERE seq = (SELECT seq FROM jobs WHERE state = 'waiting' AND run_at <= ?1 \
         AND extension NOT IN (SELECT value FROM json_each(?2)) \
         ORDER BY coalesce(priority, 0) DESC, (SELECT count(*) FROM jobs other \
         WHERE other.state = 'running' AND other.extension = jobs.extension), run_at, seq LIMIT 1) \
         RETURNING id, extension, method, input, version, attempts, checkpoint",
    )?;
    let mut rows = query.query(params![now(), serde_json::to_string(full)?])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let input: String = row.get(3)?;
    Ok(Some(ClaimedJob {
        id: Uuid::from_bytes(row.get(0)?),
        extension: row.get(1)?,
        method: row.get(2)?,
        input: serde_json::from_str(&input)?,
        version: row.get(4)?,
        attempt: row.get(5)?,
        checkpoint: json::<Value>(row.get(6)?)?,
    }))
}

/// Lets jobs that wait since before the clock was set back wait as long as they were to.
fn follow_clock(db: &Transaction<'_>) -> Outcome<()> {
    let mut update = db.prepare_cached(
        "UPDATE jobs SET updated_at = ?1, run_at = coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', ?1, \
         '+' || max(0, unixepoch(run_at) - unixepoch(updated_at)) || ' seconds'), ?1) \
         WHERE state = 'waiting' AND updated_at > ?2",
    )?;
    update.execute([now(), not_yet()])?;
    Ok(())
}

/// Ends a run. A job with a pending cancellation is cancelled, unless it is done.
pub(crate) fn end(db: &Transaction<'_>, id: Uuid, end: &JobEnd) -> Outcome<()> {
    let (state, output, error, run_at) = match end {
        JobEnd::Done(output) => (JobState::Done, Some(output.to_string()), None, None),
        JobEnd::Failed(error) => (JobState::Failed, None, Some(error), None),
        JobEnd::Again(error, pause) | JobEnd::Deferred(error, pause) => {
            (JobState::Waiting, None, Some(error), Some(after(*pause)))
        }
        JobEnd::Parked(error) => (JobState::Parked, None, Some(error), None),
    };
    let is_attempt = !matches!(end, JobEnd::Deferred(..) | JobEnd::Parked(_));
    let mut update = db.prepare_cached(
        "UPDATE jobs SET \
         state = CASE WHEN cancelling AND ?2 != 'done' THEN 'cancelled' ELSE ?2 END, \
         attempts = attempts - NOT ?8, output = ?3, code = ?4, message = ?5, run_at = coalesce(?6, run_at), updated_at = ?7 \
         WHERE id = ?1 AND state = 'running'",
    )?;
    let code = error.map(|error| error.code.name());
    let message = error.map(|error| error.error.chars().take(2000).collect::<String>());
    update.execute(params![
        id.as_bytes(),
        state.name(),
        output,
        code,
        message,
        run_at,
        now(),
        is_attempt
    ])?;
    Ok(())
}

/// Cancels a job: a waiting one at once, a running one at its next checkpoint.
pub(crate) fn cancel(db: &Transaction<'_>, id: Uuid) -> Outcome<bool> {
    let mut update = db.prepare_cached(
        "UPDATE jobs SET cancelling = 1, updated_at = ?2, \
         state = CASE state WHEN 'running' THEN state ELSE 'cancelled' END \
         WHERE id = ?1 AND state IN ('waiting', 'running', 'parked')",
    )?;
    Ok(update.execute(params![id.as_bytes(), now()])? > 0)
}

/// Stores a checkpoint and the progress of a running job; `None` when it does not run. A job with a new
/// checkpoint has as many attempts from there as from its start.
pub(crate) fn checkpoint(
    db: &Transaction<'_>,
    id: Uuid,
    checkpoint: Option<&Value>,
    progress: Option<&ProgressReport>,
) -> Outcome<Option<JobSignal>> {
    let checkpoint = checkpoint.map(Value::to_string);
    let progress = progress.map(serde_json::to_string).transpose()?;
    let mut update = db.prepare_cached(
        "UPDATE jobs SET \
         attempts = CASE WHEN ?2 IS NULL OR checkpoint IS ?2 THEN attempts ELSE 1 END, \
         checkpoint = coalesce(?2, checkpoint), \
         progress = coalesce(?3, progress), updated_at = ?4 \
         WHERE id = ?1 AND state = 'running' RETURNING cancelling",
    )?;
    let mut rows = update.query(params![id.as_bytes(), checkpoint, progress, now()])?;
    match rows.next()? {
        Some(row) => Ok(Some(if row.get(0)? { JobSignal::Cancel } else { JobSignal::Continue })),
        None => Ok(None),
    }
}

/// Returns the time at which the next waiting job may run.
pub(crate) fn next_run(db: &Transaction<'_>) -> Outcome<Option<String>> {
    Ok(db.query_row("SELECT min(run_at) FROM jobs WHERE state = 'waiting'", [], |row| row.get(0))?)
}
