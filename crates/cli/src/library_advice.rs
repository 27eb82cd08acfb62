//! Advice on libraries and data folders that cannot be read or written.

use ext_wire::ErrorCode;

/// The words that tell of a place that cannot be written.
const READ_ONLY: &str = " is read-only here: ";

/// The advice on a place that is read-only.
const ELSEWHERE: &str =
    "get the right to write there, or use another data folder (`--data-dir DIR`)";

/// The advice on a right that is missing.
const RIGHTS: &str = "`spacedrive doctor` says whether the data folder is yours, and what to do";

/// Names what helps with an error of this code and this message.
pub(crate) fn on(code: &str, message: &str) -> Option<String> {
    let advice = match ErrorCode::from_name(code)? {
        // Extensions tell of it by another code.
        ErrorCode::ReadOnly | ErrorCode::Io if message.contains(READ_ONLY) => {
            "what only reads works here; to get a copy that can be written: `spacedrive library backup \
             --to FOLDER`, then `spacedrive --data-dir DIR library restore --from FOLDER`"
        }
        ErrorCode::ReadOnly => ELSEWHERE,
        ErrorCode::Schema => {
            "a newer version of spacedrive wrote it: update this one, or use that one"
        }
        ErrorCode::Busy if message.contains("the library is ") => {
            "wait until the import or the `job run` there has ended, or end it, then try again"
        }
        ErrorCode::Path if message.contains("is a symbolic link") => {
            "put what it leads to in its place: a data folder as a whole may be reached by a link"
        }
        ErrorCode::Corrupt if message.contains("the backup ") => {
            "use another backup; nothing of this one was restored"
        }
        ErrorCode::Corrupt if message.contains("the library is damaged: the content of `") => {
            "import its file again, or put it back from a backup; `spacedrive library check --files` \
             shows all that is damaged"
        }
        ErrorCode::Corrupt if message.contains("the library is damaged: the sidecar `") => {
            "put it back from a backup; `spacedrive library check --files` shows all that is damaged"
        }
        ErrorCode::Corrupt if message.contains("the library ") => {
            "put its folder back from a backup, or move it away: the other libraries work"
        }
        ErrorCode::BadInput if message.contains("a backup cannot be written to ") => {
            "name a new folder in one that exists and that you may write"
        }
        ErrorCode::Io if message.contains("Read-only file system") => ELSEWHERE,
        ErrorCode::Conflict if message.starts_with("a library with the id ") => {
            "`spacedrive library delete` puts the one that is there into the bin first"
        }
        ErrorCode::Conflict if message.starts_with("there is something at ") => {
            "name a folder that is empty or not there: nothing is overwritten"
        }
        ErrorCode::BadInput if message == "an export does not belong among the libraries" => {
            "name another folder"
        }
        ErrorCode::NotFound if message.starts_with("there is no entry at or below ") => {
            "`spacedrive entry list` shows those that there are"
        }
        ErrorCode::NotFound if message.ends_with("this library has no vault") => {
            "`spacedrive vault create` makes one"
        }
        ErrorCode::Io if message.contains("Permission denied") => RIGHTS,
        _ if message.contains("the secrets cannot be used: the log says why") => {
            "`spacedrive doctor` says what is wrong with them"
        }
        _ => return None,
    };
    Some(advice.to_owned())
}

#[cfg(test)]
mod tests {
    use ext_services::library::LibraryError;
    use uuid::Uuid;

    use super::*;

    fn told(error: &LibraryError) -> String {
        on(error.code().name(), &error.to_string()).unwrap_or_default()
    }

    #[test]
    fn each_failure_of_a_library_gets_its_way_out() {
        for (error, advice) in [
            (LibraryError::ReadOnly("the library"), "library restore --from"),
            (LibraryError::Schema { found: 9, supported: 2 }, "update this one"),
            (LibraryError::Busy, "then try again"),
            (LibraryError::InUse("process 7".into()), "then try again"),
            (LibraryError::Link("/x".into()), "put what it leads to in its place"),
            (LibraryError::DamagedBackup("/x is damaged: y".into()), "use another backup"),
            (LibraryError::Corrupt("x".into()), "put its folder back from a backup"),
            (
                LibraryError::Corrupt("the content of `a.txt` is missing".into()),
                "import its file again, or put it back from a backup",
            ),
            (
                LibraryError::Corrupt("the sidecar `a.json` of `a.txt` is damaged".into()),
                "put it back from a backup",
            ),
            (
                LibraryError::Invalid("a backup cannot be written to /x: y".into()),
                "name a new folder",
            ),
        ] {
            assert!(told(&error).contains(advice), "{error}: {}", told(&error));
        }
        let other = LibraryError::NotFound { what: "library", name: Uuid::nil().to_string() };
        assert_eq!(told(&other), "");
        assert_eq!(told(&LibraryError::Conflict("a library is called `x` already".into())), "");
        assert_eq!(on(ErrorCode::Busy.name(), "too many calls wait"), None);
    }
}
