//! State that outlives a version, and operations that run as jobs.

use std::cell::Cell;

use serde::{Deserialize, Serialize};
use serde_json::json;
use spacedrive_sdk::{
    ops::jobs::{Checkpoint, CheckpointOutput, Dispatch, DispatchOutput, JobContext},
    prelude::*,
    testing::FakeHost,
};

#[derive(Serialize, Deserialize)]
pub(crate) struct Count {
    count: u32,
}

thread_local! {
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

/// The version that counted.
#[spacedrive_sdk::extension]
mod old {
    use super::*;

    #[save]
    fn keep(_: &SpacedriveClient) -> Result<Count> {
        Ok(Count { count: 7 })
    }
}

/// The version that goes on.
#[spacedrive_sdk::extension]
mod new {
    use super::*;

    #[restore]
    fn take(_: &SpacedriveClient, state: Count) -> Result<()> {
        COUNT.set(state.count);
        Ok(())
    }

    /// Goes on after the number in its checkpoint.
    #[operation("action:new.scan.input.v1")]
    fn scan(client: &SpacedriveClient, last: u32) -> Result<u32> {
        let mut at = client.jobs().last_checkpoint::<u32>()?.unwrap_or(0);
        while at < last {
            at += 1;
            if client.jobs().checkpoint(&at, None)? {
                break;
            }
        }
        Ok(at)
    }
}

/// A version that cannot read what the old one saved.
#[spacedrive_sdk::extension]
mod other {
    use super::*;

    #[restore]
    fn take(_: &SpacedriveClient, state: Vec<String>) -> Result<()> {
        Err(Error::failed(format!("{} texts", state.len())))
    }
}

#[test]
fn rel_15_state_goes_from_one_version_to_the_next() {
    let host = FakeHost::new();
    host.hand_over::<old::Extension, new::Extension>().unwrap();
    assert_eq!(COUNT.get(), 7);
}

#[test]
fn rel_15_state_of_another_shape_is_refused() {
    let error = FakeHost::new().hand_over::<old::Extension, other::Extension>().unwrap_err();
    assert!(error.to_string().contains("the state of the other version"), "{error}");
}

#[test]
fn an_operation_goes_on_after_its_checkpoint() {
    let host = FakeHost::new();
    host.on::<Checkpoint>(|input| {
        Ok(CheckpointOutput { cancelled: input.checkpoint == Some(json!(5)) })
    });
    let job = |checkpoint| JobContext { id: Uuid::max(), attempt: 2, checkpoint };
    let run = |job, last: u32| {
        host.run_job::<new::Extension, _, u32>("action:new.scan.input.v1", &last, job).unwrap()
    };
    assert_eq!(run(job(Some(json!(2))), 4), 4);
    assert_eq!(host.calls().len(), 2, "3 and 4 were left");
    assert_eq!(run(job(None), 9), 5, "somebody cancelled it there");
}

#[test]
fn outside_a_job_there_is_no_checkpoint() {
    let host = FakeHost::new();
    let error = host.call::<new::Extension, _, u32>("action:new.scan.input.v1", &1).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Conflict);
}

#[test]
fn a_job_is_dispatched_by_its_method() {
    let host = FakeHost::new();
    host.on::<Dispatch>(|input| {
        assert_eq!((input.method.as_str(), &input.input), ("action:new.scan.input.v1", &json!(3)));
        Ok(DispatchOutput { job_id: Uuid::max(), created: true })
    });
    let id = host.client().jobs().dispatch("action:new.scan.input.v1", &3).unwrap();
    assert_eq!(id, Uuid::max());
}
