//! A mailbox over JMAP (RFC 8620 and RFC 8621).
//!
//! All email is listed once, the oldest first, but for what lies in folders for junk, trash and drafts.
//! From then on the server is asked for what changed since the state at which that began. Where it has
//! forgotten that state, what came since the last message is listed anew.

use std::cell::{OnceCell, RefCell};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;

use super::{
    input::Scanned,
    jmap_wire::{Call, Changes, Got, Message, Queried, Session},
    message::Incoming,
    seen::Seen,
    source::{Fetched, Page, Source},
    state::{State, day_ms, rfc3339},
    web::{Web, escape},
};
use crate::text::short_hash;

/// Messages that are listed at once.
const PAGE: u64 = 200;
/// Roles of folders (RFC 8621, section 2) whose email is not looked at.
const LEFT_OUT: [&str; 3] = ["junk", "trash", "drafts"];

/// The mailbox.
pub(super) struct Account {
    web: Web,
    since_ms: u64,
    opened: OnceCell<Opened>,
    /// State behind the changes that were listed last: they are passed when there is a next page.
    next: RefCell<Option<String>>,
}

/// The account, as the server describes it.
struct Opened {
    session: Session,
    /// Folders whose email is not looked at.
    left_out: Vec<String>,
    /// State of the emails when the account was opened.
    state: String,
}

/// A message until it is fetched.
#[derive(Serialize, Deserialize)]
pub(super) struct Listed {
    id: String,
    /// The id that is kept of it.
    kept_id: String,
    blob: String,
    time_ms: u64,
}

impl Account {
    pub(super) fn new(server: &str, auth: &str, input: &Scanned) -> Self {
        let web = Web::new(server, auth);
        let since_ms = day_ms(input.since.as_deref());
        Self { web, since_ms, opened: OnceCell::new(), next: RefCell::default() }
    }

    fn open(&self, client: &SpacedriveClient) -> Result<&Opened> {
        if self.opened.get().is_none() {
            let session = Session::fetch(&self.web, client)?;
            let folders = Call::new("Mailbox/get", json!({ "ids": null, "properties": ["role"] }));
            let emails = Call::new("Email/get", json!({ "ids": [], "properties": ["id"] }));
            let [folders, emails] = session.call(&self.web, client, [folders, emails])?;
            let left_out = folders.read::<Got>(&self.web)?.with_roles(&LEFT_OUT);
            let state = emails.read::<Got>(&self.web)?.state;
            let _ = self.opened.set(Opened { session, left_out, state });
        }
        self.opened.get().ok_or_else(|| self.web.error(ErrorCode::Net, "it is not open"))
    }

    /// Lists a page of the messages that there are, the oldest first.
    fn list(&self, client: &SpacedriveClient, seen: &mut Seen) -> Result<Page<Listed>> {
        let opened = self.open(client)?;
        let calls = self.query(opened, seen);
        let [queried, got] = opened.session.call(&self.web, client, calls)?;
        if queried.is_error("anchorNotFound") && !seen.anchor.is_empty() {
            // The message is gone, so the list goes on with its time.
            (seen.anchor, seen.floor_ms) = (String::new(), seen.time_ms.max(seen.floor_ms));
            return Ok(Page::more());
        }
        let queried: Queried = queried.read(&self.web)?;
        let Some(last) = queried.ids.last() else {
            // From now on, changes are asked for.
            (seen.listing, seen.anchor) = (false, String::new());
            return Ok(Page::more());
        };
        let left = queried.left();
        let mut new = listed(got.read::<Got>(&self.web)?.in_order(&queried.ids));
        new.retain(|message| !seen.remembers(&message.kept_id));
        if new.is_empty() {
            seen.anchor.clone_from(last);
            return Ok(Page::more());
        }
        Ok(Page { total: left.max(new.len() as u64), new })
    }

