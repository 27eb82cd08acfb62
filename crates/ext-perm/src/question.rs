//! The JSON form of a question, for backends outside of this program or in another language.

use ext_wire::EntryPath;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::request::{Request, Target};

/// The JSON form of an extension's [`Request`]:
///
/// ```
/// use ext_perm::{Principal, Question, Request, Target};
/// use ext_wire::{EntryPath, Method};
///
/// let method = Method::parse("query:ai.ocr.v1")?;
/// let request = Request::new(Principal::Extension("finance"), method, None);
/// let request = Request { at: "2027-01-31T08:30:00.25Z".parse()?, ..request };
/// let path: EntryPath = "mails/a.eml".parse()?;
/// let question = Question::new("finance", &request.about(Target::Entry(&path)));
/// assert_eq!(serde_json::to_value(question)?, serde_json::json!({
///     "extension": "finance",
///     "method": "query:ai.ocr.v1", "kind": "query", "name": "ai.ocr", "version": 1,
///     "library": null,
///     "target": {"entry": "mails/a.eml"},
///     "at": "2027-01-31T08:30:00Z",
/// }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// `target` is `null` before the input of a call is read, else `{"entry": …}`,
/// `{"entry": …, "sidecar": …}`, `{"event": …, "entry": …}` or
/// `{"origin": "https://api.example.com:443"}`. `at` is in UTC and
/// always of the same length, so that times compare as texts.
#[derive(Debug, Serialize)]
pub struct Question<'a> {
    extension: &'a str,
    method: String,
    kind: &'static str,
    name: &'a str,
    version: u16,
    library: Option<Uuid>,
    target: Option<AskedTarget<'a>>,
    at: String,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum AskedTarget<'a> {
    Sidecar {
        entry: &'a str,
        sidecar: &'a str,
    },
    Event {
        event: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        entry: Option<&'a str>,
    },
    Entry {
        entry: &'a str,
    },
    Origin {
        origin: String,
    },
}

impl<'a> Question<'a> {
    /// Creates the question that `extension` asks with `request`.
    #[must_use]
    pub fn new(extension: &'a str, request: &Request<'a>) -> Self {
        let method = request.method;
        Self {
            extension,
            method: method.to_string(),
            kind: method.kind().name(),
            name: method.name(),
            version: method.version(),
            library: request.library,
            target: target(request.target),
            at: seconds(request.at).to_string(),
        }
    }
}

fn target(target: Target<'_>) -> Option<AskedTarget<'_>> {
    match target {
        Target::Unknown => None,
        Target::Entry(entry) => Some(AskedTarget::Entry { entry: entry.as_str() }),
        Target::Sidecar { entry, name } => {
            Some(AskedTarget::Sidecar { entry: entry.as_str(), sidecar: name })
        }
        Target::Event { kind, entry } => {
            Some(AskedTarget::Event { event: kind, entry: entry.map(EntryPath::as_str) })
        }
        Target::Origin(origin) => Some(AskedTarget::Origin { origin: origin.to_string() }),
    }
}

/// Drops the fraction of the second.
fn seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
