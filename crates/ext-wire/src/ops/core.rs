//! Operations on the host itself.

use super::{direction::wire_output, family::family, no_input::NoInput};

family! {
    "core", include_str!("core.md");

    /// Returns the versions of the host and of its ABI.
    CoreQuery Status = "query:core.status.v1", NoInput => StatusOutput;
    /// Returns what the caller has left of its limits.
    ///
    /// For the user, who has none, `requests` and `jobs` are left out.
    CoreQuery Quota = "query:core.quota.v1", NoInput => QuotaOutput;
}

wire_output! {
    /// Output of [`Status`].
    pub struct StatusOutput {
        /// Version of the host.
        pub version: String,
        /// Version of the ABI that it speaks.
        pub abi_version: u32,
        /// Number of methods that it serves.
        pub methods: u32,
    }

    /// Output of [`Quota`]. For the user, who has no limits, all is left out.
    pub struct QuotaOutput {
        /// Calls that the extension has left.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub requests: Option<RequestQuota>,
        /// Jobs that the extension has left.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub jobs: Option<JobQuota>,
        /// Budgets of this day, which ends at midnight UTC.
        pub budgets: Vec<BudgetQuota>,
        /// Milliseconds until the budgets start afresh.
        pub resets_in_ms: u64,
    }

    /// Calls that an extension has left.
    pub struct RequestQuota {
        /// Calls in a minute, evenly.
        pub per_minute: u32,
        /// Calls at once, after a pause long enough.
        pub burst: u32,
        /// Calls at once now.
        pub left: u32,
    }

    /// Jobs that an extension has left.
    pub struct JobQuota {
        /// Jobs that may run at the same time.
        pub limit: u32,
        /// Jobs that run.
        pub running: u32,
    }

    /// Part of a budget that an extension has left.
    pub struct BudgetQuota {
        /// Name of the budget: `"http_bytes"`, `"ocr_pages"`, `"embedding_tokens"`,
        /// `"model_tokens"`.
        pub name: String,
        /// Amount of a day.
        pub limit: u64,
        /// Amount that is left today.
        pub left: u64,
    }
}
