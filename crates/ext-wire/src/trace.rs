//! The spans in which the parts of the system record a call, for logs and collectors.
//!
//! | span | what it covers | fields |
//! |---|---|---|
//! | `rpc` | a call of a client | `method`, `request`, `code` |
//! | `gate` | the check whether it may be made | `method`, `code` |
//! | `operation` | a built-in operation | `method`, `code` |
//! | `guest` | an operation or an event in an extension, its waiting included | `extension`, `method`, `code` |
//!
//! None of them has a payload, an answer or the text of an error: these may hold secrets.

/// The target of these spans, by which a subscriber takes them and nothing else.
pub const TARGET: &str = "spacedrive_trace";

/// The name in place of a method that nobody knows: whoever calls may write anything.
pub const UNKNOWN: &str = "unknown";
