//! Commands to a server: its folders, the messages of one, and one message.

use std::{collections::BTreeMap, num::NonZeroU32};

use bytes::Bytes;
use chrono::NaiveDate;
use ext_services::mail::{MailError, MessageQuery, MessageRef};
use ext_wire::ops::mail::{Folder, ListMessagesOutput, MessageInfo};
use imap_next::imap_types::{
    command::CommandBody,
    core::Vec1,
    datetime::DateTime,
    fetch::{MacroOrMessageDataItemNames, MessageDataItem, MessageDataItemName},
    flag::FlagNameAttribute,
    mailbox::Mailbox,
    response::{Code, Data},
    search::SearchKey,
    sequence::SequenceSet,
};
use jiff::Timestamp;

use crate::{
    folder_name,
    session::{Done, Session, Stream},
};

/// Lists the folders that hold messages.
pub(crate) async fn folders(session: &mut Session<impl Stream>) -> Result<Vec<Folder>, MailError> {
    let list = CommandBody::list("", "*").map_err(|error| internal(&error))?;
    let mut folders = Vec::new();
    let mut take = |data| {
        if let Data::List { items, delimiter, mailbox } = data
            && !items.contains(&FlagNameAttribute::Noselect)
        {
            let delimiter = delimiter.map(|delimiter| delimiter.inner());
            folders.push(Folder { name: name(mailbox), delimiter });
        }
    };
    match session.run(list, &mut take).await? {
        Done::Ok { .. } => Ok(folders),
        Done::Refused { .. } => Err(session.broken("the server does not list its folders")),
    }
}

fn name(mailbox: Mailbox<'_>) -> String {
    match mailbox {
        Mailbox::Inbox => "INBOX".to_owned(),
        Mailbox::Other(other) => {
            folder_name::decode(&String::from_utf8_lossy(other.inner().as_ref()))
        }
    }
}

/// Lists messages of a folder, by number.
pub(crate) async fn messages(
    session: &mut Session<impl Stream>,
    query: &MessageQuery,
) -> Result<ListMessagesOutput, MailError> {
    let since = query.since.as_deref().map(day).transpose()?;
    let uid_validity = examine(session, &query.folder).await?;
    let mut uids = search(session, query.after, since).await?;
    let total = u32::try_from(uids.len()).unwrap_or(u32::MAX);
    uids.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
    let messages = describe(session, uids).await?;
    Ok(ListMessagesOutput { uid_validity, total, messages })
}

/// Reads a day that a caller wrote.
///
/// # Errors
/// [`MailError::BadInput`] when it is not a day.
pub(crate) fn day(text: &str) -> Result<SearchKey<'static>, MailError> {
    let wrong = || MailError::BadInput("`since` is not a valid day, such as 2026-01-31".into());
    let day: NaiveDate = text.parse().map_err(|_| wrong())?;
    Ok(SearchKey::Since(day.try_into().map_err(|_| wrong())?))
}

/// Opens a folder for reading, and returns what its numbers are valid for.
async fn examine(session: &mut Session<impl Stream>, folder: &str) -> Result<u32, MailError> {
    session.folder = None;
    let host = session.host().to_owned();
    let missing = || MailError::Folder { host: host.clone(), folder: folder.to_owned() };
    let command = CommandBody::examine(folder_name::encode(folder)).map_err(|_| missing())?;
    let codes = match session.run(command, &mut |_| {}).await? {
        Done::Ok { codes, .. } => codes,
        Done::Refused { for_now: true } => {
            return Err(session.broken("the server does not open the folder for now"));
        }
        Done::Refused { .. } => return Err(missing()),
    };
    let uid_validity = codes.into_iter().find_map(|code| match code {
        Code::UidValidity(uid_validity) => Some(uid_validity.get()),
        _ => None,
    });
    let uid_validity =
        uid_validity.ok_or_else(|| session.broken("the folder has no UIDVALIDITY"))?;
    session.folder = Some((folder.to_owned(), uid_validity));
    Ok(uid_validity)
}

