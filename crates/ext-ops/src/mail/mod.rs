//! The operations `mail.*`, which read mailboxes.

mod account;
mod text;

use ext_net::VettedUrl;
use ext_registry::{Context, LibraryQuery, OpError, register, require_service};
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::mail::{
        FetchMessage, FetchMessageInput, FetchMessageOutput, ListFolders, ListFoldersInput,
        ListFoldersOutput, ListMessages, ListMessagesInput, ListMessagesOutput, MAX_FOLDER_BYTES,
        MAX_MESSAGE_BYTES, MAX_PAGE,
    },
};

use serde::Serialize;

use self::text::check_text;
use crate::{
    BuiltIn,
    bad_input::bad_input,
    http::{charge_received, net_error, while_granted},
};
use ext_services::{
    credentials::CredentialVault,
    http::HttpClient,
    mail::{MailError, MailFuture, MailReader, MessageQuery, MessageRef},
};

require_service!("mail", dyn CredentialVault);
require_service!("mail", dyn HttpClient);
require_service!("mail", dyn MailReader);

impl LibraryQuery<ListFolders> for BuiltIn {
    async fn execute(
        input: ListFoldersInput,
        context: Context<'_>,
    ) -> Result<ListFoldersOutput, OpError> {
        let account = account::open(&input.mailbox, context).await?;
        let (server, reader) = (account.server.clone(), reader(context)?);
        let folders = wait(&server, reader.folders(account), context).await?;
        charge_list(context, &folders)?;
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
        let account = account::open(&input.mailbox, context).await?;
        let ListMessagesInput { folder, after, since, limit, .. } = input;
        let query = MessageQuery { folder, after, since, limit };
        let (server, reader) = (account.server.clone(), reader(context)?);
        let listed = wait(&server, reader.messages(account, query), context).await?;
        charge_list(context, &listed.messages)?;
        Ok(listed)
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
        let account = account::open(&input.mailbox, context).await?;
        let FetchMessageInput { folder, uid_validity, uid, max_bytes, .. } = input;
        let message = MessageRef { folder, uid_validity, uid, max_bytes };
        let (server, reader) = (account.server.clone(), reader(context)?);
        let data = wait(&server, reader.message(account, message), context).await?;
        charge_received(context, data.len())?;
        Ok(FetchMessageOutput { data: data.into() })
    }
}
register!(LibraryQuery<FetchMessage> for BuiltIn);

fn reader(context: Context<'_>) -> Result<&dyn MailReader, OpError> {
    Ok(&**context.service::<dyn MailReader>()?)
}

/// Waits for the server, and gives up when the user revokes it meanwhile.
async fn wait<T>(
    server: &VettedUrl,
    answer: MailFuture<'_, T>,
    context: Context<'_>,
) -> Result<T, OpError> {
    while_granted(server, answer, context).await?.map_err(mail_error)
}

/// Charges a list by its length as JSON, which is about that of the server's answer.
fn charge_list<T: Serialize>(context: Context<'_>, list: &T) -> Result<(), OpError> {
    charge_received(context, serde_json::to_vec(list).map_or(0, |json| json.len()))
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
        MailError::Internal(_) => return OpError::internal(error),
        MailError::Login { .. } => ErrorCode::CredReauth,
        MailError::Mechanism { .. } | MailError::BadInput(_) => ErrorCode::BadInput,
        MailError::Folder { .. } | MailError::Message(_) => ErrorCode::NotFound,
        MailError::Renumbered { .. } => ErrorCode::Conflict,
        MailError::Size { .. } => ErrorCode::NetSize,
    };
    OpError::new(code, error)
}
