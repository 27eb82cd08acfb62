//! The CSV of Chrome, Edge, Safari and Firefox, by the names of its columns.

use jiff::Timestamp;
use spacedrive_sdk::{Error, Result};
use url::Url;

use super::{Found, FoundItem};
use crate::item::{Item, Kind};

/// Columns that say nothing of a login which a person would miss.
const OF_THE_BROWSER: [&str; 4] = ["httprealm", "formactionorigin", "guid", "timelastused"];

/// Reads the logins of a file.
///
/// # Errors
/// [`ErrorCode::BadInput`](spacedrive_sdk::ErrorCode::BadInput) when it is not CSV, or has no column of
/// passwords.
pub(super) fn read(text: &str) -> Result<Found> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let heads = reader.headers().map_err(|_| Error::bad_input("the file is not CSV"))?.clone();
    let heads: Vec<String> = heads.iter().map(|head| head.trim().to_lowercase()).collect();
    let column = |names: &[&str]| heads.iter().position(|head| names.contains(&head.as_str()));
    let Some(password) = column(&["password"]) else {
        return Err(Error::bad_input(
            "the file is of no known kind: it is not JSON of Bitwarden, a KDBX or 1PUX file, or CSV of a \
             browser with the column `password`",
        ));
    };
    let columns = Columns {
        heads: &heads,
        name: column(&["name", "title"]),
        url: column(&["url"]),
        username: column(&["username"]),
        password,
        note: column(&["note", "notes"]),
        totp: column(&["otpauth"]),
        created: column(&["timecreated"]),
        changed: column(&["timepasswordchanged"]),
    };
    let mut found = Found::default();
    for (at, record) in reader.records().enumerate() {
        match record {
            Ok(record) => {
                let item = columns.item(&record);
                let (files, former) = (Vec::new(), Vec::new());
                found.add(FoundItem { item, files, former }, columns.lost(&record));
            }
            Err(_) => found.left_out.push(format!("line {}: it cannot be read", at + 2)),
        }
    }
    Ok(found)
}

struct Columns<'h> {
    heads: &'h [String],
    name: Option<usize>,
    url: Option<usize>,
    username: Option<usize>,
    password: usize,
    note: Option<usize>,
    totp: Option<usize>,
    created: Option<usize>,
    changed: Option<usize>,
}

impl Columns<'_> {
    /// Names the columns that have a value and no place in a vault.
    fn lost(&self, record: &csv::StringRecord) -> Vec<String> {
        let known = [self.name, self.url, self.username, Some(self.password), self.note];
        let known = [known.as_slice(), &[self.totp, self.created, self.changed]].concat();
        let cells = self.heads.iter().enumerate().zip(record);
        let lost = cells.filter(|((at, head), cell)| {
            let has_place = known.contains(&Some(*at)) || OF_THE_BROWSER.contains(&head.as_str());
            !cell.is_empty() && !has_place
        });
        lost.map(|((_, head), _)| format!("its column `{}`", head.escape_debug())).collect()
    }

    fn item(&self, record: &csv::StringRecord) -> Item {
        let get = |column: Option<usize>| {
            column.and_then(|at| record.get(at)).filter(|text| !text.is_empty())
        };
        let url = get(self.url);
        let title = get(self.name).map(str::to_owned).or_else(|| url.map(host));
        let mut item = Item::new(Kind::Login, &title.unwrap_or_else(|| "untitled".to_owned()));
        let fields = [
            ("url", url),
            ("username", get(self.username)),
            ("password", get(Some(self.password))),
            ("totp", get(self.totp)),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                item.add(name, value);
            }
        }
        item.notes = get(self.note).map(Into::into);
        let time = |column| get(column)?.parse().ok().map(Timestamp::from_millisecond)?.ok();
        item.created_at = time(self.created).unwrap_or(item.created_at);
        item.password_changed_at = time(self.changed);
        item
    }
}

fn host(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    let host = parsed.as_ref().and_then(Url::host_str);
    host.unwrap_or(url).to_owned()
}
