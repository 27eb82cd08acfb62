//! Calls a spread of operations and says what came back.
//!
//! The same source is a binary fixture, built by an older SDK, and a library of this version's tests.
use serde_json::{Map, Value, json};
use spacedrive_sdk::{
    ops::{
        NoInput,
        ai::{ClassifyTextInput, ExtractTextInput},
        core::{Quota, Status},
        jobs::{DispatchInput, ListJobsInput},
        search::{Comparison, Filter, SearchInput, SearchMode},
        vdfs::{ListEntriesInput, NewEntry, ReadContent, ReadContentInput},
    },
    prelude::*,
};

/// The path of the entry that [`guest::library`] makes and removes.
pub const PATH: &str = "compat/note.txt";

const TEXT: &str = "Invoice number: 2026-07\nDate: 2026-03-01\nTotal: 12.50 EUR\n";

/// The exports that the host calls.
#[spacedrive_sdk::extension]
pub mod guest {
    use super::*;

    /// Marks new files.
    #[on_event]
    fn mark(client: &SpacedriveClient, event: Event) -> Result<()> {
        let content = client.vdfs().read_content(event.entry.id)?;
        client.write_sidecar(event.entry.id, "seen.txt", content)?;
        client.vdfs().update_metadata(event.entry.id, object(json!({ "seen": event.kind })))?;
        Ok(())
    }

    /// Asks for the host; needs a call without a library.
    #[operation("query:compat.host.v1")]
    fn host(client: &SpacedriveClient, _: NoInput) -> Result<Value> {
        let status = client.call_op::<Status>(&NoInput {})?;
        let quota = client.call_op::<Quota>(&NoInput {})?;
        Ok(json!({ "abi": status.abi_version, "budgets": quota.budgets.len(),
            "requests": quota.requests.map(|requests| requests.per_minute) }))
    }

    /// Makes an entry, works on it, finds it, and removes it.
    ///
    /// # Errors
    /// The error of the first operation that fails.
    #[operation("action:compat.library.input.v1")]
    pub fn library(client: &SpacedriveClient, _: NoInput) -> Result<Value> {
        let made = client.vdfs().create_entry_with(note())?;
        let again = client.vdfs().create_entry_with(note())?;
        let id = made.entry.id;
        let content = client.vdfs().read_content(id)?;
        let range = ReadContentInput { entry_id: id, offset: 8, length: Some(6) };
        let part = client.call_op::<ReadContent>(&range)?;
        let patch = object(json!({ "draft": null, "state": { "name": "booked" } }));
        let metadata = client.vdfs().update_metadata(id, patch)?;
        let sidecars = sidecars(client, id)?;
        let found = find(client)?;
        let read = read(client, content)?;
        let deleted = client.vdfs().delete_entry(id)?;
        let gone =
            client.vdfs().get_entry(id).map_or_else(|error| error.code().name(), |_| "still there");
        Ok(json!({ "created": [made.created, again.created], "metadata": metadata,
            "part": String::from_utf8_lossy(part.data.as_bytes()), "sidecars": sidecars,
            "found": found, "read": read, "deleted": deleted, "gone": gone }))
    }

    /// Publishes and listens, and makes a job of [`echo`].
    #[operation("action:compat.talk.input.v1")]
    fn talk(client: &SpacedriveClient, _: NoInput) -> Result<Value> {
        let entry = client.create_entry(NewEntry { path: "compat/talk".into(), ..note() })?;
        let event = client.events().publish("booked", entry, Some(json!({ "n": 1 })))?;
        let subscribed = client.events().subscribe("ext.other.booked")?;
        let unsubscribed = client.events().unsubscribe("ext.other.booked")?;
        let job = DispatchInput {
            method: "query:compat.echo.v1".into(),
            input: json!("later"),
            key: Some("one".into()),
            delay_ms: 60_000,
            ..DispatchInput::default()
        };
        let job = client.jobs().dispatch_with(&job)?.job_id;
        let status = client.jobs().status(job)?;
        let jobs = client.jobs().list(&ListJobsInput::default())?.len();
        let cancelled = client.jobs().cancel(job)?;
        Ok(json!({ "kind": event.kind, "subscribed": [subscribed, unsubscribed],
            "job": [status.method, status.state.name()], "jobs": jobs, "cancelled": cancelled }))
    }

    /// Gives back what it gets.
    #[operation("query:compat.echo.v1")]
    fn echo(_: &SpacedriveClient, input: Value) -> Result<Value> {
        Ok(input)
    }
}

fn note() -> NewEntry {
    NewEntry {
        name: "Note".into(),
        path: PATH.into(),
        entry_type: "note".into(),
        metadata: object(json!({ "amount": 12.5, "draft": true })),
        content: Some(TEXT.into()),
        media_type: Some("text/plain".into()),
    }
}

fn sidecars(client: &SpacedriveClient, id: Uuid) -> Result<Value> {
    client.vdfs().write_json_sidecar(id, "note.json", &json!({ "words": 3 }))?;
    let written = client.write_sidecar(id, "text.txt", "Total 12.50 EUR")?;
    let read: Value = client.vdfs().read_json_sidecar(id, "note.json")?;
    let listed = client.vdfs().list_sidecars(id)?;
    let details = client.vdfs().get_entry(id)?;
    let names: Vec<String> = listed.into_iter().map(|sidecar| sidecar.name).collect();
    let deleted = client.vdfs().delete_sidecar(id, "note.json")?;
    Ok(json!({ "bytes": written.size, "read": read, "names": names,
        "with_entry": details.sidecars.len(), "deleted": deleted }))
}

fn find(client: &SpacedriveClient) -> Result<Value> {
    let input = ListEntriesInput {
        entry_type: Some("note".into()),
        path_prefix: Some("compat".into()),
        metadata: object(json!({ "amount": 12.5 })),
        ..ListEntriesInput::default()
    };
    let listed = client.vdfs().list_entries(input)?.len();
    let over_ten = Filter { key: "amount".into(), op: Comparison::Greater, value: json!(10) };
    let input = SearchInput {
        filters: vec![over_ten],
        mode: SearchMode::Text,
        ..SearchInput::new("total")
    };
    let hits = client.search().entries(input)?.hits;
    let snippets: Vec<String> = hits.into_iter().map(|hit| hit.snippet).collect();
    Ok(json!({ "listed": listed, "snippets": snippets }))
}

fn read(client: &SpacedriveClient, data: Blob) -> Result<Value> {
    let extracted = client.ai().extract_text(ExtractTextInput::of_type(data, "text/plain"))?;
    let schema = json!({ "type": "object",
        "properties": { "total": { "type": "number", "description": "total amount" } } });
    let answer = client.ai().classify_text_with(ClassifyTextInput {
        text: extracted.text,
        prompt: "What is the total?".into(),
        schema: Some(object(schema)),
    })?;
    Ok(json!({ "pages": extracted.pages, "answer": answer.answer,
        "evidence": answer.evidence.len() }))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
