//! Extensions of plain functions, each of which bears an attribute.

use std::cell;

use serde_json::json;
use spacedrive_sdk::{
    Input,
    ops::jobs::{Checkpoint, CheckpointOutput, JobContext},
    prelude::*,
    testing::FakeHost,
    view::*,
};

thread_local! {
    static STARTS: cell::Cell<u32> = const { cell::Cell::new(0) };
}

/// An extension with a function of each kind, in several modules.
mod each {
    use super::*;

    spacedrive_sdk::export!();

    #[init]
    fn start(_: &SpacedriveClient) -> Result<()> {
        STARTS.set(STARTS.get() + 1);
        Ok(())
    }

    #[on_event("entry.created", "entry.updated")]
    async fn mark(client: &SpacedriveClient, event: Event) -> Result<()> {
        let seen = [("seen".to_owned(), json!(event.kind))];
        client.vdfs().update_metadata(event.entry.id, seen.into_iter().collect())?;
        Ok(())
    }

    #[on_event]
    fn rest(_: &SpacedriveClient, event: Event) -> Result<()> {
        Err(Error::failed(format!("the rest: {}", event.kind)))
    }

    #[save]
    fn keep(_: &SpacedriveClient) -> Result<u32> {
        Ok(STARTS.get())
    }

    pub(super) mod below {
        use super::*;

        #[derive(Input)]
        pub(crate) struct Greeting {
            name: String,
            #[input(default = 2, max = 3)]
            times: u8,
            title: Option<String>,
        }

        /// Fields whose names are keywords of Rust.
        #[derive(Input)]
        pub(crate) struct Kind {
            r#type: String,
            #[input(default = "all")]
            r#where: String,
        }

        #[query("query:each.match.v1")]
        async fn r#match(_: &SpacedriveClient, input: Kind) -> Result<String> {
            Ok(format!("{} in {}", input.r#type, input.r#where))
        }

        #[query("query:each.greet.v1")]
        async fn greet(_: &SpacedriveClient, input: Greeting) -> Result<String> {
            let title = input.title.unwrap_or_default();
            Ok(format!("{title}{} ", input.name).repeat(input.times.into()))
        }

        #[job("action:each.count.input.v1")]
        fn count(_: &SpacedriveClient, job: RunningJob<'_, u32>, last: u32) -> Result<u32> {
            let mut at = job.last_checkpoint()?.unwrap_or(0);
            while at < last {
                at += 1;
                if job.checkpoint(&at, at.into(), Some(last.into()))? {
                    break;
                }
            }
            Ok(at)
        }

        #[view("query:each.odd.v1")]
        fn odd(_: &SpacedriveClient) -> Result<View> {
            Ok(View::new().block(List::new([Cell::date("last Monday")])))
        }
    }
}

/// The version after it.
mod next {
    use super::*;

    spacedrive_sdk::export!();

    #[restore]
    fn take(_: &SpacedriveClient, starts: u32) -> Result<()> {
        STARTS.set(starts + 100);
        Ok(())
    }
}

#[test]
fn events_go_to_the_function_of_their_kind() -> Result<()> {
    let host = FakeHost::new();
    let note = host.add_file("note.txt", "notes/note.txt", "text/plain", b"hi");
    let mut event = host.event_created(&note);
    host.deliver::<each::Extension>(&event)?;
    assert_eq!(host.client().vdfs().get_entry(note.id)?.entry.metadata["seen"], "entry.created");
    event.kind = "entry.moved".to_owned();
    let error = host.deliver::<each::Extension>(&event).unwrap_err();
    assert!(error.to_string().contains("the rest: entry.moved"), "{error}");
    host.deliver::<next::Extension>(&event)
}

#[test]
fn an_input_is_read_with_its_defaults_and_refuses_what_it_does_not_know() {
    let host = FakeHost::new();
    let greet = |input: serde_json::Value| {
        host.call::<each::Extension, _, String>("query:each.greet.v1", &input)
    };
    assert_eq!(greet(json!({ "name": "Ada" })).unwrap(), "Ada Ada ");
    assert_eq!(greet(json!({ "name": "Ada", "times": 1, "title": "Dr " })).unwrap(), "Dr Ada ");
    for wrong in [json!({}), json!({ "name": "Ada", "nmae": "Ada" }), json!({ "name": 1 })] {
        assert_eq!(greet(wrong).unwrap_err().code(), ErrorCode::BadInput);
    }
    let schema: serde_json::Value = serde_json::from_str(each::below::Greeting::SCHEMA).unwrap();
    assert_eq!(schema["required"], json!(["name"]));
    assert_eq!(schema["properties"]["times"]["default"], 2);
}

#[test]
fn the_schema_of_an_input_has_the_names_that_are_read() {
    let host = FakeHost::new();
    let matched = |input: serde_json::Value| {
        host.call::<each::Extension, _, String>("query:each.match.v1", &input)
    };
    let schema: serde_json::Value = serde_json::from_str(each::below::Kind::SCHEMA).unwrap();
    assert_eq!(schema["required"], json!(["type"]));
    assert_eq!(schema["properties"]["where"]["default"], "all");
    assert_eq!(matched(json!({ "type": "letter" })).unwrap(), "letter in all");
    assert_eq!(matched(json!({ "type": "letter", "where": "bin" })).unwrap(), "letter in bin");
    assert_eq!(matched(json!({ "r#type": "letter" })).unwrap_err().code(), ErrorCode::BadInput);
}

#[test]
fn a_job_resumes_at_its_checkpoint_and_a_call_of_it_keeps_none() {
    let host = FakeHost::new();
    host.on::<Checkpoint>(|input| {
        Ok(CheckpointOutput { cancelled: input.checkpoint == Some(json!(5)) })
    });
    let method = "action:each.count.input.v1";
    let job = JobContext { id: Uuid::max(), attempt: 2, checkpoint: Some(json!(3)) };
    assert_eq!(host.run_job::<each::Extension, _, u32>(method, &9, job).unwrap(), 5);
    assert_eq!(host.calls().len(), 2, "4 and 5 were left");
    assert_eq!(host.call::<each::Extension, _, u32>(method, &9).unwrap(), 9);
    assert_eq!(host.calls().len(), 2);
}

#[test]
fn state_goes_from_one_version_to_the_next() {
    let host = FakeHost::new();
    host.init::<each::Extension>().unwrap();
    host.hand_over::<each::Extension, next::Extension>().unwrap();
    assert_eq!(STARTS.get(), 101);
}

#[test]
fn each_extension_has_its_own_functions() {
    let host = FakeHost::new();
    let input = json!({ "name": "Ada" });
    let error = host.call::<next::Extension, _, String>("query:each.greet.v1", &input).unwrap_err();
    assert_eq!(error.code(), ErrorCode::UnknownMethod);
}

#[test]
fn a_view_is_checked_as_a_host_does() {
    let host = FakeHost::new();
    let view = host.call::<each::Extension, _, View>("query:each.odd.v1", &NoInput {});
    assert!(view.unwrap_err().to_string().contains("the view: "));
}
