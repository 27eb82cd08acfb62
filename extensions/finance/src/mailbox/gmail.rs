//! A mailbox at Gmail, over its own interface (<https://developers.google.com/workspace/gmail/api>).
//!
//! It lists messages the newest first and gives them no numbers that grow, only times. So it is asked
//! for those of the last day again, and those that were seen are left out.

use base64::{
    Engine,
    engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD},
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use spacedrive_sdk::ops::http::MAX_RESPONSE_BODY_BYTES;
use spacedrive_sdk::prelude::*;

use super::{
    input::ScanInput,
    message::Incoming,
    source::{Page, Source},
    state::State,
};

/// Messages on one page, the most that Gmail allows.
const PAGE: usize = 500;
/// Pages that are listed: as many messages as a mailbox may have for this to make sense.
const MAX_PAGES: usize = 400;
/// Messages that are remembered so that they are not fetched again.
const MAX_RECENT: usize = 1000;
/// Most by which a message may be older than the newest one and still arrive later, in
/// milliseconds.
const OVERLAP_MS: u64 = 24 * 60 * 60 * 1000;

/// Message for a user who has to sign in again.
const NO_LOGIN: &str = "it does not accept the login: sign in again, with a scope to read mail";

/// The mailbox.
pub(super) struct Account {
    server: String,
    auth: String,
    since: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Listed {
    messages: Vec<Id>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    raw: String,
    internal_date: String,
}

impl Account {
    pub(super) fn new(server: &str, auth: &str, input: &ScanInput) -> Self {
        let server = server.trim_end_matches('/').to_owned();
        Self { server, auth: auth.to_owned(), since: input.since.clone() }
    }

    /// Lists all messages since a time, the oldest first.
    fn list(&self, client: &SpacedriveClient, time_ms: u64) -> Result<Vec<String>> {
        let after = match (time_ms.saturating_sub(OVERLAP_MS) / 1000, &self.since) {
            (0, Some(day)) => format!("&q=after:{}", day.replace('-', "/")),
            (0, None) => String::new(),
            (seconds, _) => format!("&q=after:{seconds}"),
        };
        let mut ids = Vec::new();
        let mut token = String::new();
        for _ in 0..MAX_PAGES {
            let path = format!("messages?maxResults={PAGE}{after}{token}");
            let listed: Listed = self.get(client, &path)?.unwrap_or_default();
            ids.extend(listed.messages.into_iter().map(|message| message.id));
            let Some(next) = listed.next_page_token else { break };
            token = format!("&pageToken={}", plain(&next)?);
        }
        ids.reverse();
        Ok(ids)
    }

    /// Fetches a resource; `None` when it does not exist.
    fn get<T: DeserializeOwned>(&self, client: &SpacedriveClient, path: &str) -> Result<Option<T>> {
        let url = format!("{}/gmail/v1/users/me/{path}", self.server);
        let request = client.http().get(url).auth(&self.auth);
        let answer = request.max_body_bytes(MAX_RESPONSE_BODY_BYTES).send()?;
        let body = answer.bytes();
        let failed = |code, what| Error::new(code, format!("{}: {what}", self.server));
        let reauth = || failed(ErrorCode::CredReauth, NO_LOGIN.to_owned());
        match answer.status() {
            200 => serde_json::from_slice(body)
                .map(Some)
                .map_err(|_| failed(ErrorCode::Net, "the answer is not valid".to_owned())),
            404 => Ok(None),
            401 => Err(reauth()),
            403 if !is_too_often(body) => Err(reauth()),
            403 | 429 | 500..=599 => {
                Err(failed(ErrorCode::Busy, "it asks to retry later".to_owned()))
            }
            status => Err(failed(ErrorCode::Net, format!("status {status}"))),
        }
    }
}

impl Source for Account {
    type Ref = String;

    fn page(&self, client: &SpacedriveClient, state: &mut State) -> Result<Page<String>> {
        let mut new = self.list(client, state.seen.time_ms)?;
        new.retain(|id| !state.seen.recent.contains(id));
        let total = new.len() as u64;
        Ok(Page { new, total })
    }

    fn fetch(&self, client: &SpacedriveClient, id: &String) -> Result<Option<Incoming>> {
        let path = format!("messages/{}?format=raw", plain(id)?);
        let Some(message) = self.get::<Message>(client, &path)? else { return Ok(None) };
        let text = message.raw.as_bytes();
        let raw = URL_SAFE.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(text));
        let raw =
            raw.map_err(|_| Error::new(ErrorCode::Net, "a message of Gmail is not valid base64"))?;
        let time_ms = message.internal_date.parse().unwrap_or_default();
        Ok(Some(Incoming { id: id.clone(), raw: raw.into(), time_ms }))
    }

    fn pass(&self, state: &mut State, id: &String, incoming: Option<&Incoming>) {
        let time_ms = incoming.map_or(0, |message| message.time_ms);
        state.seen.time_ms = state.seen.time_ms.max(time_ms);
        state.seen.recent.push(id.clone());
        let surplus = state.seen.recent.len().saturating_sub(MAX_RECENT);
        state.seen.recent.drain(..surplus);
    }
}

/// Checks that a text may stand in a URL and a path as it is. Ids of Gmail are hex, tokens are
/// digits.
fn plain(text: &str) -> Result<&str> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
    match !text.is_empty() && text.len() <= 256 && text.bytes().all(fits) {
        true => Ok(text),
        false => Err(Error::new(ErrorCode::Net, "Gmail sent an id that is not valid")),
    }
}

/// Returns whether a 403 is about the rate limit: Gmail says 403 for what a login may not do as
/// well.
fn is_too_often(body: &[u8]) -> bool {
    String::from_utf8_lossy(body).contains("ateLimitExceeded")
}
