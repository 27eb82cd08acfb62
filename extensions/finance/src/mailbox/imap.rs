//! A folder of an IMAP server. Messages have numbers that only grow, so that the last one that was
//! seen says it all.

use serde::{Deserialize, Serialize};
use spacedrive_sdk::ops::mail::{
    FetchMessageInput, ListMessagesInput, MAX_MESSAGE_BYTES, Mailbox as MailServer, MessageInfo,
};
use spacedrive_sdk::prelude::*;

use super::{
    input::Scanned,
    message::Incoming,
    source::{Fetched, Page, Source},
    state::{State, time_ms},
};

/// Messages that are listed at once.
const PAGE: u32 = 200;

/// The folder.
pub(super) struct Folder {
    mailbox: MailServer,
    folder: String,
    since: Option<String>,
}

/// A message, and what its number is valid for.
#[derive(Serialize, Deserialize)]
pub(super) struct Numbered {
    uid_validity: u32,
    info: MessageInfo,
}

impl Folder {
    pub(super) fn new(
        server: &str,
        auth: &str,
        user: Option<&String>,
        folder: &str,
        input: &Scanned,
    ) -> Self {
        let (server, auth, user) = (server.to_owned(), auth.to_owned(), user.cloned());
        let mailbox = MailServer { server, auth, user };
        Self { mailbox, folder: folder.to_owned(), since: input.since.clone() }
    }
}

impl Source for Folder {
    type Ref = Numbered;

    fn page(&self, client: &SpacedriveClient, state: &mut State) -> Result<Page<Numbered>> {
        let list = |after| {
            client.mail().list_messages(&ListMessagesInput {
                mailbox: self.mailbox.clone(),
                folder: self.folder.clone(),
                after,
                since: self.since.clone(),
                limit: PAGE,
            })
        };
        let mut listed = list(state.seen.uid)?;
        if listed.uid_validity != state.seen.uid_validity {
            // The numbers stand for other messages now. What was booked is not booked again.
            (state.seen.uid_validity, state.seen.uid) = (listed.uid_validity, 0);
            state.seen.withheld.clear();
            listed = list(0)?;
        }
        let uid_validity = listed.uid_validity;
        let numbered = |info| Numbered { uid_validity, info };
        let new = listed.messages.into_iter().map(numbered).collect();
        Ok(Page { new, total: listed.total.into() })
    }

    fn fetch(&self, client: &SpacedriveClient, message: &Numbered) -> Result<Fetched> {
        let Numbered { uid_validity, info } = message;
        let fetched = client.mail().fetch_message(&FetchMessageInput {
            mailbox: self.mailbox.clone(),
            folder: self.folder.clone(),
            uid_validity: *uid_validity,
            uid: info.uid,
            max_bytes: MAX_MESSAGE_BYTES,
        });
        match fetched {
            Ok(raw) => {
                let id = format!("{uid_validity}-{}", info.uid);
                Ok(Fetched::Here(Incoming { id, raw, time_ms: 0 }))
            }
            Err(error) if is_of_message(&error) => match error.is_not_found() {
                true => Ok(Fetched::Gone),
                false => Ok(Fetched::Withheld(error.message().to_owned())),
            },
            Err(error) => Err(error),
        }
    }

    fn pass(&self, state: &mut State, message: &Numbered, _: Option<&Incoming>) {
        state.seen.uid = message.info.uid;
        state.seen.note_time(message.info.received_at.as_deref().map_or(0, time_ms));
    }
}

/// Returns whether a failure says nothing about other messages.
fn is_of_message(error: &Error) -> bool {
    let details = error.body().details.as_ref();
    details.is_some_and(|details| details.get("message").is_some())
}
