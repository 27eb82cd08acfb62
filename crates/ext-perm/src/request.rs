//! The question whether a call may run: caller, method, library, target and time.

use std::fmt;

use ext_wire::{EntryPath, Method};
use jiff::Timestamp;
use uuid::Uuid;

use crate::compiled_rule::ConsumedGrant;

/// The party on whose behalf a call runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Principal<'a> {
    /// The user of this machine.
    User,
    /// The extension with this id.
    Extension(&'a str),
}

impl fmt::Display for Principal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User => f.write_str("the user"),
            Self::Extension(id) => f.write_str(id),
        }
    }
}

/// The origin that a request goes to. All parts are as they are dialled: lower case, port written
/// out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin<'a> {
    /// The scheme: `"https"`, `"http"`, `"imaps"` or `"imap"`.
    pub scheme: &'a str,
    /// The host name, without brackets or a dot at the end.
    pub host: &'a str,
    /// The port.
    pub port: u16,
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", self.scheme, self.host, self.port)
    }
}

/// The resource that a call is about to touch.
///
/// A call is checked twice: before its input is read with [`Target::Unknown`], and again by the
/// operation for each resource that it touches. A rule that is limited to some targets neither
/// denies a call whose target is unknown, nor allows one that touches another target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// A target that is not known yet.
    Unknown,
    /// The entry at this path, or its content or metadata.
    Entry(&'a EntryPath),
    /// A sidecar.
    Sidecar {
        /// The path of its entry.
        entry: &'a EntryPath,
        /// The name of the sidecar, as the store compares it: byte by byte.
        name: &'a str,
    },
    /// An event of this kind, to be delivered or subscribed to.
    Event {
        /// The kind.
        kind: &'a str,
        /// The path of the entry that it is about; `None` before there is one.
        entry: Option<&'a EntryPath>,
    },
    /// A server.
    Origin(Origin<'a>),
}

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("something"),
            Self::Entry(path) => write!(f, "the entry `{path}`"),
            Self::Sidecar { entry, name } => write!(f, "the sidecar `{name}` of `{entry}`"),
            Self::Event { kind, entry: None } => write!(f, "events `{kind}`"),
            Self::Event { kind, entry: Some(path) } => write!(f, "the event `{kind}` of `{path}`"),
            Self::Origin(origin) => write!(f, "{origin}"),
        }
    }
}

/// The callers that an operation is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Audience {
    /// The user, and the extensions that are allowed to call it.
    #[default]
    Everyone,
    /// The user only: no extension may call it, whatever a backend decides.
    UserOnly,
}

/// A permission question: may `principal` call `method` on `library`, and touch `target` with it?
///
/// ```
/// use ext_perm::{Principal, Request, Target};
/// use ext_wire::{EntryPath, Method};
///
/// let method = Method::parse("query:ai.ocr.v1")?;
/// let request = Request::new(Principal::Extension("finance"), method, None);
/// let path: EntryPath = "a.eml".parse()?;
/// let request = request.about(Target::Entry(&path));
/// let denial = "finance may not call `query:ai.ocr.v1` on the entry `a.eml`";
/// assert_eq!(request.to_string(), denial);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The caller.
    pub principal: Principal<'a>,
    /// The method to be called.
    pub method: Method<'a>,
    /// The library that the call names.
    pub library: Option<Uuid>,
    /// The callers that the operation is made for.
    pub audience: Audience,
    /// The resource that the call touches.
    pub target: Target<'a>,
    /// The time of the call, for rules that expire.
    pub at: Timestamp,
    /// The grant for one call that this call has consumed, once its targets are checked.
    pub consumed: Option<&'a ConsumedGrant>,
}

impl<'a> Request<'a> {
    /// Creates the question about a call that is made now, before its input is read.
    #[must_use]
    pub fn new(principal: Principal<'a>, method: Method<'a>, library: Option<Uuid>) -> Self {
        let (audience, target, consumed) = (Audience::Everyone, Target::Unknown, None);
        Self { principal, method, library, audience, target, at: Timestamp::now(), consumed }
    }

    /// Returns the same question about a target.
    #[must_use]
    pub fn about(self, target: Target<'a>) -> Self {
        Self { target, ..self }
    }
}

/// The text of a denial: ``finance may not call `query:ai.ocr.v1` on the entry `a.eml```.
impl fmt::Display for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} may not call `{}`", self.principal, self.method)?;
        match self.target {
            Target::Unknown => Ok(()),
            target => write!(f, " on {target}"),
        }
    }
}
