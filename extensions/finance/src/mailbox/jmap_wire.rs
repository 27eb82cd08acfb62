//! JMAP as it crosses the network (RFC 8620): the session, calls of methods, and their answers.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;

use super::state::time_ms;
use super::web::Web;

/// Capabilities that the calls need; the second is the one that accounts are listed under.
const USING: [&str; 2] = ["urn:ietf:params:jmap:core", MAIL];
const MAIL: &str = "urn:ietf:params:jmap:mail";
/// Properties of a message that are asked for.
const PROPERTIES: [&str; 4] = ["id", "blobId", "receivedAt", "mailboxIds"];
/// Problems of a method that pass by themselves (RFC 8620, section 3.6.2).
const PASSING: [&str; 3] = ["serverUnavailable", "serverFail", "serverPartialFail"];

/// The session: the account for email, and where calls and downloads go.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Session {
    primary_accounts: HashMap<String, String>,
    api_url: String,
    download_url: String,
}

impl Session {
    /// Fetches it from where RFC 8620 (section 2.2) puts it, or from the very URL with a path that the
    /// user named.
    pub(super) fn fetch(web: &Web, client: &SpacedriveClient) -> Result<Self> {
        let server = web.server();
        let has_path = server.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
        let url = if has_path { server.to_owned() } else { format!("{server}/.well-known/jmap") };
        let missing = || web.error(ErrorCode::BadInput, "no JMAP session is there");
        let answer = web.check(web.get(client, &url).send()?)?.ok_or_else(missing)?;
        let mut session: Self = web.json(&answer)?;
        let origin = origin(answer.url()).to_owned();
        for url in [&mut session.api_url, &mut session.download_url] {
            if url.starts_with('/') {
                url.insert_str(0, &origin);
            }
        }
        match session.primary_accounts.contains_key(MAIL) {
            true => Ok(session),
            false => Err(web.error(ErrorCode::CredReauth, "the login has no scope to read mail")),
        }
    }

    pub(super) fn account(&self) -> &str {
        self.primary_accounts.get(MAIL).map_or("", String::as_str)
    }

    pub(super) fn download_template(&self) -> &str {
        &self.download_url
    }

    /// Calls methods in one request; later ones may refer to what earlier ones answer.
    pub(super) fn call<const N: usize>(
        &self,
        web: &Web,
        client: &SpacedriveClient,
        calls: [Call; N],
    ) -> Result<[Answer; N]> {
        let calls = calls.iter().enumerate().map(|(at, call)| {
            let arguments = super::jmap::with_account(&call.arguments, self.account());
            json!([call.method, arguments, at.to_string()])
        });
        let body = json!({ "using": USING, "methodCalls": calls.collect::<Vec<_>>() });
        let answer = web.check(web.post(client, &self.api_url, &body).send()?)?;
        let missing = || web.error(ErrorCode::Net, "its address for calls does not exist");
        let answers: Answers = web.json(&answer.ok_or_else(missing)?)?;
        let mut answers: BTreeMap<String, Answer> = answers.of_calls();
        let of_call = |at: usize| answers.remove(&at.to_string()).unwrap_or_default();
        Ok(std::array::from_fn(of_call))
    }
}

/// Returns scheme, host and port of a URL.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(host..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| host + at);
    url.get(..end).unwrap_or(url)
}

/// A call of a method.
pub(super) struct Call {
    method: &'static str,
    arguments: Value,
}

impl Call {
    pub(super) const fn new(method: &'static str, arguments: Value) -> Self {
        Self { method, arguments }
    }

