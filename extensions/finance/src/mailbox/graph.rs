//! A folder of a mailbox at Microsoft, over Microsoft Graph
//! (<https://learn.microsoft.com/graph/api/message-delta>).
//!
//! A delta query lists the messages of a folder page by page, and ends with a link for what comes
//! later. A link expires; then the folder is listed anew, and what was there when the last scan reached
//! the end is left out.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};
use spacedrive_sdk::client::Response;
use spacedrive_sdk::prelude::*;

use super::{
    input::Scanned,
    message::Incoming,
    seen::Seen,
    source::{Fetched, Page, Source},
    state::{State, day_ms, time_ms},
    web::{Web, escape},
};
use crate::text::short_hash;

/// Ids that stay the same when a message moves, and as many messages on a page.
const PREFER: &str = "odata.maxpagesize=200, IdType=\"ImmutableId\"";
/// Names that stand for a folder in every language.
const WELL_KNOWN: [&str; 7] =
    ["inbox", "archive", "clutter", "deleteditems", "drafts", "junkemail", "sentitems"];

/// The folder.
pub(super) struct Folder {
    web: Web,
    folder: String,
    since_ms: u64,
    /// Link behind the page that was listed last: it is passed when there is a next page.
    next: RefCell<Option<String>>,
}

/// A message until it is fetched.
#[derive(Serialize, Deserialize)]
pub(super) struct Listed {
    id: String,
    /// The id that is kept of it.
    kept_id: String,
    time_ms: u64,
}

#[derive(Deserialize)]
struct Delta {
    value: Vec<Item>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
    #[serde(rename = "@odata.deltaLink")]
    delta: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    #[serde(default)]
    received_date_time: String,
    /// It is no longer in the folder.
    #[serde(rename = "@removed")]
    removed: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Folders {
    value: Vec<Item>,
}

impl Folder {
    pub(super) fn new(server: &str, auth: &str, folder: &str, input: &Scanned) -> Self {
        let since_ms = day_ms(input.since.as_deref());
        let folder = folder.to_owned();
        Self { web: Web::new(server, auth), folder, since_ms, next: RefCell::default() }
    }

    fn get(&self, client: &SpacedriveClient, url: &str) -> Result<Response> {
        self.web.get(client, url).header("prefer", PREFER).send()
    }

    /// Returns the id of the folder, or a name that stands for it.
    fn folder_id(&self, client: &SpacedriveClient) -> Result<String> {
        let lower = self.folder.to_ascii_lowercase();
        if WELL_KNOWN.contains(&lower.as_str()) {
            return Ok(lower);
        }
        let name = escape(&self.folder.replace('\'', "''"));
        let path = format!("me/mailFolders?$select=id&$filter=displayName%20eq%20'{name}'");
        let answer = self.web.check(self.get(client, &self.url(&path))?)?;
        let found: Option<Folders> = answer.map(|answer| self.web.json(&answer)).transpose()?;
        let first = found.and_then(|found| found.value.into_iter().next());
        let missing = || {
            let folder = self.folder.escape_debug();
            self.web.error(ErrorCode::NotFound, format!("there is no folder `{folder}`"))
        };
        first.map(|folder| folder.id).ok_or_else(missing)
    }

    fn url(&self, path: &str) -> String {
        format!("{}/v1.0/{path}", self.web.server())
    }

    /// Returns the link of a list from its beginning.
    fn begin(&self, client: &SpacedriveClient) -> Result<String> {
        let id = escape(&self.folder_id(client)?);
        let path = "messages/delta?changeType=created&$select=receivedDateTime";
        Ok(self.url(&format!("me/mailFolders/{id}/{path}")))
    }

    /// Follows a link; `None` when it has expired.
    fn follow(&self, client: &SpacedriveClient, link: &str) -> Result<Option<Delta>> {
        let answer = self.get(client, link)?;
        if answer.status() == 410 {
            return Ok(None);
        }
        let missing = || self.web.error(ErrorCode::NotFound, "the folder is gone");
        let answer = self.web.check(answer)?.ok_or_else(missing)?;
        self.web.json(&answer).map(Some)
    }

    /// Returns the link that goes on behind a page, and whether there is more there now.
    fn link_behind(&self, page: &Delta) -> Result<(String, bool)> {
        let link = page.next.as_ref().or(page.delta.as_ref());
        let is_own = |link: &&String| link.starts_with(&format!("{}/", self.web.server()));
        let link = link.filter(is_own).cloned();
        let wrong = || self.web.error(ErrorCode::Net, "the answer has no valid link");
        Ok((link.ok_or_else(wrong)?, page.next.is_some()))
    }

    fn new_of(&self, page: Delta, seen: &Seen) -> Vec<Listed> {
        let from = self.since_ms.max(seen.floor_ms);
        let there = page.value.into_iter().filter(|item| item.removed.is_none());
        let listed = there.map(|it| Listed {
            kept_id: short_hash(&it.id),
            time_ms: time_ms(&it.received_date_time),
            id: it.id,
        });
        let mut new: Vec<Listed> = listed
            .filter(|message| message.time_ms >= from && !seen.remembers(&message.kept_id))
            .collect();
        new.sort_by_key(|message| message.time_ms);
        new
    }
}

impl Source for Folder {
    type Ref = Listed;

    fn page(&self, client: &SpacedriveClient, state: &mut State) -> Result<Page<Listed>> {
        let seen = &mut state.seen;
        if let Some(next) = self.next.take() {
            seen.cursor = next;
        }
        let is_first = seen.cursor.is_empty();
        if is_first {
            seen.cursor = self.begin(client)?;
        }
        let Some(page) = self.follow(client, &seen.cursor)? else {
            if is_first {
                return Err(self.web.error(ErrorCode::Net, "status 410"));
            }
            seen.forget_cursor();
            return Ok(Page::more());
        };
        let (behind, more) = self.link_behind(&page)?;
        let new = self.new_of(page, seen);
        match new.is_empty() {
            true => seen.cursor = behind,
            false => *self.next.borrow_mut() = Some(behind),
        }
        Ok(Page::with_more(new, more))
    }

    fn fetch(&self, client: &SpacedriveClient, message: &Listed) -> Result<Fetched> {
        let url = self.url(&format!("me/messages/{}/$value", escape(&message.id)));
        let answer = self.get(client, &url)?;
        self.web.fetched(answer, |answer| {
            let (id, time_ms) = (message.kept_id.clone(), message.time_ms);
            Ok(Incoming { id, raw: answer.into_inner().body, time_ms })
        })
    }

    fn pass(&self, state: &mut State, message: &Listed, _: Option<&Incoming>) {
        state.seen.remember(&message.kept_id, message.time_ms);
    }
}
