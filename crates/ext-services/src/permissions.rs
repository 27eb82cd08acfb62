//! Permissions of extensions, as the user changes and reads them.

use ext_wire::{
    ErrorBody,
    ops::permissions::{
        AuditTailInput, AuditTailOutput, AuditVerifyOutput, ExplainInput, ExplainOutput,
        GrantInput, GrantOutput, ListGrantsOutput, RecordedOutput, RevokeInput, RevokeOutput,
    },
};

/// The grants and denials of a host, and its audit log.
#[expect(clippy::missing_errors_doc, reason = "said in the operations `permissions.*`")]
pub trait PermissionAdmin: Send + Sync {
    /// Lists what the user granted to an extension, and denied it.
    fn list(&self, id: &str) -> Result<ListGrantsOutput, ErrorBody>;

    /// Grants an extension something, or denies it.
    fn grant(&self, input: GrantInput) -> Result<GrantOutput, ErrorBody>;

    /// Takes back one grant or denial, or every grant.
    fn revoke(&self, input: RevokeInput) -> Result<RevokeOutput, ErrorBody>;

    /// Forgets every grant and every denial.
    fn reset(&self, id: &str) -> Result<RevokeOutput, ErrorBody>;

    /// Explains why a call would run or not.
    fn explain(&self, input: ExplainInput) -> Result<ExplainOutput, ErrorBody>;

    /// Starts to record what an extension does.
    fn start_recording(&self, id: &str) -> Result<RecordedOutput, ErrorBody>;

    /// Stops the recording, and keeps it.
    fn stop_recording(&self, id: &str) -> Result<RecordedOutput, ErrorBody>;

    /// Returns the newest records of the audit log.
    fn audit_tail(&self, input: AuditTailInput) -> Result<AuditTailOutput, ErrorBody>;

    /// Checks the audit log.
    fn audit_verify(&self) -> Result<AuditVerifyOutput, ErrorBody>;
}
