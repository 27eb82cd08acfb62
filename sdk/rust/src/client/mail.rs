//! Reading mailboxes.

use ext_wire::{
    Blob,
    ops::mail::{
        FetchMessage, FetchMessageInput, Folder, ListFolders, ListFoldersInput, ListMessages,
        ListMessagesInput, ListMessagesOutput, Mailbox,
    },
};

use super::SpacedriveClient;
use crate::error::Result;

/// Mailboxes of the user: [`SpacedriveClient::mail`] returns it.
#[derive(Debug, Clone, Copy)]
pub struct Mail<'a>(pub(super) &'a SpacedriveClient);

impl Mail<'_> {
    /// Lists the folders of a mailbox. The manifest names its server, in
    /// `permissions.allowed_domains`, and the user keeps a login for it.
    ///
    /// # Errors
    /// [`ErrorCode::DeniedNet`](crate::ErrorCode::DeniedNet) for another server, the `E_NET_…` codes
    /// when there is no answer, the `E_CRED_…` codes for the login.
    pub fn list_folders(&self, mailbox: Mailbox) -> Result<Vec<Folder>> {
        Ok(self.0.call_op::<ListFolders>(&ListFoldersInput { mailbox })?.folders)
    }

    /// Lists messages of a folder, the oldest first.
    ///
    /// # Errors
    /// As [`Self::list_folders`]; [`Error::is_not_found`](crate::Error::is_not_found) when there is
    /// no such folder.
    pub fn list_messages(&self, input: &ListMessagesInput) -> Result<ListMessagesOutput> {
        self.0.call_op::<ListMessages>(input)
    }

    /// Fetches a message as it is.
    ///
    /// # Errors
    /// As [`Self::list_folders`]; [`Error::is_not_found`](crate::Error::is_not_found) when it is
    /// gone, [`ErrorCode::Conflict`](crate::ErrorCode::Conflict) when the folder was renumbered.
    pub fn fetch_message(&self, input: &FetchMessageInput) -> Result<Blob> {
        Ok(self.0.call_op::<FetchMessage>(input)?.data)
    }
}
