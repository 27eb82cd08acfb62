//! A server that speaks JMAP as RFC 8620 and RFC 8621 have it, as far as a reader of email asks.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::{Answered, Asked, Mail, Moods, json as answered};

/// Account of the mailbox.
const ACCOUNT: &str = "u1";
/// Most messages of a list or of changes, whatever a client asks for.
const MAX_PAGE: usize = 4;

/// The server.
#[derive(Debug, Default)]
pub struct Jmap {
    mails: Mutex<Vec<Mail>>,
    /// Ids in the order in which they came or went: the state is how many there are.
    log: Mutex<Vec<String>>,
    /// Moods that the test chooses.
    pub moods: Mutex<Moods>,
}

impl Jmap {
    /// Puts a message into a folder: `inbox`, `junk`, `trash`, `drafts` or another name.
    ///
    /// # Panics
    /// After a panic of another call.
    pub fn deliver(&self, mail: Mail) {
        self.log.lock().unwrap().push(mail.id.clone());
        self.mails.lock().unwrap().push(mail);
    }

    /// Removes a message.
    ///
    /// # Panics
    /// After a panic of another call.
    pub fn remove(&self, id: &str) {
        self.mails.lock().unwrap().retain(|mail| mail.id != id);
        self.log.lock().unwrap().push(id.to_owned());
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
        match (asked.method.as_str(), path) {
            ("GET", "/.well-known/jmap") => {
                (301, vec![("location", "/jmap/session".to_owned())], Vec::new())
            }
            ("GET", "/jmap/session") => answered(200, &session()),
            ("POST", "/jmap/api") => self.calls(&asked.body),
            ("GET", path) => self.download(path),
            _ => (404, Vec::new(), Vec::new()),
        }
    }

    fn download(&self, path: &str) -> Answered {
        let blob = path.strip_prefix("/jmap/download/u1/b-").and_then(|rest| rest.split_once('/'));
        let mails = self.mails.lock().unwrap();
        let found = blob.and_then(|(id, _)| mails.iter().find(|mail| mail.id == id));
        found.map_or((404, Vec::new(), Vec::new()), |mail| (200, Vec::new(), mail.raw.clone()))
    }

    fn calls(&self, body: &str) -> Answered {
        let request: Value = serde_json::from_str(body).unwrap_or_default();
        let using = request["using"].as_array().cloned().unwrap_or_default();
        if !using.contains(&json!("urn:ietf:params:jmap:mail")) {
            let kind = "urn:ietf:params:jmap:error:unknownCapability";
            return answered(400, &json!({ "type": kind }));
        }
        let mut responses: Vec<Value> = Vec::new();
        for call in request["methodCalls"].as_array().into_iter().flatten() {
            let arguments = resolve(&call[1], &responses);
            let result = match arguments {
                Some(arguments) => self.method(call[0].as_str().unwrap_or_default(), &arguments),
                None => Err("invalidResultReference"),
            };
            responses.push(match result {
                Ok(output) => json!([call[0], output, call[2]]),
                Err(kind) => json!(["error", { "type": kind }, call[2]]),
            });
        }
        answered(200, &json!({ "methodResponses": responses, "sessionState": "s" }))
    }

