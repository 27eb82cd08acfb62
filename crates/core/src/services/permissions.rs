//! The service behind the operations `permissions.*`.

use ext_perm::{Expiry, Rule, Target};
use ext_services::permissions::PermissionAdmin;
use ext_wire::{
    EntryPath, ErrorBody, ErrorCode,
    ops::permissions::{
        AuditTailInput, AuditTailOutput, AuditVerifyOutput, CURRENT_SESSION, DecidedRule,
        ExplainInput, ExplainOutput, GrantInput, GrantOutput, GrantedRule, ListGrantsOutput,
        MAX_AUDIT_RECORDS, RecordedOutput, RevokeInput, RevokeOutput,
    },
};
use serde::Serialize;
use serde_json::Value;

use super::SystemRef;
use crate::{
    error::CoreError,
    permissions::{Decided, Grant, Permissions},
};

/// Records of the audit log that are returned unless the caller says how many.
const AUDIT_RECORDS: u32 = 100;

impl SystemRef {
    fn permissions<T>(
        &self,
        ask: impl FnOnce(Permissions<'_>) -> Result<T, CoreError>,
    ) -> Result<T, ErrorBody> {
        Ok(ask(Permissions::new(&*self.get()?))?)
    }
}

impl PermissionAdmin for SystemRef {
    fn list(&self, id: &str) -> Result<ListGrantsOutput, ErrorBody> {
        let grants = self.permissions(|permissions| permissions.grants(id))?;
        Ok(ListGrantsOutput { grants: grants.iter().map(granted).collect::<Result<_, _>>()? })
    }

    fn grant(&self, input: GrantInput) -> Result<GrantOutput, ErrorBody> {
        let GrantInput { extension, rule } = input;
        let rule = rule.map(read_rule).transpose()?;
        let grant = self.permissions(|permissions| match rule {
            None => permissions.grant_all(&extension),
            Some(rule) => permissions.grant(&extension, in_session(rule, permissions.session())),
        })?;
        Ok(GrantOutput { grant })
    }

    fn revoke(&self, input: RevokeInput) -> Result<RevokeOutput, ErrorBody> {
        let RevokeInput { extension, grant } = input;
        let taken_back = self.permissions(|permissions| match grant {
            Some(grant) => permissions.revoke(&extension, grant).map(|()| 1),
            None => permissions.revoke_all(&extension),
        })?;
        Ok(RevokeOutput { taken_back: taken_back as u64 })
    }

    fn reset(&self, id: &str) -> Result<RevokeOutput, ErrorBody> {
        let taken_back = self.permissions(|permissions| permissions.reset(id))?;
        Ok(RevokeOutput { taken_back: taken_back as u64 })
    }

    fn explain(&self, input: ExplainInput) -> Result<ExplainOutput, ErrorBody> {
        let ExplainInput { extension, method, library_id, entry, sidecar } = input;
        let entry = entry.as_deref().map(EntryPath::stored);
        let target = match (&entry, &sidecar) {
            (Some(entry), Some(name)) => Target::Sidecar { entry, name },
            (Some(entry), None) => Target::Entry(entry),
            (None, _) => Target::Unknown,
        };
        let found = self.permissions(|permissions| {
            permissions.explain(&extension, &method, library_id, target)
        })?;
        Ok(ExplainOutput {
            allowed: found.allowed,
            undecided: found.undecided,
            allowed_by: found.allowed_by.into_iter().map(decided).collect(),
            denied_by: found.denied_by.into_iter().map(decided).collect(),
        })
    }

    fn start_recording(&self, id: &str) -> Result<RecordedOutput, ErrorBody> {
        self.permissions(|permissions| permissions.start_recording(id))?;
        Ok(RecordedOutput { called: 0, refused: 0 })
    }

    fn stop_recording(&self, id: &str) -> Result<RecordedOutput, ErrorBody> {
        let recording = self.permissions(|permissions| permissions.stop_recording(id))?;
        let (called, refused) = (recording.called.len() as u64, recording.refused.len() as u64);
        Ok(RecordedOutput { called, refused })
    }

    fn audit_tail(&self, input: AuditTailInput) -> Result<AuditTailOutput, ErrorBody> {
        let AuditTailInput { limit, extension } = input;
        let limit = limit.unwrap_or(AUDIT_RECORDS).min(MAX_AUDIT_RECORDS) as usize;
        let records = self.permissions(|permissions| {
            Ok(permissions.audit().tail(limit, extension.as_deref())?)
        })?;
        Ok(AuditTailOutput { records: records.iter().map(json).collect::<Result<_, _>>()? })
    }

    fn audit_verify(&self) -> Result<AuditVerifyOutput, ErrorBody> {
        let (found, restarts) = self.permissions(|permissions| {
            let audit = permissions.audit();
            Ok((audit.verify()?, audit.restarts()?))
        })?;
        Ok(AuditVerifyOutput {
            records: found.records,
            first: found.first,
            torn: found.torn,
            broken: found.broken,
            restarts,
        })
    }
}

/// Reads a rule as a user writes it.
pub(super) fn read_rule(rule: Value) -> Result<Rule, ErrorBody> {
    let wrong = |error| ErrorBody::new(ErrorCode::BadInput, format_args!("`rule`: {error}"));
    serde_json::from_value(rule).map_err(wrong)
}

/// Names the session of this program, which runs the extensions, where a rule is for the current one.
fn in_session(mut rule: Rule, session: &str) -> Rule {
    if let Expiry::Session(name) = &mut rule.expires
        && name == CURRENT_SESSION
    {
        session.clone_into(name);
    }
    rule
}

fn granted(grant: &Grant) -> Result<GrantedRule, ErrorBody> {
    let (given, text) = (grant.given.to_string(), grant.rule.to_string());
    Ok(GrantedRule { id: grant.id, given, rule: json(&grant.rule)?, text })
}

fn decided(decided: Decided) -> DecidedRule {
    let Decided { backend, rule, line, message, would_allow } = decided;
    DecidedRule { backend, rule: rule.map(str::to_owned), line, message, would_allow }
}

fn json(value: &impl Serialize) -> Result<Value, ErrorBody> {
    serde_json::to_value(value).map_err(|error| ErrorBody::new(ErrorCode::Internal, error))
}
