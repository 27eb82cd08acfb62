//! Commands of the user that accept a vault which was put back.

use ext_services::credentials::CredentialError;
use spacedrive_core::Core;

use crate::output::Warnings;

/// Does something with the vault. When it is older than the last one that was written, the user is told,
/// and it is accepted as the newest: the command is the user's word that it was put back on purpose.
pub(crate) fn accepting<T>(
    core: &Core,
    warnings: &mut Warnings,
    work: impl Fn() -> Result<T, CredentialError>,
) -> Result<T, CredentialError> {
    match work() {
        Err(CredentialError::Rollback) => {
            if let Some(accepted) = core.vault().accept_rollback()? {
                let count = accepted.credentials;
                warnings.add(format!(
                    "the credentials are older than the last ones that were written, as after \
                     a restored backup. They are accepted from now on; {count} found there have to be \
                     stored again before they are used: `spacedrive secret list` shows them"
                ));
            }
            work()
        }
        done => done,
    }
}
