//! The user's agreement to a version of an extension, and the grants that follow from it.

use ext_manifest::Manifest;
use ext_perm::{Rule, all_that};

use crate::{
    carry_over::{addition, extend, narrow},
    request::PermissionRequest,
    store::GrantFile,
};

/// The user's answer when an extension is installed or updated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consent {
    /// Everything that it asks for. An update keeps what the user had limited or denied before: what is
    /// new applies only where all that is allowed already does, and no longer. Where nothing is allowed any more, it is
    /// all that the manifest asks for.
    All,
    /// These rules and no others; what the manifest does not ask for stays denied.
    Only(Vec<Rule>),
    /// The permissions that the installed version has, and nothing of what is new.
    KeepPermissions,
}

/// A version of an extension, to which grants are bound.
#[derive(Debug, Clone, Copy)]
pub struct ExtensionVersion<'a> {
    /// Its manifest.
    pub manifest: &'a Manifest,
    /// The BLAKE3 hash of its wasm, in hex.
    pub wasm_hash: &'a str,
}

impl<'a> ExtensionVersion<'a> {
    /// Returns the id of the extension.
    #[must_use]
    pub fn id(&self) -> &'a str {
        self.manifest.id()
    }
}

impl Consent {
    /// Gives the new version its grants, beside those of the installed one.
    pub(crate) fn apply(
        &self,
        file: &mut GrantFile,
        new: ExtensionVersion<'_>,
        installed: Option<ExtensionVersion<'_>>,
    ) {
        match (self, installed) {
            (Self::Only(rules), _) => file.replace(new.wasm_hash, rules.clone()),
            (_, None) => {
                // What is installed cannot be read, or nothing is: denials stay all the same.
                file.set(new.wasm_hash, file.denials());
                if *self == Self::All {
                    file.add(new.wasm_hash, all_that(new.manifest));
                }
            }
            (_, Some(installed)) => {
                file.carry_over(installed.wasm_hash, new.wasm_hash);
                file.edit(new.wasm_hash, |rule| narrow(rule, installed.manifest));
                if *self == Self::All {
                    agree(file, new, installed.manifest);
                }
            }
        }
    }
}

/// Grants what is new in a version, within the limits of the rules that it has.
fn agree(file: &mut GrantFile, new: ExtensionVersion<'_>, old: &Manifest) {
    if !file.allows(new.wasm_hash) {
        // The user was asked about all of it.
        file.add(new.wasm_hash, all_that(new.manifest));
        return;
    }
    let agreed = PermissionRequest::diff(old, new.manifest);
    file.edit(new.wasm_hash, |rule| {
        extend(rule, old, &agreed);
        true
    });
    let rules: Vec<Rule> = file.of(new.wasm_hash).iter().map(|g| g.rule.clone()).collect();
    if let Some(rule) = addition(&rules, new.manifest, &agreed) {
        file.add(new.wasm_hash, rule);
    }
}
