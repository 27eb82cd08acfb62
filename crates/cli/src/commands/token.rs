//! `spacedrive token`.

use std::path::Path;

use ext_manifest::MethodPattern;
use serde::Serialize;
use spacedrive_core::Core;
use spacedrive_daemon::{NewToken, Token, Tokens};

use crate::{
    args::{Output, TokenCommand},
    names,
    output::{self, Column, cells},
};

/// A token that was made, with its text.
#[derive(Serialize)]
struct Made {
    #[serde(flatten)]
    token: Token,
    text: String,
}

pub(crate) fn run(
    core: &Core,
    folder: &Path,
    command: TokenCommand,
    output: Output,
) -> anyhow::Result<()> {
    let tokens = Tokens::of(folder);
    match command {
        TokenCommand::Create { name, methods, libraries, lifetime } => {
            let methods: Result<Vec<_>, _> =
                methods.iter().map(|text| names::method_pattern(text)).collect();
            let methods = methods?;
            let libraries: Result<Vec<_>, _> =
                libraries.iter().map(|library| names::library(core, library)).collect();
            let libraries = Some(libraries?).filter(|libraries| !libraries.is_empty());
            let first = methods.first().map(ToString::to_string);
            let name = name.or(first).unwrap_or_default();
            let new = NewToken { name, libraries, methods, lifetime };
            let (token, text) = tokens.create(new)?;
            if output == Output::Table {
                tell!("this is shown once; keep it where only your program reads it:");
            }
            output::print(output, &Made { token, text }, |made| made.text.clone())
        }
        TokenCommand::List => output::print(output, &tokens.list()?, |all| table(core, all)),
        TokenCommand::Revoke { token } => {
            let all = tokens.list()?;
            let named = all.iter().map(|token| (token.id, token.name.as_str()));
            let list = "`spacedrive token list` shows those that there are";
            let id = names::one_of(named, &token, "token", list)?;
            let revoked = tokens.revoke(id)?;
            let answer = serde_json::json!({ "token_id": id, "revoked": revoked });
            output::print(output, &answer, |_| format!("the token {id} is not valid any more"))
        }
    }
}

fn listed(methods: &[MethodPattern]) -> String {
    let methods: Vec<_> = methods.iter().map(ToString::to_string).collect();
    methods.join(", ")
}

fn table(core: &Core, tokens: &[Token]) -> String {
    let ids = cells::short_ids(&tokens.iter().map(|token| token.id).collect::<Vec<_>>());
    let libraries = names::LibraryNames::of(core);
    let row = |(token, id): (&Token, String)| {
        let named = match &token.libraries {
            None => "all".to_owned(),
            Some(ids) => ids.iter().map(|id| libraries.name(*id)).collect::<Vec<_>>().join(", "),
        };
        let state = if token.is_expired() { "expired" } else { "valid" };
        let until = token.expires_at.map(|end| cells::time(&end.to_string()));
        vec![
            token.name.clone(),
            state.to_owned(),
            listed(&token.methods),
            named,
            until.unwrap_or_else(|| "revoked".to_owned()),
            id,
        ]
    };
    let columns = [
        Column::text("TOKEN"),
        Column::state("STATE"),
        Column::text("METHODS"),
        Column::text("LIBRARIES"),
        Column::whole("UNTIL"),
        Column::whole("ID"),
    ];
    output::table(&columns, tokens.iter().zip(ids).map(row).collect(), "no token")
}
