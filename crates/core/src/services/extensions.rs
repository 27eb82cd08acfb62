//! The service behind the operations `extensions.*`.

use std::path::Path;

use ext_grants::{Consent, PermissionRequest};
use ext_manager::{SavedFault, SavedState};
use ext_manifest::Manifest;
use ext_services::extensions::ExtensionAdmin;
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::extensions::{
        ExtensionCandidate, ExtensionFault, ExtensionHealth, ExtensionInfo, ExtensionState,
        InspectInput, InstallInput, ListViewsOutput, QuarantineInput, ReleaseOutput, RemoveOutput,
    },
};

use super::{SystemRef, permissions::read_rule};
use crate::{
    candidate::Candidate, error::CoreError, extensions::Extensions, installed::InstalledVersion,
    permissions::Permissions, system::System, views,
};

impl ExtensionAdmin for SystemRef {
    fn get(&self, id: &str) -> Result<ExtensionState, ErrorBody> {
        Ok(state_of(&*self.get()?, id)?)
    }

    fn views(&self) -> Result<ListViewsOutput, ErrorBody> {
        let manifests = self.get()?.installed.manifests();
        Ok(ListViewsOutput { views: manifests.iter().flat_map(views::of_extension).collect() })
    }

    fn inspect(&self, input: InspectInput) -> Result<ExtensionCandidate, ErrorBody> {
        let system = self.get()?;
        let candidate = candidate(&system, &input.folder)?;
        Ok(inspected(&system, &candidate)?)
    }

    fn install(&self, input: InstallInput) -> Result<ExtensionInfo, ErrorBody> {
        let system = self.get()?;
        let consent = read_consent(&input)?;
        let candidate = candidate(&system, &input.folder)?;
        if candidate.digest()? != input.digest {
            let message = "the extension in the folder is not the one that was looked at";
            return Err(ErrorBody::new(ErrorCode::Conflict, message));
        }
        let extensions = Extensions::new(&system);
        if !input.allow_downgrade {
            extensions.check_order(&candidate)?;
        }
        Ok(extensions.install(candidate, consent)?)
    }

    fn quarantine(&self, input: QuarantineInput) -> Result<ExtensionState, ErrorBody> {
        let QuarantineInput { extension, reason } = input;
        let system = self.get()?;
        Extensions::new(&system).quarantine(&extension, &reason)?;
        Ok(state_of(&system, &extension)?)
    }

    fn release(&self, id: &str) -> Result<ReleaseOutput, ErrorBody> {
        Ok(ReleaseOutput { released: Extensions::new(&*self.get()?).release(id)? })
    }

    fn remove(&self, id: &str) -> Result<RemoveOutput, ErrorBody> {
        Extensions::new(&*self.get()?).remove(id)?;
        Ok(RemoveOutput { removed: id.to_owned() })
    }
}

fn candidate(system: &System, folder: &str) -> Result<Candidate, ErrorBody> {
    if !Path::new(folder).is_absolute() {
        let message = format!("`{}` is not an absolute path", folder.escape_debug());
        return Err(ErrorBody::new(ErrorCode::Path, message));
    }
    Ok(Extensions::new(system).candidate(Path::new(folder))?)
}

fn read_consent(input: &InstallInput) -> Result<Consent, ErrorBody> {
    match input.consent.as_str() {
        "all" => Ok(Consent::All),
        "keep" => Ok(Consent::KeepPermissions),
        "only" => {
            let rules = input.rules.iter().cloned().map(read_rule).collect::<Result<_, _>>()?;
            Ok(Consent::Only(rules))
        }
        other => {
            let message = format!(
                "the consent `{}` is unknown: it is `all`, `keep` or `only`",
                other.escape_debug()
            );
            Err(ErrorBody::new(ErrorCode::BadInput, message))
        }
    }
}

fn inspected(system: &System, candidate: &Candidate) -> Result<ExtensionCandidate, CoreError> {
    let (extensions, manifest) = (Extensions::new(system), candidate.manifest());
    let request = Permissions::new(system).request(candidate);
    let installed = system.installed.manifest(manifest.id()).ok();
    let permissions = manifest.permissions();
    Ok(ExtensionCandidate {
        info: candidate.info(),
        digest: candidate.digest()?,
        installed: installed.map(|manifest| manifest.version().to_string()),
        is_older: extensions.check_order(candidate).is_err(),
        asks: request.describe(),
        risks: if request.is_empty() { Vec::new() } else { request.risks(manifest) },
        domains: permissions.allowed_domains().iter().map(ToString::to_string).collect(),
        requests_per_minute: permissions.rate_limits().requests_per_minute().get(),
        memory_bytes: manifest.limits().total_bytes(),
        advice: extensions.advice(candidate),
    })
}

fn state_of(system: &System, id: &str) -> Result<ExtensionState, CoreError> {
    let extensions = Extensions::new(system);
    let InstalledVersion { info, manifest, changed } = system.installed.read(id)?;
    let health = extensions.state(id)?;
    let state = match (&changed, &health.quarantine) {
        (Some(_), _) => "changed",
        (None, Some(_)) => "quarantined",
        (None, None) => "ready",
    };
    let (asks, risks) = in_words(&manifest);
    let isolation = extensions.isolation(id).name().to_owned();
    let (state, health) = (state.to_owned(), described(health));
    Ok(ExtensionState { info, isolation, state, changed, health, asks, risks })
}

fn in_words(manifest: &Manifest) -> (Vec<String>, Vec<String>) {
    let request = PermissionRequest::all(manifest);
    (request.describe(), request.risks(manifest))
}

fn described(state: SavedState) -> ExtensionHealth {
    let SavedState { quarantine, last_fault, starts, faults, calls, busy_ms, .. } = state;
    let fault = |SavedFault { code, message, backtrace, at }| ExtensionFault {
        code,
        message,
        backtrace,
        at,
    };
    let last_fault = last_fault.map(fault);
    ExtensionHealth { quarantine, last_fault, starts, faults, calls, busy_ms }
}
