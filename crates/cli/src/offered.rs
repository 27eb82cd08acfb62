//! Versions of extensions that may be installed, as the program that installs them sees them.

use std::path::Path;

use ext_manifest::Manifest;
use ext_wire::ops::extensions::{
    DeferInput, ExtensionCandidate, Inspect, InspectInput, InstallInput,
};
use spacedrive_core::{Core, CoreError, permissions::Consent};

use crate::given_paths;

/// A version, and the place that it comes from.
pub(crate) struct Offered {
    source: InspectInput,
    pub(crate) candidate: ExtensionCandidate,
    pub(crate) manifest: Manifest,
}

impl Offered {
    /// Looks at the version in a folder or a package.
    pub(crate) fn at(core: &Core, path: &Path, accept_publisher: bool) -> anyhow::Result<Self> {
        let path = Some(given_paths::absolute(path)?);
        Self::inspect(core, InspectInput { path, accept_publisher, ..InspectInput::default() })
    }

    /// Looks at the pending update of an extension.
    pub(crate) fn pending(core: &Core, id: &str, accept_publisher: bool) -> anyhow::Result<Self> {
        let pending = Some(id.to_owned());
        Self::inspect(core, InspectInput { pending, accept_publisher, ..InspectInput::default() })
    }

    /// Looks at the version before the installed one.
    pub(crate) fn previous(core: &Core, id: &str, accept_publisher: bool) -> anyhow::Result<Self> {
        let previous = Some(id.to_owned());
        Self::inspect(core, InspectInput { previous, accept_publisher, ..InspectInput::default() })
    }

    fn inspect(core: &Core, source: InspectInput) -> anyhow::Result<Self> {
        let candidate = core.call_typed::<Inspect>(None, &source)?;
        let manifest = Manifest::parse(candidate.manifest.to_string().as_bytes())?;
        Ok(Self { source, candidate, manifest })
    }

    pub(crate) fn id(&self) -> &str {
        &self.candidate.info.id
    }

    pub(crate) const fn is_update(&self) -> bool {
        self.candidate.installed.is_some()
    }

    /// Returns the error for a version that is older than the installed one.
    pub(crate) fn downgrade(&self) -> Option<CoreError> {
        let ExtensionCandidate { info, installed, is_older, .. } = &self.candidate;
        let installed = installed.clone().filter(|_| *is_older)?;
        Some(CoreError::Downgrade { id: info.id.clone(), installed, offered: info.version.clone() })
    }

    /// Returns the input that installs this very version with what the user agreed to.
    pub(crate) fn agreed(
        &self,
        consent: Consent,
        allow_downgrade: bool,
    ) -> anyhow::Result<InstallInput> {
        let InspectInput { path, pending, previous, accept_publisher } = self.source.clone();
        let (consent, rules) = match consent {
            Consent::All => ("all", Vec::new()),
            Consent::KeepPermissions => ("keep", Vec::new()),
            Consent::Only(rules) => {
                let rules = rules.iter().map(serde_json::to_value);
                ("only", rules.collect::<Result<_, _>>()?)
            }
        };
        let (digest, consent) = (self.candidate.digest.clone(), consent.to_owned());
        let input = InstallInput {
            path,
            pending,
            previous,
            digest,
            consent,
            rules,
            allow_downgrade,
            accept_publisher,
        };
        Ok(input)
    }

    /// Returns the input that keeps this very version as the pending update; `None` for one that is it
    /// already.
    pub(crate) fn deferred(&self) -> Option<DeferInput> {
        let InspectInput { path, accept_publisher, .. } = self.source.clone();
        let digest = self.candidate.digest.clone();
        path.map(|path| DeferInput { path, digest, accept_publisher })
    }
}
