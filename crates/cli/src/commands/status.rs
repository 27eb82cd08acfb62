//! `spacedrive status`.

use std::path::Path;

use ext_wire::text::counted;
use serde_json::Value;
use spacedrive_core::Core;
use spacedrive_daemon::status;

use crate::{
    args::Output,
    daemon_client,
    output::{self, Column, cells},
};

pub(crate) fn run(core: &Core, folder: &Path, output: Output) -> anyhow::Result<()> {
    let status: Value = match daemon_client::find(folder)? {
        Some(client) => client.request("daemon.status").map_err(daemon_client::to_body)?,
        None => serde_json::to_value(status::of_core(core)?)?,
    };
    let text = table(&status);
    output::print(output, &status, |_| text)
}

fn table(status: &Value) -> String {
    let sections = [
        daemon(&status["daemon"]),
        libraries(status),
        extensions(status),
        locations(status),
        attention(status),
    ];
    sections.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn daemon(daemon: &Value) -> String {
    if daemon.is_null() {
        return "no daemon runs: `spacedrive serve` starts one".to_owned();
    }
    let since = cells::time(daemon["since"].as_str().unwrap_or_default());
    format!("the daemon runs since {since}, as process {}", daemon["pid"])
}

fn libraries(status: &Value) -> String {
    let row = |library: &Value| {
        let state = if library["error"].is_string() { "unreadable" } else { "ok" };
        vec![
            text(&library["name"]),
            state.to_owned(),
            library["waiting_events"].to_string(),
            library["open_jobs"].to_string(),
            library["dead_letters"].to_string(),
            now(library),
        ]
    };
    let columns = [
        Column::text("LIBRARY"),
        Column::state("STATE"),
        Column::number("EVENTS"),
        Column::number("JOBS"),
        Column::number("FAILED"),
        Column::text("NOW"),
    ];
    output::table(&columns, rows(&status["libraries"], row), "no library")
}

/// Describes the work on a library at this moment.
fn now(library: &Value) -> String {
    let jobs = library["running_jobs"].as_u64().unwrap_or_default();
    let jobs = (jobs > 0).then(|| counted(jobs, "job runs", "jobs run"));
    let event = library["delivering"].as_str().map(str::to_owned);
    let index = library["indexing"].as_str().map(|what| format!("reading for search: {what}"));
    [event, jobs, index].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn extensions(status: &Value) -> String {
    let row = |extension: &Value| {
        let state = if extension["quarantine"].is_string() { "quarantined" } else { "ok" };
        vec![
            text(&extension["id"]),
            text(&extension["version"]),
            state.to_owned(),
            extension["calls"].to_string(),
            text(&extension["last_fault"]),
        ]
    };
    let columns = [
        Column::text("EXTENSION"),
        Column::text("VERSION"),
        Column::state("STATE"),
        Column::number("CALLS"),
        Column::text("LAST FAULT"),
    ];
    output::table(&columns, rows(&status["extensions"], row), "no extension is installed")
}

fn locations(status: &Value) -> String {
    let daemon = !status["daemon"].is_null();
    let row = |location: &Value| {
        let state = match (location["paused"].as_bool(), location["watched"].as_bool()) {
            (Some(true), _) => "paused",
            (_, Some(true)) => "watched",
            _ if daemon => "away",
            _ => "waits",
        };
        vec![
            text(&location["folder"]),
            state.to_owned(),
            location["added"].to_string(),
            location["waiting"].to_string(),
        ]
    };
    let columns = [
        Column::text("FOLDER"),
        Column::state("STATE"),
        Column::number("ADDED"),
        Column::number("WAITING"),
    ];
    let rows = rows(&status["locations"], row);
    if rows.is_empty() { String::new() } else { output::table(&columns, rows, "") }
}

fn attention(status: &Value) -> String {
    let lines = status["attention"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let lines: Vec<_> = lines.map(|line| format!("! {}", output::printable(line))).collect();
    lines.join("\n")
}

fn rows(list: &Value, row: impl Fn(&Value) -> Vec<String>) -> Vec<Vec<String>> {
    list.as_array().into_iter().flatten().map(row).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
