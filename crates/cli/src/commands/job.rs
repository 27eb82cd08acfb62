//! `spacedrive job`.

use std::{
    process::ExitCode,
    sync::{Arc, atomic::Ordering},
};

use ext_wire::ops::{
    NoInput,
    jobs::{
        Cancel, CancelOutput, Dispatch, DispatchInput, DispatchOutput, Job, JobPriority,
        JobProgress, JobRef, JobState, List, ListJobsInput, Status,
    },
    work::RunJobs,
};
use parking_lot::Mutex;
use serde::Serialize;
use spacedrive_core::{Core, IndexReport, JobReport, Progress, Watcher, WorkProgress};
use uuid::Uuid;

use super::{indexing, op, schedule};
use crate::{
    args::{InLibrary, JobCommand, JobStateArg, Output, PriorityArg},
    names,
    output::{self, Column, cells},
    progress::Spinner,
    stop,
};

/// Exit code of a run of jobs in which some failed.
const PARTIAL: u8 = 3;

pub(crate) fn run(core: &Core, command: JobCommand, output: Output) -> anyhow::Result<ExitCode> {
    match command {
        JobCommand::Run { library } => return run_all(core, &library, output),
        JobCommand::Start { method, library, input, priority, after, key } => {
            let library = names::chosen(core, &library)?;
            let method = names::method(core, &method)?;
            let input = op::read_json(&input)?;
            let delay_ms =
                after.map_or(0, |after| after.as_millis().try_into().unwrap_or(u64::MAX));
            let priority = priority.into();
            let input = DispatchInput { method, input, key, delay_ms, priority };
            let made = core.call_typed::<Dispatch>(Some(library), &input)?;
            output::print(output, &made, |made| started(core, made))?;
        }
        JobCommand::Schedule { method, every, cron, time_zone, library, input } => {
            let every_s = every.map(|every| every.as_secs());
            let times = schedule::Times { every_s, cron, time_zone };
            schedule::add(core, &method, times, &library, &input, output)?;
        }
        JobCommand::Schedules => schedule::list(core, output)?,
        JobCommand::Unschedule { schedule } => schedule::remove(core, &schedule, output)?,
        JobCommand::List { library, state, limit } => {
            let library = names::chosen(core, &library)?;
            let input = ListJobsInput { state: state.map(JobState::from), limit: Some(limit) };
            let jobs = core.call_typed::<List>(Some(library), &input)?.jobs;
            output::print(output, &jobs, |jobs| table(jobs))?;
        }
        JobCommand::Status { id, library } => {
            let library = names::chosen(core, &library)?;
            let job_id = names::job(core, library, &id)?;
            let job = core.call_typed::<Status>(Some(library), &JobRef { job_id })?;
            output::print(output, &job, describe)?;
        }
        JobCommand::Cancel { id, library } => {
            let library = names::chosen(core, &library)?;
            let job_id = names::job(core, library, &id)?;
            let done = core.call_typed::<Cancel>(Some(library), &JobRef { job_id })?;
            output::print(output, &done, |done| cancelled(job_id, done))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn run_all(core: &Core, library: &InLibrary, output: Output) -> anyhow::Result<ExitCode> {
    let stop = stop::on_ctrl_c()?;
    let failed = schedule::run_due(core, &stop)?;
    let library = names::chosen(core, library)?;
    let spinner = Spinner::new("running jobs …");
    let failures = Mutex::new(Vec::new());
    let tell = |step: WorkProgress<'_>| {
        show(&spinner, &step);
        failures.lock().extend(failure(&step));
    };
    let watcher = Watcher { stop: Some(Arc::clone(&stop)), progress: Progress::to(&tell) };
    let report = core.call_watched::<RunJobs>(Some(library), &NoInput {}, watcher)?.jobs;
    let failures = failures.into_inner();
    drop(spinner);
    match output {
        Output::Table => {
            output::line(&(summary(&report) + &failures.concat()))?;
            if stop.load(Ordering::Relaxed) {
                output::line("Stopped. `spacedrive job run` goes on with what is left.")?;
            }
            output::line(&indexing::describe(&indexing::run(core, library, &stop)?))?;
        }
        Output::Json => {
            let index = indexing::run(core, library, &stop)?;
            let stopped = stop.load(Ordering::Relaxed);
            output::print(output, &RunReport { jobs: &report, stopped, index }, |_| String::new())?;
        }
    }
    // Reading for search may have been stopped as well.
    Ok(if report.failed == 0 && !failed && !stop.load(Ordering::Relaxed) {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(PARTIAL)
    })
}

/// The results of a run of jobs, as JSON.
#[derive(Serialize)]
struct RunReport<'a> {
    #[serde(flatten)]
    jobs: &'a JobReport,
    stopped: bool,
    index: IndexReport,
}

fn show(spinner: &Spinner, progress: &WorkProgress<'_>) {
    match progress {
        WorkProgress::WaitingToRunJobs => {
            spinner.say("another program runs the jobs of this library");
        }
        WorkProgress::JobStarted { method, .. } => spinner.say(&output::printable(method)),
        WorkProgress::JobProgress { progress, .. } => spinner.say(&describe_progress(progress)),
        _ => {}
    }
}

/// Describes a job that did not end well.
fn failure(progress: &WorkProgress<'_>) -> Option<String> {
    let WorkProgress::JobEnded { id, error: Some(error) } = progress else { return None };
    Some(format!("\n  {}", output::printable(&format!("{id}: {error}"))))
}

fn summary(report: &JobReport) -> String {
    let JobReport { done, failed, again, parked, next_at } = report;
    let mut text =
        format!("{done} done, {failed} failed, {again} to be tried again, {parked} parked");
    if let Some(at) = next_at {
        text += &format!("; the next may run at {at}");
    }
    text
}

fn table(jobs: &[Job]) -> String {
    let ids = cells::short_ids(&jobs.iter().map(|job| job.id).collect::<Vec<_>>());
    let row = |(job, id): (&Job, String)| {
        let why = job.error.as_ref().map(|error| error.error.clone()).unwrap_or_default();
        vec![
            job.method.clone(),
            job.state.name().to_owned(),
            progress(job),
            job.attempts.to_string(),
            why,
            cells::time(&job.updated_at),
            id,
        ]
    };
    let columns = [
        Column::text("OPERATION"),
        Column::state("STATE"),
        Column::text("PROGRESS"),
        Column::number("STARTS"),
        Column::text("WHY"),
        Column::whole("CHANGED"),
        Column::whole("ID"),
    ];
    output::table(&columns, jobs.iter().zip(ids).map(row).collect(), "no job")
}

fn progress(job: &Job) -> String {
    job.progress.as_ref().map(describe_progress).unwrap_or_default()
}

fn describe_progress(progress: &JobProgress) -> String {
    let total = progress.total.map(|total| format!("/{total}")).unwrap_or_default();
    let message = output::printable(progress.message.as_deref().unwrap_or_default());
    format!("{}{total} {message}", progress.done).trim_end().to_owned()
}

fn describe(job: &Job) -> String {
    let mut rows = vec![
        ("id", job.id.to_string()),
        ("operation", job.method.clone()),
        ("state", job.state.name().to_owned()),
        ("progress", progress(job)),
        ("starts", job.attempts.to_string()),
        ("made", cells::time(&job.created_at)),
        ("may run", cells::time(&job.run_at)),
        ("changed", cells::time(&job.updated_at)),
    ];
    if let Some(error) = &job.error {
        rows.push(("why", format!("{} [{}]", error.error, error.code)));
    }
    if let Some(answer) = &job.output {
        rows.push(("output", answer.to_string()));
    }
    output::fields(&rows)
}

fn started(core: &Core, made: &DispatchOutput) -> String {
    let id = made.job_id;
    match (made.created, core.is_remote()) {
        (false, _) => format!("{id} is not over yet"),
        (true, true) => format!("{id} runs when it is its turn: `spacedrive job status {id}`"),
        (true, false) => format!("{id} runs with `spacedrive job run`, or when a daemon runs"),
    }
}

impl From<PriorityArg> for JobPriority {
    fn from(priority: PriorityArg) -> Self {
        match priority {
            PriorityArg::Low => Self::Low,
            PriorityArg::Normal => Self::Normal,
            PriorityArg::High => Self::High,
        }
    }
}

fn cancelled(id: Uuid, done: &CancelOutput) -> String {
    if done.cancelled { format!("cancelled {id}") } else { format!("{id} is over already") }
}

impl From<JobStateArg> for JobState {
    fn from(state: JobStateArg) -> Self {
        match state {
            JobStateArg::Waiting => Self::Waiting,
            JobStateArg::Running => Self::Running,
            JobStateArg::Parked => Self::Parked,
            JobStateArg::Done => Self::Done,
            JobStateArg::Failed => Self::Failed,
            JobStateArg::Cancelled => Self::Cancelled,
        }
    }
}
