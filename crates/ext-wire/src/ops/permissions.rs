//! Operations on permissions and on the audit log. Only the user calls these, never an extension.

use serde_json::Value;
use uuid::Uuid;

use super::{
    direction::{wire_input, wire_output},
    extensions::ExtensionRef,
    family::family,
    no_input::NoInput,
};

family! {
    "permissions", include_str!("permissions.md");

    /// Lists what the user granted to an extension, and denied it.
    ///
    /// Errors: `E_NOT_FOUND`; `E_CORRUPT` when the grants cannot be read.
    CoreQuery(host_only) List = "query:permissions.list.v1", ExtensionRef => ListGrantsOutput;
    /// Grants an extension something, or denies it; without a rule all that its manifest asks for.
    ///
    /// Errors: as [`List`]; `E_BAD_INPUT` when the rule is not valid.
    CoreAction(host_only) Grant = "action:permissions.grant.input.v1", GrantInput => GrantOutput;
    /// Takes back one grant or denial, or every grant; denials stay then.
    ///
    /// Errors: as [`List`]; `E_NOT_FOUND` when there is no such grant.
    CoreAction(host_only) Revoke = "action:permissions.revoke.input.v1", RevokeInput => RevokeOutput;
    /// Forgets every grant and every denial: then the extension may do nothing.
    ///
    /// Errors: as [`List`].
    CoreAction(host_only) Reset = "action:permissions.reset.input.v1", ExtensionRef => RevokeOutput;
    /// Explains why a call of an extension would run or not, by the rules that are in force now.
    ///
    /// Errors: `E_NOT_FOUND`; `E_UNKNOWN_METHOD` when the method is not valid.
    CoreQuery(host_only) Explain = "query:permissions.explain.v1", ExplainInput => ExplainOutput;
    /// Starts to record what an extension does. It gets no more rights than it has.
    ///
    /// Errors: `E_NOT_FOUND`.
    CoreAction(host_only) StartRecording = "action:permissions.start_recording.input.v1",
        ExtensionRef => RecordedOutput;
    /// Stops the recording, and keeps it together with what was recorded before.
    ///
    /// Errors: `E_NOT_FOUND` when nothing is recorded; `E_IO`.
    CoreAction(host_only) StopRecording = "action:permissions.stop_recording.input.v1",
        ExtensionRef => RecordedOutput;
    /// Returns the newest records of the audit log, oldest first.
    ///
    /// Errors: `E_IO`.
    CoreQuery(host_only) AuditTail = "query:permissions.audit_tail.v1",
        AuditTailInput => AuditTailOutput;
    /// Checks that each record of the audit log is linked to the one before it.
    ///
    /// Errors: `E_IO`.
    CoreQuery(host_only) AuditVerify = "query:permissions.audit_verify.v1",
        NoInput => AuditVerifyOutput;
}

/// The name of a session that stands for the one of the program that runs the extensions, in a rule that
/// is granted until it ends (`"expires": "session:current"`).
pub const CURRENT_SESSION: &str = "current";

/// Most records of [`AuditTail`].
pub const MAX_AUDIT_RECORDS: u32 = 10_000;

wire_input! {
    /// Input of [`Grant`].
    pub struct GrantInput {
        /// The extension.
        pub extension: String,
        /// The rule, with the effect `allow` or `deny` [default: all that the manifest asks for].
        /// `session:current` in its `expires` is the session of the program that runs the extensions.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub rule: Option<Value>,
    }

    /// Input of [`Revoke`].
    pub struct RevokeInput {
        /// The extension.
        pub extension: String,
        /// Number of the grant or denial [default: every grant].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub grant: Option<u64>,
    }

    /// Input of [`Explain`].
    pub struct ExplainInput {
        /// The extension.
        pub extension: String,
        /// The method.
        pub method: String,
        /// The library.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub library_id: Option<Uuid>,
        /// Path of the entry that it would touch.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub entry: Option<String>,
        /// Name of the sidecar of that entry.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub sidecar: Option<String>,
    }

    /// Input of [`AuditTail`].
    pub struct AuditTailInput {
        /// Most records, up to [`MAX_AUDIT_RECORDS`] [default: 100].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<u32>,
        /// Only records about this extension.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub extension: Option<String>,
    }
}

wire_output! {
    /// A grant or a denial.
    pub struct GrantedRule {
        /// Its number, which no other grant of this extension ever has.
        pub id: u64,
        /// Time at which it was given, RFC 3339, UTC.
        pub given: String,
        /// The rule.
        pub rule: Value,
        /// The rule, in words.
        pub text: String,
    }

    /// Output of [`List`].
    pub struct ListGrantsOutput {
        /// The grants and denials, oldest first.
        pub grants: Vec<GrantedRule>,
    }

    /// Output of [`Grant`].
    pub struct GrantOutput {
        /// Number of the grant.
        pub grant: u64,
    }

    /// Output of [`Revoke`] and [`Reset`].
    pub struct RevokeOutput {
        /// Grants and denials that were taken back.
        pub taken_back: u64,
    }

    /// Output of [`Explain`].
    pub struct ExplainOutput {
        /// True for a call that would run.
        pub allowed: bool,
        /// True when no decision is possible now: a backend fails, and none denies the call.
        pub undecided: bool,
        /// The rules that allow it, one for each backend.
        pub allowed_by: Vec<DecidedRule>,
        /// The reasons of a denial.
        pub denied_by: Vec<DecidedRule>,
    }

    /// The decision of one backend.
    pub struct DecidedRule {
        /// Name of the backend.
        pub backend: String,
        /// Name of the reason, of a denial.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub rule: Option<String>,
        /// Place and text of the rule that decided.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub line: Option<String>,
        /// The text for people, of a denial.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub message: Option<String>,
        /// The JSON that would allow the call in the manifest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub would_allow: Option<String>,
    }

    /// Output of [`StartRecording`] and [`StopRecording`].
    pub struct RecordedOutput {
        /// Methods that the extension called.
        pub called: u64,
        /// Methods among those that were refused.
        pub refused: u64,
    }

    /// Output of [`AuditTail`].
    pub struct AuditTailOutput {
        /// The records, oldest first: objects with `seq`, `at`, `event` and what the event is about.
        pub records: Vec<Value>,
    }

    /// Output of [`AuditVerify`].
    pub struct AuditVerifyOutput {
        /// Whole records, each linked to the one before it.
        pub records: u64,
        /// Number of the first record that is kept.
        pub first: u64,
        /// True when a line is torn, as a crash can leave it.
        pub torn: bool,
        /// The first record that is not linked to the one before it, and the reason.
        #[serde(default)]
        pub broken: Option<String>,
        /// Records behind which an older program began the chain anew.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub restarts: Vec<u64>,
    }
}