    fn query(&self, opened: &Opened, seen: &Seen) -> [Call; 2] {
        let mut filter = json!({});
        if !opened.left_out.is_empty() {
            filter["inMailboxOtherThan"] = json!(opened.left_out);
        }
        if let Some(after) = rfc3339(self.since_ms.max(seen.floor_ms)) {
            filter["after"] = json!(after);
        }
        let mut query = json!({ "filter": filter, "limit": PAGE, "calculateTotal": true,
            "sort": [{ "property": "receivedAt", "isAscending": true }] });
        if !seen.anchor.is_empty() {
            (query["anchor"], query["anchorOffset"]) = (json!(seen.anchor), json!(1));
        }
        [Call::new("Email/query", query), Call::described("Email/query", "/ids")]
    }

    /// Lists a page of the messages that came since a state.
    fn changes(&self, client: &SpacedriveClient, seen: &mut Seen) -> Result<Page<Listed>> {
        if let Some(next) = self.next.take() {
            seen.cursor = next;
        }
        let opened = self.open(client)?;
        let since = json!({ "sinceState": seen.cursor, "maxChanges": PAGE });
        let calls =
            [Call::new("Email/changes", since), Call::described("Email/changes", "/created")];
        let [changed, got] = opened.session.call(&self.web, client, calls)?;
        if changed.is_error("cannotCalculateChanges") {
            // Changes are asked for once the list has ended.
            seen.reached_end_before();
            seen.forget_cursor();
            return Ok(Page::more());
        }
        let changed: Changes = changed.read(&self.web)?;
        let mut new = listed(got.read::<Got>(&self.web)?.outside_of(&opened.left_out));
        new.retain(|it| it.time_ms >= self.since_ms && !seen.remembers(&it.kept_id));
        new.sort_by_key(|message| message.time_ms);
        match new.is_empty() {
            true => seen.cursor = changed.new_state,
            false => *self.next.borrow_mut() = Some(changed.new_state),
        }
        Ok(Page::with_more(new, changed.has_more_changes))
    }

    /// Begins a list of all messages, of which changes are asked for from now on.
    fn begin(&self, client: &SpacedriveClient, seen: &mut Seen) -> Result<()> {
        seen.cursor.clone_from(&self.open(client)?.state);
        (seen.listing, seen.anchor) = (true, String::new());
        Ok(())
    }
}

impl Source for Account {
    type Ref = Listed;

    fn page(&self, client: &SpacedriveClient, state: &mut State) -> Result<Page<Listed>> {
        let seen = &mut state.seen;
        if seen.cursor.is_empty() {
            self.begin(client, seen)?;
        }
        match seen.listing {
            true => self.list(client, seen),
            false => self.changes(client, seen),
        }
    }

    fn fetch(&self, client: &SpacedriveClient, message: &Listed) -> Result<Fetched> {
        let url = self.open(client)?.session.download_url(&message.blob);
        let answer = self.web.get(client, &url).send()?;
        self.web.fetched(answer, |answer| {
            let (id, time_ms) = (message.kept_id.clone(), message.time_ms);
            Ok(Incoming { id, raw: answer.into_inner().body, time_ms })
        })
    }

    fn pass(&self, state: &mut State, message: &Listed, _: Option<&Incoming>) {
        if state.seen.listing {
            state.seen.anchor.clone_from(&message.id);
        }
        state.seen.remember(&message.kept_id, message.time_ms);
    }
}

fn listed(messages: Vec<Message>) -> Vec<Listed> {
    let each = messages.into_iter().map(|it| Listed {
        kept_id: short_hash(&it.id),
        time_ms: it.time_ms(),
        id: it.id,
        blob: it.blob_id,
    });
    each.collect()
}

impl Session {
    /// Returns the URL of a message as it is (RFC 8620, section 6.2).
    fn download_url(&self, blob: &str) -> String {
        let values = [
            ("{accountId}", self.account()),
            ("{blobId}", blob),
            ("{name}", "message.eml"),
            ("{type}", "message/rfc822"),
        ];
        let filled = |url: String, (name, value): (&str, &str)| url.replace(name, &escape(value));
        values.into_iter().fold(self.download_template().to_owned(), filled)
    }
}

/// Makes the arguments of a call for an account.
pub(super) fn with_account(arguments: &Value, account: &str) -> Value {
    let mut arguments = arguments.clone();
    arguments["accountId"] = json!(account);
    arguments
}
