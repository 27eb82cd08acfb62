//! A server that speaks as Microsoft Graph does of the messages of a folder.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::{Answered, Asked, Mail, Moods, json as answered, parameter, unescape};

/// Messages on a page, whatever a client asks for.
const PAGE: usize = 4;

/// The server.
#[derive(Debug)]
pub struct Graph {
    /// Origin that its links have.
    origin: Mutex<String>,
    mails: Mutex<Vec<Mail>>,
    /// Moods that the test chooses.
    pub moods: Mutex<Moods>,
}

impl Graph {
    /// Makes a server whose links begin with an origin.
    #[must_use]
    pub fn new(origin: &str) -> Self {
        let origin = Mutex::new(origin.to_owned());
        Self { origin, mails: Mutex::default(), moods: Mutex::default() }
    }

    /// Changes the origin of the links.
    ///
    /// # Panics
    /// After a panic of another call.
    pub fn stands_at(&self, origin: &str) {
        origin.clone_into(&mut self.origin.lock().unwrap());
    }

    /// Puts a message into a folder: `inbox`, or another name.
    ///
    /// # Panics
    /// After a panic of another call.
    pub fn deliver(&self, mail: Mail) {
        self.mails.lock().unwrap().push(mail);
    }

    /// Answers a request.
    ///
    /// # Panics
    /// After a panic of another call.
    pub fn respond(&self, asked: &Asked) -> Answered {
        if let Some(refused) = self.moods.lock().unwrap().refuse(asked) {
            return refused;
        }
        let path = asked.target.split('?').next().unwrap_or_default();
        let Some(path) = path.strip_prefix("/v1.0/me/").filter(|_| asked.method == "GET") else {
            return problem(404, "ResourceNotFound");
        };
        let steps: Vec<String> = path.split('/').map(unescape).collect();
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        match steps.as_slice() {
            ["mailFolders"] => folders(&asked.target),
            ["mailFolders", folder, "messages", "delta"] => self.delta(folder, asked),
            ["messages", id, "$value"] => self.value(id),
            _ => problem(404, "ResourceNotFound"),
        }
    }

    fn delta(&self, folder: &str, asked: &Asked) -> Answered {
        let token = |name| parameter(&asked.target, name).and_then(|text| text.parse().ok());
        let from = token("$skiptoken").or_else(|| token("$deltatoken"));
        if from.is_some() && std::mem::take(&mut self.moods.lock().unwrap().forgetful) {
            return problem(410, "SyncStateNotFound");
        }
        let prefers = asked.headers.get("prefer").is_some_and(|it| it.contains("ImmutableId"));
        if !prefers || (from.is_none() && parameter(&asked.target, "changeType").is_none()) {
            return problem(400, "ErrorInvalidRequest");
        }
        let from: usize = from.unwrap_or_default();
        let mails = self.mails.lock().unwrap();
        let there = mails.iter().filter(|mail| mail.folder == folder);
        let all: Vec<Value> = there
            .map(|mail| json!({ "id": mail.id, "receivedDateTime": mail.received_at }))
            .collect();
        let page: Vec<&Value> = all.iter().skip(from).take(PAGE).collect();
        let next = from + page.len();
        let origin = self.origin.lock().unwrap();
        let link =
            |token| format!("{origin}/v1.0/me/mailFolders/{folder}/messages/delta?{token}={next}");
        match next < all.len() {
            true => answered(200, &json!({ "value": page, "@odata.nextLink": link("$skiptoken") })),
            false => {
                answered(200, &json!({ "value": page, "@odata.deltaLink": link("$deltatoken") }))
            }
        }
    }

    fn value(&self, id: &str) -> Answered {
        let mails = self.mails.lock().unwrap();
        let found = mails.iter().find(|mail| mail.id == id);
        found.map_or_else(
            || problem(404, "ErrorItemNotFound"),
            |mail| (200, vec![("content-type", "text/plain".to_owned())], mail.raw.clone()),
        )
    }
}

fn folders(target: &str) -> Answered {
    let filter = parameter(target, "$filter").unwrap_or_default();
    let found = if filter == "displayName eq 'Ada''s receipts'" {
        vec![json!({ "id": "receipts" })]
    } else {
        Vec::new()
    };
    answered(200, &json!({ "value": found }))
}

fn problem(status: u16, code: &str) -> Answered {
    answered(status, &json!({ "error": { "code": code, "message": "no" } }))
}
