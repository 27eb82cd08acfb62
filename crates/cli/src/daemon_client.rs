//! The daemon of the data folder, as the commands use it: their calls of operations go to it when it
//! runs.

use std::path::Path;

use anyhow::Context;
use ext_rpc::{Client, ClientError};
use ext_wire::{
    ErrorBody, ErrorCode,
    body::{self, BlobStyle},
};
use spacedrive_core::{Call, RemoteCalls, WorkProgress};

use crate::failure::Hinted;

/// Finds the daemon; `None` when none runs.
pub(crate) fn find(data_folder: &Path) -> anyhow::Result<Option<Client>> {
    match Client::find(data_folder) {
        Err(error @ ClientError::Version { .. }) => Err(Hinted::error(
            ErrorCode::AbiVersion,
            error,
            "another version of spacedrive runs it: end it with `spacedrive serve --stop` of that \
             version, and start it anew",
        )),
        found => found.context("the daemon of the data folder cannot be called"),
    }
}

/// The calls of the user, run by the daemon.
pub(crate) struct DaemonCalls(pub(crate) Client);

impl RemoteCalls for DaemonCalls {
    fn call(&self, call: Call<'_>) -> Result<Vec<u8>, ErrorBody> {
        let Call { method, library, payload, deadline, progress, .. } = call;
        let stop = deadline.stop_flag();
        let reply = if stop.is_some() || progress.is_heard() {
            let tell = |step: WorkProgress<'_>| progress.tell(step);
            self.0.call_watched(method, library, payload, stop.as_deref(), &tell)
        } else {
            self.0.call(method, library, payload)
        };
        let reply = reply.map_err(to_body)?;
        match call.blobs {
            BlobStyle::Attachment => Ok(reply),
            BlobStyle::Base64 => Ok(body::to_plain(reply.into())?),
        }
    }
}

pub(crate) fn to_body(error: ClientError) -> ErrorBody {
    match error {
        ClientError::Answer(error) => error,
        error => ErrorBody::new(ErrorCode::Stopped, error),
    }
}