/// Finds the numbers above `after`, in their order.
async fn search(
    session: &mut Session<impl Stream>,
    after: u32,
    since: Option<SearchKey<'static>>,
) -> Result<Vec<NonZeroU32>, MailError> {
    let Some(first) = after.checked_add(1) else { return Ok(Vec::new()) };
    let above = SequenceSet::try_from(first..).map_err(|error| internal(&error))?;
    let criteria: Vec<_> = [SearchKey::Uid(above)].into_iter().chain(since).collect();
    let criteria = Vec1::try_from(criteria).map_err(|error| internal(&error))?;
    let mut found = Vec::new();
    let mut take = |data| {
        if let Data::Search(numbers) = data {
            found.extend(numbers);
        }
    };
    let done = session.run(CommandBody::search(None, criteria, true), &mut take).await?;
    if !matches!(done, Done::Ok { complete: true, .. }) {
        return Err(session.broken("the server does not search"));
    }
    // `7:*` also means the last message when its number is below 7.
    found.retain(|number| number.get() > after);
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Fetches size and time of messages; those that are gone meanwhile are left out. What a server says of
/// a message may be unreadable, such as a time that is none: the message is listed all the same, as far
/// as it can be described.
async fn describe(
    session: &mut Session<impl Stream>,
    uids: Vec<NonZeroU32>,
) -> Result<Vec<MessageInfo>, MailError> {
    const SIZE: [MessageDataItemName<'_>; 2] =
        [MessageDataItemName::Uid, MessageDataItemName::Rfc822Size];
    let mut found = BTreeMap::new();
    let all = SIZE.into_iter().chain([MessageDataItemName::InternalDate]).collect();
    let mut complete = ask(session, &uids, all, &mut found).await?;
    if !complete {
        let rest: Vec<_> =
            uids.iter().copied().filter(|uid| !found.contains_key(&uid.get())).collect();
        complete = ask(session, &rest, SIZE.into(), &mut found).await?;
    }
    let unknown = |uid| MessageInfo { uid, bytes: 0, received_at: None };
    let info = |uid: NonZeroU32| {
        let info = found.remove(&uid.get());
        info.or_else(|| (!complete).then(|| unknown(uid.get())))
    };
    Ok(uids.into_iter().filter_map(info).collect())
}

/// Asks for items of messages, and returns whether the whole answer could be read.
async fn ask(
    session: &mut Session<impl Stream>,
    uids: &[NonZeroU32],
    items: Vec<MessageDataItemName<'static>>,
    found: &mut BTreeMap<u32, MessageInfo>,
) -> Result<bool, MailError> {
    if uids.is_empty() {
        return Ok(true);
    }
    let command = fetch(uids.to_vec(), items)?;
    let mut take = |data| {
        if let Some(info) = info(data) {
            found.insert(info.uid, info);
        }
    };
    match session.run(command, &mut take).await? {
        Done::Ok { complete, .. } => Ok(complete),
        Done::Refused { .. } => Err(session.broken("the server does not describe its messages")),
    }
}

fn info(data: Data<'_>) -> Option<MessageInfo> {
    let Data::Fetch { items, .. } = data else { return None };
    let (mut uid, mut bytes, mut received_at) = (None, None, None);
    for item in items {
        match item {
            MessageDataItem::Uid(number) => uid = Some(number.get()),
            MessageDataItem::Rfc822Size(size) => bytes = Some(size),
            MessageDataItem::InternalDate(date) => received_at = time(&date),
            _ => {}
        }
    }
    Some(MessageInfo { uid: uid?, bytes: bytes?, received_at })
}

fn time(date: &DateTime) -> Option<String> {
    let time = Timestamp::from_second(date.as_ref().timestamp()).ok()?;
    Some(time.to_string())
}

/// Fetches a message as it is, without marking it as read.
pub(crate) async fn message(
    session: &mut Session<impl Stream>,
    message: &MessageRef,
) -> Result<Bytes, MailError> {
    let open = session.folder.take().filter(|(folder, _)| *folder == message.folder);
    let now = match open {
        Some((folder, uid_validity)) => session.folder.insert((folder, uid_validity)).1,
        None => examine(session, &message.folder).await?,
    };
    if now != message.uid_validity {
        return Err(MailError::Renumbered { expected: message.uid_validity, now });
    }
    let uid = NonZeroU32::new(message.uid).ok_or(MailError::Message(message.uid))?;
    let content = content(session, uid, message.max_bytes).await?;
    match u32::try_from(content.len()) {
        Ok(length) if length <= message.max_bytes => Ok(content),
        _ => Err(MailError::Size { limit: message.max_bytes }),
    }
}

/// Fetches the first bytes of a message, one more than `limit`, which shows whether it is longer. A
/// message that is not sent is gone only if the folder does not list it any more.
async fn content(
    session: &mut Session<impl Stream>,
    wanted: NonZeroU32,
    limit: u32,
) -> Result<Bytes, MailError> {
    let partial = NonZeroU32::new(limit.saturating_add(1)).map(|length| (0, length));
    let body = MessageDataItemName::BodyExt { section: None, partial, peek: true };
    let command = fetch(vec![wanted], vec![MessageDataItemName::Uid, body])?;
    let mut content = None;
    let mut take = |data| {
        if let Some(found) = body_of(data, wanted) {
            content = Some(found);
        }
    };
    let done = session.run(command, &mut take).await?;
    match (done, content) {
        (Done::Ok { .. }, Some(Some(body))) => Ok(body),
        (Done::Ok { complete: true, .. }, None) if !is_there(session, wanted).await? => {
            Err(MailError::Message(wanted.get()))
        }
        _ => Err(MailError::Withheld { host: session.host().to_owned(), uid: wanted.get() }),
    }
}

/// Returns whether a message that was not sent is in the folder.
async fn is_there(
    session: &mut Session<impl Stream>,
    wanted: NonZeroU32,
) -> Result<bool, MailError> {
    Ok(search(session, wanted.get() - 1, None).await?.contains(&wanted))
}

/// Returns the body in an answer that is about this message, or that it has none. A server may tell of
/// others at any time.
fn body_of(data: Data<'_>, wanted: NonZeroU32) -> Option<Option<Bytes>> {
    let Data::Fetch { items, .. } = data else { return None };
    let (mut uid, mut body) = (None, None);
    for item in items {
        match item {
            MessageDataItem::Uid(number) => uid = Some(number),
            MessageDataItem::BodyExt { section: None, data, .. } => body = Some(data.into_option()),
            _ => {}
        }
    }
    let body = body.filter(|_| uid == Some(wanted))?;
    Some(body.map(|body| body.into_owned().into()))
}

fn fetch(
    uids: Vec<NonZeroU32>,
    items: Vec<MessageDataItemName<'static>>,
) -> Result<CommandBody<'static>, MailError> {
    let items = MacroOrMessageDataItemNames::MessageDataItemNames(items);
    CommandBody::fetch(uids, items, true).map_err(|error| internal(&error))
}

fn internal(error: &dyn std::fmt::Display) -> MailError {
    MailError::Internal(error.to_string())
}
