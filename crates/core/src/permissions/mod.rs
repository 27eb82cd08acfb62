//! What extensions may do here: the user's grants and the administrator's policy.

mod ask;
mod authority;
mod config;
mod grants;
mod manage;
mod policy;
mod recording;
mod session;
mod usage;

pub use ask::Asks;
pub(crate) use authority::Rights;

pub use config::{BackendName, DailyConfig, ExternalConfig, PermissionsConfig, PolicyExpr};
pub use grants::Grant;
pub(crate) use grants::GrantStore;
pub use manage::{Consent, Explanation, Waiting};
pub use recording::Recording;
pub(crate) use recording::{Recorder, Recordings};
