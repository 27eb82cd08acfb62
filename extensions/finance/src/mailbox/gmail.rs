//! A mailbox at Gmail, over its own interface (<https://developers.google.com/workspace/gmail/api>).
//!
//! It lists messages the newest first and gives them no numbers that grow, only times. So it is asked
//! for those of the last day again, or for the last that are remembered, and those that were seen are
//! left out.

use base64::{
    Engine,
    engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD},
};
use serde::Deserialize;
use spacedrive_sdk::client::Response;
use spacedrive_sdk::prelude::*;

use super::{
    input::Scanned,
    message::Incoming,
    seen::Seen,
    source::{Fetched, Page, Source},
    state::{State, day_ms},
    web::Web,
};

/// Messages on one page, the most that Gmail allows.
const PAGE: usize = 500;
/// Pages that are listed: as many messages as a mailbox may have for this to make sense.
const MAX_PAGES: usize = 400;

/// The mailbox.
pub(super) struct Account {
    web: Web,
    since_ms: u64,
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
    pub(super) fn new(server: &str, auth: &str, input: &Scanned) -> Self {
        Self { web: Web::new(server, auth), since_ms: day_ms(input.since.as_deref()) }
    }

    /// Lists the messages that may be new, the oldest first.
    fn list(&self, client: &SpacedriveClient, seen: &Seen) -> Result<Vec<String>> {
        // Gmail takes a day as one in California, and seconds as they are.
        let after = match seen.resume_ms().max(self.since_ms) / 1000 {
            0 => String::new(),
            seconds => format!("&q=after:{seconds}"),
        };
        let mut ids = Vec::new();
        let mut token = String::new();
        for _ in 0..MAX_PAGES {
            let path = format!("messages?maxResults={PAGE}{after}{token}");
            let missing = || self.web.error(ErrorCode::BadInput, "there is no interface of Gmail");
            let answer = self.web.check(self.get(client, &path)?)?.ok_or_else(missing)?;
            let listed: Listed = self.web.json(&answer)?;
            ids.extend(listed.messages.into_iter().map(|message| message.id));
            let Some(next) = listed.next_page_token else { break };
            token = format!("&pageToken={}", plain(&next)?);
        }
        ids.reverse();
        Ok(ids)
    }

    fn get(&self, client: &SpacedriveClient, path: &str) -> Result<Response> {
        let url = format!("{}/gmail/v1/users/me/{path}", self.web.server());
        self.web.get(client, &url).send()
    }
}

impl Source for Account {
    type Ref = String;

    fn page(&self, client: &SpacedriveClient, state: &mut State) -> Result<Page<String>> {
        let mut new = self.list(client, &state.seen)?;
        state.seen.take_out_of(&mut new);
        let total = new.len() as u64;
        Ok(Page { new, total })
    }

    fn fetch(&self, client: &SpacedriveClient, id: &String) -> Result<Fetched> {
        let answer = self.get(client, &format!("messages/{}?format=raw", plain(id)?))?;
        self.web.fetched(answer, |answer| {
            let message: Message = self.web.json(&answer)?;
            let text = message.raw.as_bytes();
            let raw = URL_SAFE.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(text));
            let wrong = |_| Error::new(ErrorCode::Net, "a message of Gmail is not valid base64");
            let time_ms = message.internal_date.parse().unwrap_or_default();
            Ok(Incoming { id: id.clone(), raw: raw.map_err(wrong)?.into(), time_ms })
        })
    }

    fn pass(&self, state: &mut State, id: &String, incoming: Option<&Incoming>) {
        let time_ms = incoming.map_or(0, |message| message.time_ms);
        state.seen.remember(id, time_ms);
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
