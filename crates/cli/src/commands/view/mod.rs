//! `spacedrive view`.

mod draw;

use anyhow::Context;
use ext_wire::{
    ErrorCode,
    ops::{
        NoInput,
        extensions::{ViewInfo, Views},
    },
    view::View,
};
use serde_json::{Map, Value};
use spacedrive_core::Core;

use crate::{
    args::{Output, ViewArgs},
    failure::Hinted,
    names,
    output::{self, Column},
    progress::Spinner,
};

pub(crate) fn run(core: &Core, args: &ViewArgs, output: Output) -> anyhow::Result<()> {
    let mut views = core.call_typed::<Views>(None, &NoInput {})?.views;
    if let Some(extension) = &args.extension {
        core.extensions().info(extension)?;
        views.retain(|view| view.extension == *extension);
    }
    let Some(wanted) = &args.view else {
        return output::print(output, &views, |views| table(views));
    };
    let Some(info) = views.iter().find(|view| view.view == *wanted) else {
        return Err(unknown(wanted, &views));
    };
    show(core, info, args, output)
}

fn show(core: &Core, info: &ViewInfo, args: &ViewArgs, output: Output) -> anyhow::Result<()> {
    let library = names::chosen(core, &args.library)?;
    let input = serde_json::to_vec(&read_input(&args.input)?)?;
    let spinner = Spinner::new(format!("{} …", info.title));
    let reply = core.call(&info.query, Some(library), input.into())?;
    drop(spinner);
    match output {
        Output::Json => output::json(std::str::from_utf8(&reply)?),
        Output::Table => {
            let view: View = serde_json::from_slice(&reply).context("the answer is not a view")?;
            output::paged(&draw::view(&view))
        }
    }
}

fn read_input(pairs: &[String]) -> anyhow::Result<Map<String, Value>> {
    pairs.iter().map(|pair| read_pair(pair)).collect()
}

fn read_pair(pair: &str) -> anyhow::Result<(String, Value)> {
    let Some((name, value)) = pair.split_once('=') else {
        return Err(Hinted::error(
            ErrorCode::BadInput,
            format_args!("`{}` is not a field of an input", pair.escape_debug()),
            "write it as NAME=VALUE, such as sort=date",
        ));
    };
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    Ok((name.to_owned(), value))
}

fn unknown(wanted: &str, views: &[ViewInfo]) -> anyhow::Error {
    let known: Vec<&str> = views.iter().map(|view| view.view.as_str()).collect();
    let message = format!("there is no view `{}`", wanted.escape_debug());
    let hint = match known.as_slice() {
        [] => "it has no views at all; `spacedrive view` lists those of all extensions".to_owned(),
        known => format!("its views are: {}", known.join(", ")),
    };
    Hinted::error(ErrorCode::NotFound, message, hint)
}

fn table(views: &[ViewInfo]) -> String {
    let row = |view: &ViewInfo| {
        vec![
            view.extension.clone(),
            view.view.clone(),
            view.title.clone(),
            view.placement.clone(),
            view.description.clone(),
        ]
    };
    let columns = [
        Column::whole("EXTENSION"),
        Column::whole("VIEW"),
        Column::text("TITLE"),
        Column::text("IN"),
        Column::text("SHOWS"),
    ];
    output::table(&columns, views.iter().map(row).collect(), "no view")
}