    fn method(&self, name: &str, arguments: &Value) -> Result<Value, &'static str> {
        if arguments["accountId"] != ACCOUNT {
            return Err("accountNotFound");
        }
        match name {
            "Mailbox/get" => Ok(mailboxes()),
            "Email/get" => Ok(self.get(arguments)),
            "Email/query" => self.query(arguments),
            "Email/changes" => self.changes(arguments),
            _ => Err("unknownMethod"),
        }
    }

    fn state(&self) -> String {
        self.log.lock().unwrap().len().to_string()
    }

    fn get(&self, arguments: &Value) -> Value {
        let ids = arguments["ids"].as_array().cloned().unwrap_or_default();
        let mails = self.mails.lock().unwrap();
        let found = mails.iter().filter(|mail| ids.contains(&json!(mail.id)));
        // In an order of the server's own.
        let list: Vec<Value> = found.rev().map(describe).collect();
        json!({ "accountId": ACCOUNT, "state": self.state(), "list": list, "notFound": [] })
    }

    fn query(&self, arguments: &Value) -> Result<Value, &'static str> {
        let filter = &arguments["filter"];
        let other_than = filter["inMailboxOtherThan"].as_array().cloned().unwrap_or_default();
        let after = filter["after"].as_str().unwrap_or_default();
        let mut mails = self.mails.lock().unwrap().clone();
        mails.retain(|mail| !other_than.contains(&json!(format!("f-{}", mail.folder))));
        mails.retain(|mail| mail.received_at.as_str() >= after);
        mails.sort_by(|one, two| one.received_at.cmp(&two.received_at));
        let position = match arguments["anchor"].as_str() {
            None => 0,
            Some(anchor) => {
                let at = mails.iter().position(|mail| mail.id == anchor);
                let offset = arguments["anchorOffset"].as_u64().unwrap_or_default();
                at.ok_or("anchorNotFound")? + usize::try_from(offset).unwrap_or_default()
            }
        };
        let ids: Vec<&String> =
            mails.iter().skip(position).take(MAX_PAGE).map(|mail| &mail.id).collect();
        Ok(json!({ "accountId": ACCOUNT, "queryState": "q", "canCalculateChanges": false,
            "position": position, "ids": ids, "total": mails.len() }))
    }

    fn changes(&self, arguments: &Value) -> Result<Value, &'static str> {
        let since = arguments["sinceState"].as_str().and_then(|state| state.parse().ok());
        let since: usize = since.ok_or("cannotCalculateChanges")?;
        if std::mem::take(&mut self.moods.lock().unwrap().forgetful) {
            return Err("cannotCalculateChanges");
        }
        let log = self.log.lock().unwrap();
        let page: Vec<&String> = log.iter().skip(since).take(MAX_PAGE).collect();
        let mails = self.mails.lock().unwrap();
        let exists = |id: &&&String| mails.iter().any(|mail| mail.id == ***id);
        let (created, destroyed): (Vec<&&String>, Vec<&&String>) = page.iter().partition(exists);
        let now = since + page.len();
        Ok(json!({ "accountId": ACCOUNT, "oldState": since.to_string(),
            "newState": now.to_string(), "hasMoreChanges": now < log.len(),
            "created": created, "updated": [], "destroyed": destroyed }))
    }
}

fn describe(mail: &Mail) -> Value {
    json!({ "id": mail.id, "blobId": format!("b-{}", mail.id), "receivedAt": mail.received_at,
        "size": mail.raw.len(), "mailboxIds": { format!("f-{}", mail.folder): true } })
}

fn mailboxes() -> Value {
    let folders = ["inbox", "junk", "trash", "drafts", "archive"];
    let list = folders.map(|role| json!({ "id": format!("f-{role}"), "role": role }));
    json!({ "accountId": ACCOUNT, "state": "m", "list": list, "notFound": [] })
}

fn session() -> Value {
    json!({
        "capabilities": { "urn:ietf:params:jmap:core": {}, "urn:ietf:params:jmap:mail": {} },
        "primaryAccounts": { "urn:ietf:params:jmap:mail": ACCOUNT },
        "username": "ada@example.com",
        "apiUrl": "/jmap/api",
        "downloadUrl": "/jmap/download/{accountId}/{blobId}/{name}?type={type}",
        "state": "s"
    })
}

/// Fills in what refers to the answer of another call (RFC 8620, section 3.7).
fn resolve(arguments: &Value, responses: &[Value]) -> Option<Value> {
    let mut filled = serde_json::Map::new();
    for (name, value) in arguments.as_object()? {
        let Some(name) = name.strip_prefix('#') else {
            filled.insert(name.clone(), value.clone());
            continue;
        };
        let fits = |one: &&Value| one[2] == value["resultOf"] && one[0] == value["name"];
        let found = responses.iter().find(fits)?[1].pointer(value["path"].as_str()?)?;
        filled.insert(name.to_owned(), found.clone());
    }
    Some(filled.into())
}
