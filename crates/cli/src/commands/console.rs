//! `spacedrive console`, and the opening of `spacedrive serve --open`.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
};

use anyhow::Context;
use ext_wire::ErrorCode;
use serde::{Deserialize, Serialize};

use crate::{
    args::{ConsoleArgs, Output},
    daemon_client::{self, to_body},
    failure::Hinted,
    output,
};

/// The port of the console, where it is free.
const PORT: u16 = 7711;
/// The page that leads a browser to the console. Its address, which has a code, stands in no list of
/// processes that way.
const PAGE: &str = "console.html";

/// An address by which a browser acts as the user.
#[derive(Debug, Serialize, Deserialize)]
struct Invitation {
    url: String,
    valid_for_s: u64,
}

pub(crate) fn run(folder: &Path, args: &ConsoleArgs, output: Output) -> anyhow::Result<()> {
    if !args.print {
        open(folder)?;
        let opened = serde_json::json!({ "opened": true });
        return output::print(output, &opened, |_| "the console opens in your browser".into());
    }
    let invitation = invite(folder)?;
    output::print(output, &invitation, |invitation| invitation.url.clone())
}

/// Returns the port to listen on: that which was asked for, or for `--open` one that is free.
pub(crate) fn port(listen: Option<SocketAddr>, is_opened: bool) -> Option<SocketAddr> {
    let usual = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let free = || if TcpListener::bind(usual).is_ok() { usual } else { any };
    listen.or_else(|| is_opened.then(free))
}

/// Shows the console in the browser, or tells its address where no browser can be opened: the daemon
/// runs in any case.
pub(crate) fn open_or_tell(folder: &Path) -> anyhow::Result<()> {
    if let Err(error) = open(folder) {
        let Invitation { url, .. } = invite(folder)?;
        tell!("{error}\nthe console is at {url}");
    }
    Ok(())
}

/// Shows the console in the browser.
fn open(folder: &Path) -> anyhow::Result<()> {
    let Invitation { url, .. } = invite(folder)?;
    let page = folder.join(PAGE);
    let text = format!(
        "<!doctype html><meta charset=\"utf-8\"><title>Spacedrive</title>\
         <meta http-equiv=\"refresh\" content=\"0; url={url}\"><a href=\"{url}\">Spacedrive</a>"
    );
    ext_fs::replace(&page, text.as_bytes())
        .with_context(|| format!("{} cannot be written", page.display()))?;
    open::that_detached(&page).map_err(|error| {
        let message = format!("your browser cannot be opened: {error}");
        let hint = "`spacedrive console --print` prints the address for a browser of your choice";
        Hinted::error(ErrorCode::Io, message, hint)
    })
}

fn invite(folder: &Path) -> anyhow::Result<Invitation> {
    let Some(client) = daemon_client::find(folder)? else {
        let message = format!("no daemon runs on {}", folder.display());
        let hint = "`spacedrive serve --open` starts one and shows the console";
        return Err(Hinted::error(ErrorCode::NotFound, message, hint));
    };
    let answer = client.request("daemon.open_console").map_err(to_body);
    let answer = answer.map_err(|error| match error.code {
        ErrorCode::NotFound => Hinted::error(
            ErrorCode::NotFound,
            error.error,
            "`spacedrive serve --stop`, then `spacedrive serve --open`",
        ),
        _ => error.into(),
    })?;
    Ok(serde_json::from_value(answer)?)
}
