//! The service behind the operations `extensions.*`.

use std::time::Duration;

use ext_grants::{Consent, PermissionRequest};
use ext_manager::{GuestIsolation, SavedFault, SavedState};
use ext_manifest::Manifest;
use ext_services::extensions::ExtensionAdmin;
use ext_wire::{
    ErrorBody, ErrorCode,
    ops::extensions::{
        DeferInput, DeferOutput, ExtensionCandidate, ExtensionFault, ExtensionHealth,
        ExtensionInfo, ExtensionState, InspectInput, InstallInput, ListViewsOutput,
        QuarantineInput, RecordCallsInput, RecordedCallsOutput, ReleaseOutput, RemoveOutput,
        RequestedPermissions, UpdatedExtension,
    },
};

use jiff::Timestamp;

use super::{SystemRef, permissions::read_rule, work::absolute};
use crate::{
    call_tapes::Recorded,
    candidate::Candidate,
    error::CoreError,
    extensions::{Extensions, Updated},
    installed::InstalledVersion,
    permissions::Permissions,
    system::System,
    views,
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
        let InspectInput { path, pending, previous, accept_publisher } = input;
        let system = self.get()?;
        let source = Source { path, pending, previous, accept_publisher };
        Ok(inspected(&system, &source.candidate(&system)?)?)
    }

    fn install(&self, input: InstallInput) -> Result<ExtensionInfo, ErrorBody> {
        let system = self.get()?;
        let (candidate, consent) = agreed(&system, input)?;
        Ok(Extensions::new(&system).install(candidate, consent)?)
    }

    fn update(&self, input: InstallInput) -> Result<UpdatedExtension, ErrorBody> {
        let system = self.get()?;
        let (candidate, consent) = agreed(&system, input)?;
        let updated = Extensions::new(&system).update(candidate, consent)?;
        let Updated { info, pause, state_bytes } = updated;
        let micros = |pause: Duration| u64::try_from(pause.as_micros()).unwrap_or(u64::MAX);
        let state_bytes = state_bytes.map(|bytes| bytes as u64);
        Ok(UpdatedExtension { info, pause_us: pause.map(micros), state_bytes })
    }

    fn defer(&self, input: DeferInput) -> Result<DeferOutput, ErrorBody> {
        let DeferInput { path, digest, accept_publisher } = input;
        let system = self.get()?;
        let source = Source { path: Some(path), accept_publisher, ..Source::default() };
        let candidate = source.candidate_with(&digest, &system)?;
        let deferred = candidate.manifest().id().to_owned();
        Extensions::new(&system).defer(candidate)?;
        Ok(DeferOutput { deferred })
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

    fn record_calls(&self, input: RecordCallsInput) -> Result<RecordedCallsOutput, ErrorBody> {
        let RecordCallsInput { extension, file } = input;
        let (system, file) = (self.get()?, absolute(&file)?);
        system.installed.dir(&extension)?;
        system.guests.tapes.start(&extension, &file)?;
        // One that runs was started before; the next call starts one whose start is recorded.
        let _ = system.manager.unload(&extension);
        Ok(recorded(Recorded { file, ..Recorded::default() }))
    }

    fn stop_recording_calls(&self, id: &str) -> Result<RecordedCallsOutput, ErrorBody> {
        let system = self.get()?;
        // What runs is ended first, so that it is recorded to its end.
        let _ = system.manager.unload(id);
        Ok(recorded(system.guests.tapes.stop(id)?))
    }

    fn remove(&self, id: &str) -> Result<RemoveOutput, ErrorBody> {
        Extensions::new(&*self.get()?).remove(id)?;
        Ok(RemoveOutput { removed: id.to_owned() })
    }
}

fn recorded(recorded: Recorded) -> RecordedCallsOutput {
    let Recorded { file, runs, calls, left_out } = recorded;
    RecordedCallsOutput { file: file.display().to_string(), runs, calls, left_out }
}

/// The place that a version comes from.
#[derive(Default)]
struct Source {
    path: Option<String>,
    pending: Option<String>,
    previous: Option<String>,
    accept_publisher: bool,
}

impl Source {
    /// Copies the version, which must be by the publisher of the installed one, unless the user accepts
    /// another.
    fn candidate(self, system: &System) -> Result<Candidate, ErrorBody> {
        let extensions = Extensions::new(system);
        let candidate = match (self.path, self.pending, self.previous) {
            (Some(path), None, None) => extensions.candidate_at(&absolute(&path)?)?,
            (None, Some(id), None) => extensions.pending_update(&id)?.candidate,
            (None, None, Some(id)) => extensions.previous_version(&id)?,
            _ => {
                let message = "the input has one of `path`, `pending` and `previous`";
                return Err(ErrorBody::new(ErrorCode::BadInput, message));
            }
        };
        let candidate = match self.accept_publisher {
            true => candidate.accepting_publisher(),
            false => candidate,
        };
        extensions.check_publisher(&candidate)?;
        Ok(candidate)
    }

