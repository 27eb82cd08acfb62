//! The operations `mail.*`, which read mailboxes.

mod account;
mod text;

use bytes::Bytes;
use ext_registry::{Context, LibraryQuery, OpError, register, require_service};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::mail::{
        FetchMessage, FetchMessageInput, FetchMessageOutput, ListFolders, ListFoldersInput,
        ListFoldersOutput, ListMessages, ListMessagesInput, ListMessagesOutput, MAX_FOLDER_BYTES,
        MAX_MESSAGE_BYTES, MAX_PAGE, Mailbox,
    },
};

use serde::Serialize;
use serde_json::json;

use self::text::check_text;
use crate::{
    BuiltIn,
    bad_input::bad_input,
    http::{Abandoned, charge_bytes, charge_received, net_error, while_granted},
};
use ext_services::{
    credentials::CredentialVault,
    http::HttpClient,
    mail::{MailAccount, MailError, MailFuture, MailReader, MessageQuery, MessageRef},
};

require_service!("mail", dyn CredentialVault);
require_service!("mail", dyn HttpClient);
require_service!("mail", dyn MailReader);

impl LibraryQuery<ListFolders> for BuiltIn {
    async fn execute(
        input: ListFoldersInput,
        context: Context<'_>,
    ) -> Result<ListFoldersOutput, OpError> {
        let reader = reader(context)?;
        let ask = |account| reader.folders(account);
        let folders = read(&input.mailbox, ask, json_bytes, context).await?;
        Ok(ListFoldersOutput { folders })
    }
}
register!(LibraryQuery<ListFolders> for BuiltIn);

impl LibraryQuery<ListMessages> for BuiltIn {
    async fn execute(
        input: ListMessagesInput,
        context: Context<'_>,
    ) -> Result<ListMessagesOutput, OpError> {
        check_folder(&input.folder)?;
        if !(1..=MAX_PAGE).contains(&input.limit) {
            return Err(bad_input(format!("`limit` is 1 to {MAX_PAGE}")));
        }
        let ListMessagesInput { mailbox, folder, after, since, limit } = input;
        let query = MessageQuery { folder, after, since, limit };
        let reader = reader(context)?;
        let size = |listed: &ListMessagesOutput| json_bytes(&listed.messages);
        read(&mailbox, |account| reader.messages(account, query.clone()), size, context).await
    }
}
register!(LibraryQuery<ListMessages> for BuiltIn);

impl LibraryQuery<FetchMessage> for BuiltIn {
    async fn execute(
        input: FetchMessageInput,
        context: Context<'_>,
    ) -> Result<FetchMessageOutput, OpError> {
        check_folder(&input.folder)?;
        if !(1..=MAX_MESSAGE_BYTES).contains(&input.max_bytes) {
            return Err(bad_input(format!("`max_bytes` is 1 to {MAX_MESSAGE_BYTES}")));
        }
        let FetchMessageInput { mailbox, folder, uid_validity, uid, max_bytes } = input;
        let message = MessageRef { folder, uid_validity, uid, max_bytes };
        let reader = reader(context)?;
        let ask = |account| reader.message(account, message.clone());
        let data = read(&mailbox, ask, Bytes::len, context).await?;
        Ok(FetchMessageOutput { data: data.into() })
    }
}
register!(LibraryQuery<FetchMessage> for BuiltIn);

fn reader(context: Context<'_>) -> Result<&dyn MailReader, OpError> {
    Ok(&**context.service::<dyn MailReader>()?)
}

/// Bytes that a call sends, about: who has none left does not ask a server.
const COMMAND_BYTES: usize = 64;

/// Asks the server of a mailbox, and asks it again with another token when it rejects the first one.
async fn read<'a, T>(
    mailbox: &Mailbox,
    ask: impl Fn(MailAccount) -> MailFuture<'a, T>,
    size: impl Fn(&T) -> usize,
    context: Context<'_>,
) -> Result<T, OpError> {
    let account = account::open(mailbox, context).await?;
    let answer = wait(account.clone(), &ask, &size, context).await?;
    if matches!(answer, Err(MailError::Login { .. }))
        && let Some(account) = account::reopened(account, mailbox, context).await?
    {
        return wait(account, ask, size, context).await?.map_err(mail_error);
    }
    answer.map_err(mail_error)
}

/// Waits for the server, and gives up when the user revokes it meanwhile. What came is charged, at
/// least the `size` of the answer, also when it fails.
async fn wait<'a, T>(
    account: MailAccount,
    ask: impl FnOnce(MailAccount) -> MailFuture<'a, T>,
    size: impl FnOnce(&T) -> usize,
    context: Context<'_>,
) -> Result<Result<T, MailError>, OpError> {
    charge_bytes(context, COMMAND_BYTES)?;
    let (server, received) = (account.server.clone(), account.received.clone());
    let failed = Abandoned { context, received: received.clone() };
    let answer = while_granted(&server, ask(account), context).await?;
    if let Ok(value) = &answer {
        charge_received(context, received.take().max(size(value)))?;
    }
    drop(failed);
    Ok(answer)
}

/// Returns the length of a list as JSON, which is about that of the server's answer.
fn json_bytes<T: Serialize>(list: &T) -> usize {
    serde_json::to_vec(list).map_or(0, |json| json.len())
}

fn check_folder(name: &str) -> Result<(), OpError> {
    check_text("the name of a folder", name, MAX_FOLDER_BYTES).map(drop)
}

fn mail_error(error: MailError) -> OpError {
    let code = match &error {
        MailError::Net(error) => return net_error(error),
        MailError::Busy => {
            return ErrorBody::new(ErrorCode::Busy, error).with_retry_after_ms(1000).into();
        }
        MailError::Withheld { uid, .. } => return of_message(ErrorCode::Net, *uid, &error),
        MailError::Message(uid) => return of_message(ErrorCode::NotFound, *uid, &error),
        MailError::Internal(_) => return OpError::internal(error),
        MailError::Login { .. } => ErrorCode::CredReauth,
        MailError::Mechanism { .. } | MailError::BadInput(_) => ErrorCode::BadInput,
        MailError::Folder { .. } => ErrorCode::NotFound,
        MailError::Renumbered { .. } => ErrorCode::Conflict,
        MailError::Size { .. } => ErrorCode::NetSize,
    };
    OpError::new(code, error)
}

/// Makes a failure that is about one message, and says nothing about others.
fn of_message(code: ErrorCode, uid: u32, error: &MailError) -> OpError {
    ErrorBody::new(code, error).with_details(json!({ "message": uid })).into()
}
