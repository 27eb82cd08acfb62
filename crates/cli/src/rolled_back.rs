//! The word on a vault that was put back, and that a command of the user accepted.

use crate::output::Warnings;

/// Warns of an accepted vault, with the number of its secrets.
pub(crate) fn warn(warnings: &mut Warnings, accepted: Option<u64>) {
    if let Some(count) = accepted {
        warnings.add(format!(
            "the credentials are older than the last ones that were written, as after a restored \
             backup. They are accepted from now on; {count} found there have to be stored again \
             before they are used: `spacedrive secret list` shows them"
        ));
    }
}
