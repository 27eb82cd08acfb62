//! The section `permissions` of `config.toml`.

use std::{fmt, path::PathBuf, time::Duration};

use ext_perm::{DailyBudgets, Rule};
use serde::Deserialize;

/// The backends that decide besides the manifest and the user's grants. Relative paths start at the
/// data folder.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionsConfig {
    /// The combination of the backends below; all that are configured must allow, when left out.
    pub policy: Option<PolicyExpr>,
    /// The rules. As soon as there is one, what none allows is denied.
    pub rules: Option<Vec<Rule>>,
    /// The policies in Cedar; needs the feature `cedar`.
    pub cedar: Option<CedarConfig>,
    /// The policies in Rego; needs the feature `rego`.
    pub rego: Option<RegoConfig>,
    /// A decision service behind a Unix socket; `external` is an older name of the section.
    #[serde(alias = "external")]
    pub socket: Option<SocketConfig>,
    /// The most that an extension may use up in a day, whatever its manifest says.
    pub daily: Option<DailyBudgetsConfig>,
}

/// A combination of backends: `"rules"`, `{ all = ["rules", "socket"] }`, `{ any = [...] }`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum PolicyExpr {
    /// One backend.
    One(BackendName),
    /// All of them must allow.
    All {
        /// The members.
        all: Vec<PolicyExpr>,
    },
    /// One of them must allow, and none may have a rule against it.
    Any {
        /// The members.
        any: Vec<PolicyExpr>,
    },
}

/// The name of a section with a backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BackendName {
    /// The section `rules`.
    Rules,
    /// The section `cedar`.
    Cedar,
    /// The section `rego`.
    Rego,
    /// The section `socket`; `external` is an older name of it.
    #[serde(alias = "external")]
    Socket,
}

impl BackendName {
    /// Returns the name as it is written in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Cedar => "cedar",
            Self::Rego => "rego",
            Self::Socket => "socket",
        }
    }
}

impl fmt::Display for BackendName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The files of policies in Cedar.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CedarConfig {
    /// The files with policies, which are combined.
    pub policies: Vec<PathBuf>,
    /// The file with a schema instead of the built-in one.
    pub schema: Option<PathBuf>,
    /// The JSON file with entities.
    pub entities: Option<PathBuf>,
}

/// The files of policies in Rego.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegoConfig {
    /// The files with policies.
    pub policies: Vec<PathBuf>,
    /// The JSON file with `data`.
    pub data: Option<PathBuf>,
}

/// A decision service behind a Unix socket.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SocketConfig {
    /// The path of the socket.
    pub socket: PathBuf,
    /// The milliseconds that a decision may take: 1 to 60000 [default: 500].
    pub deadline_ms: Option<u16>,
}

impl SocketConfig {
    /// Returns the time that a decision may take.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms.unwrap_or(500).clamp(1, 60_000).into())
    }
}

/// The caps of a day's four budgets; one that is left out caps nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DailyBudgetsConfig {
    /// Bytes of HTTP requests and responses.
    pub http_bytes: Option<u64>,
    /// Pages that OCR reads.
    pub ocr_pages: Option<u64>,
    /// Tokens that embedding models read.
    pub embedding_tokens: Option<u64>,
    /// Tokens that text models read or write.
    pub model_tokens: Option<u64>,
}

impl From<DailyBudgetsConfig> for DailyBudgets {
    fn from(daily: DailyBudgetsConfig) -> Self {
        Self {
            http_bytes: daily.http_bytes.unwrap_or(u64::MAX),
            ocr_pages: daily.ocr_pages.unwrap_or(u64::MAX),
            embedding_tokens: daily.embedding_tokens.unwrap_or(u64::MAX),
            model_tokens: daily.model_tokens.unwrap_or(u64::MAX),
        }
    }
}