    /// Describes the emails that the first call of the request answers with.
    pub(super) fn described(first: &str, path: &str) -> Self {
        let ids = json!({ "resultOf": "0", "name": first, "path": path });
        Self::new("Email/get", json!({ "#ids": ids, "properties": PROPERTIES }))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answers {
    method_responses: Vec<(String, Value, String)>,
}

impl Answers {
    fn of_calls(self) -> BTreeMap<String, Answer> {
        let each = self.method_responses.into_iter();
        each.map(|(name, body, call)| (call, Answer { name, body })).collect()
    }
}

/// Answer of a method.
#[derive(Default)]
pub(super) struct Answer {
    /// The method, or `error`.
    name: String,
    body: Value,
}

impl Answer {
    /// Returns whether the method failed with this type of problem.
    pub(super) fn is_error(&self, kind: &str) -> bool {
        self.name == "error" && self.body["type"] == kind
    }

    /// Reads what the method answers.
    ///
    /// # Errors
    /// [`ErrorCode::Busy`] for a problem that passes, [`ErrorCode::Net`] for every other one.
    pub(super) fn read<T: DeserializeOwned>(self, web: &Web) -> Result<T> {
        if PASSING.iter().any(|kind| self.is_error(kind)) {
            return Err(web.error(ErrorCode::Busy, "it asks to retry later"));
        }
        if self.name == "error" {
            let kind = self.body["type"].as_str().unwrap_or("unknown");
            return Err(web.error(ErrorCode::Net, format!("it answers `{}`", kind.escape_debug())));
        }
        serde_json::from_value(self.body)
            .map_err(|_| web.error(ErrorCode::Net, "the answer is not valid"))
    }
}

/// Answer of `Email/query`.
#[derive(Deserialize)]
pub(super) struct Queried {
    pub(super) ids: Vec<String>,
    #[serde(default)]
    position: u64,
    /// Missing where the server does not count.
    total: Option<u64>,
}

impl Queried {
    /// Returns how many messages this page and those behind it have; one more than the page has where
    /// nobody knows.
    pub(super) fn left(&self) -> u64 {
        let page = self.ids.len() as u64;
        self.total.map_or(page + 1, |total| total.saturating_sub(self.position).max(page))
    }
}

/// Answer of `Email/changes`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Changes {
    pub(super) new_state: String,
    pub(super) has_more_changes: bool,
}

/// Answer of `Email/get` and of `Mailbox/get`.
#[derive(Deserialize)]
pub(super) struct Got {
    pub(super) state: String,
    list: Vec<Value>,
}

/// A message, as `Email/get` describes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) blob_id: String,
    #[serde(default)]
    received_at: String,
    #[serde(default)]
    mailbox_ids: HashMap<String, bool>,
}

impl Message {
    pub(super) fn time_ms(&self) -> u64 {
        time_ms(&self.received_at)
    }
}

impl Got {
    /// Returns the ids of the folders with one of these roles.
    pub(super) fn with_roles(&self, roles: &[&str]) -> Vec<String> {
        let is_one =
            |folder: &&Value| folder["role"].as_str().is_some_and(|it| roles.contains(&it));
        let folders = self.list.iter().filter(is_one);
        folders.filter_map(|folder| folder["id"].as_str().map(str::to_owned)).collect()
    }

    fn messages(self) -> impl Iterator<Item = Message> {
        self.list.into_iter().filter_map(|message| serde_json::from_value(message).ok())
    }

    /// Returns the messages with these ids in their order, without those that are gone.
    pub(super) fn in_order(self, ids: &[String]) -> Vec<Message> {
        let mut found: HashMap<String, Message> =
            self.messages().map(|message| (message.id.clone(), message)).collect();
        ids.iter().filter_map(|id| found.remove(id)).collect()
    }

    /// Returns the messages that lie in at least one folder other than these.
    pub(super) fn outside_of(self, folders: &[String]) -> Vec<Message> {
        let lies_elsewhere =
            |message: &Message| message.mailbox_ids.keys().any(|id| !folders.contains(id));
        self.messages().filter(lies_elsewhere).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_ends_before_the_path() {
        for (url, is) in [
            ("https://a.example/jmap/session", "https://a.example"),
            ("http://a.localhost:8080", "http://a.localhost:8080"),
            ("odd", "odd"),
        ] {
            assert_eq!(origin(url), is);
        }
    }

    #[test]
    fn a_list_that_is_not_counted_is_followed_by_another_page() {
        let queried = |text: &str| serde_json::from_str::<Queried>(text).unwrap().left();
        assert_eq!(queried(r#"{"ids": ["a", "b"]}"#), 3);
        assert_eq!(queried(r#"{"ids": ["a", "b"], "position": 4, "total": 9}"#), 5);
    }
}
