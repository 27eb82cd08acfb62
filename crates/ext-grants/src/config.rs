//! The section `permissions` of `config.toml`.

use std::{fmt, path::PathBuf, time::Duration};

use ext_perm::{Allowances, Rule};
use serde::Deserialize;

/// The backends that decide besides the manifest and the user's grants. Relative paths start at the
/// data folder.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionsConfig {
    /// The combination of the backends below; all that are configured must allow, when left out.
    pub policy: Option<PolicyExpr>,
    /// Rules. As soon as there is one, what none allows is denied.
    pub rules: Option<Vec<Rule>>,
    /// Policies in Cedar; needs the feature `cedar`.
    pub cedar: Option<CedarConfig>,
    /// Policies in Rego; needs the feature `rego`.
    pub rego: Option<RegoConfig>,
    /// A decision service.
    pub external: Option<ExternalConfig>,
    /// The most that an extension may use up in a day, whatever its manifest says.
    pub daily: Option<DailyConfig>,
}

/// A combination of backends: `"rules"`, `{ all = ["rules", "external"] }`, `{ any = [...] }`.
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

/// Name of a section with a backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BackendName {
    /// The section `rules`.
    Rules,
    /// The section `cedar`.
    Cedar,
    /// The section `rego`.
    Rego,
    /// The section `external`.
    External,
}

impl BackendName {
    /// Returns the name as it is written in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rules => "rules",
            Self::Cedar => "cedar",
            Self::Rego => "rego",
            Self::External => "external",
        }
    }
}

impl fmt::Display for BackendName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Policies in Cedar.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CedarConfig {
    /// Files with policies, which are taken together.
    pub policies: Vec<PathBuf>,
    /// File with a schema instead of the built-in one.
    pub schema: Option<PathBuf>,
    /// JSON file with entities.
    pub entities: Option<PathBuf>,
}

/// Policies in Rego.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegoConfig {
    /// Files with policies.
    pub policies: Vec<PathBuf>,
    /// JSON file with `data`.
    pub data: Option<PathBuf>,
}

/// A decision service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExternalConfig {
    /// The Unix socket of the service.
    pub socket: PathBuf,
    /// Milliseconds that a decision may take: 1 to 60000 [default: 500].
    pub deadline_ms: Option<u16>,
}

impl ExternalConfig {
    /// Returns the time that a decision may take.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms.unwrap_or(500).clamp(1, 60_000).into())
    }
}

/// The most that an extension may use up in a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DailyConfig {
    /// Bytes of HTTP requests and responses.
    pub http_bytes: Option<u64>,
    /// Pages that OCR reads.
    pub ocr_pages: Option<u64>,
    /// Tokens that embedding models read.
    pub embedding_tokens: Option<u64>,
    /// Tokens that text models read or write.
    pub model_tokens: Option<u64>,
}

impl From<DailyConfig> for Allowances {
    fn from(daily: DailyConfig) -> Self {
        Self {
            http_bytes: daily.http_bytes.unwrap_or(u64::MAX),
            ocr_pages: daily.ocr_pages.unwrap_or(u64::MAX),
            embedding_tokens: daily.embedding_tokens.unwrap_or(u64::MAX),
            model_tokens: daily.model_tokens.unwrap_or(u64::MAX),
        }
    }
}