    /// Copies the version that the user looked at, and no other.
    fn candidate_with(self, digest: &str, system: &System) -> Result<Candidate, ErrorBody> {
        let candidate = self.candidate(system)?;
        if candidate.digest()? == digest {
            return Ok(candidate);
        }
        let message = "the extension there is not the one that was looked at";
        Err(ErrorBody::new(ErrorCode::Conflict, message))
    }
}

/// Copies the version that the user agreed to, with the consent.
fn agreed(system: &System, input: InstallInput) -> Result<(Candidate, Consent), ErrorBody> {
    let consent = read_consent(&input)?;
    let InstallInput { path, pending, previous, digest, allow_downgrade, accept_publisher, .. } =
        input;
    let may_be_older = allow_downgrade || previous.is_some();
    let source = Source { path, pending, previous, accept_publisher };
    let candidate = source.candidate_with(&digest, system)?;
    if !may_be_older {
        Extensions::new(system).check_order(&candidate)?;
    }
    Ok((candidate, consent))
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
    let request = Permissions::new(system).request(candidate)?;
    let rules = Permissions::new(system).preview(candidate)?;
    let installed = system.installed.version_before(candidate);
    let permissions = manifest.permissions();
    Ok(ExtensionCandidate {
        info: candidate.info(),
        digest: candidate.digest()?,
        installed: installed.map(|installed| installed.manifest().version().to_string()),
        is_older: extensions.check_order(candidate).is_err(),
        publisher: candidate.publisher().map(ToString::to_string),
        manifest: candidate.manifest_json()?,
        rules: texts(&rules),
        request: requested(&request),
        asks: request.describe(),
        risks: if request.is_empty() { Vec::new() } else { request.risks(manifest) },
        domains: texts(permissions.allowed_domains()),
        requests_per_minute: permissions.rate_limits().requests_per_minute().get(),
        memory_bytes: manifest.total_bytes(),
        advice: extensions.advice(candidate),
    })
}

fn requested(request: &PermissionRequest) -> RequestedPermissions {
    let libraries = request.libraries.clone().map(Vec::from).unwrap_or_default();
    RequestedPermissions {
        is_empty: request.is_empty(),
        methods: texts(&request.methods),
        libraries: texts(&libraries),
        domains: texts(&request.domains),
        events: request.events.clone(),
    }
}

fn texts(items: &[impl ToString]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

fn state_of(system: &System, id: &str) -> Result<ExtensionState, CoreError> {
    let extensions = Extensions::new(system);
    let read = match system.installed.read(id) {
        Err(error) if error.is_damage() => return Ok(damaged_state(system, id, &error)),
        read => read?,
    };
    let InstalledVersion { info, manifest, changed } = read;
    let health = extensions.state(id)?;
    let state = match (&changed, &health.quarantine) {
        (Some(_), _) => "changed",
        (None, Some(_)) => "quarantined",
        (None, None) => "ready",
    };
    let (asks, risks) = in_words(&manifest);
    // A guest with files is in a process of its own, whatever is configured.
    let isolation = match manifest.wasi().has_files() {
        true => GuestIsolation::Process,
        false => extensions.isolation(id),
    };
    let isolation = isolation.name().to_owned();
    let (state, health) = (state.to_owned(), described(health));
    Ok(ExtensionState { info, isolation, state, changed, health, asks, risks })
}

/// Describes a damaged extension: the damage stands in the place of its last fault.
fn damaged_state(system: &System, id: &str, error: &CoreError) -> ExtensionState {
    let (code, at) = (error.code().name().to_owned(), Timestamp::now().as_second());
    let (message, backtrace) = (error.to_string(), Vec::new());
    let at = u64::try_from(at).unwrap_or_default();
    let health = ExtensionHealth {
        last_fault: Some(ExtensionFault { code, message, backtrace, at }),
        ..described(system.manager.saved_state(id))
    };
    ExtensionState {
        info: system.installed.known_info(id),
        isolation: Extensions::new(system).isolation(id).name().to_owned(),
        state: "damaged".to_owned(),
        changed: None,
        health,
        asks: Vec::new(),
        risks: Vec::new(),
    }
}

fn in_words(manifest: &Manifest) -> (Vec<String>, Vec<String>) {
    let request = PermissionRequest::all(manifest);
    (request.describe(), request.risks(manifest))
}

fn described(state: SavedState) -> ExtensionHealth {
    let SavedState { quarantine, last_fault, starts, faults, calls, busy_ms, memory_bytes, .. } =
        state;
    let fault = |SavedFault { code, message, backtrace, at }| ExtensionFault {
        code,
        message,
        backtrace,
        at,
    };
    let last_fault = last_fault.map(fault);
    ExtensionHealth { quarantine, last_fault, starts, faults, calls, busy_ms, memory_bytes }
}
