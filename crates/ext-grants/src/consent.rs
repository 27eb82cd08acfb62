//! The user's agreement to a version of an extension, and the grants that follow from it.

use ext_manifest::Manifest;
use ext_perm::{Rule, all_that};

use crate::{PermissionRequest, store::GrantFile};

/// The user's answer when an extension is installed or updated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consent {
    /// All that it asks for. An update keeps what the user had limited or denied before.
    All,
    /// These rules and no others; what the manifest does not ask for stays denied all the same.
    Only(Vec<Rule>),
    /// The permissions that the installed version has, and nothing of what is new.
    KeepPermissions,
}

/// A version of an extension, to which grants are bound.
#[derive(Debug, Clone, Copy)]
pub struct ExtensionVersion<'a> {
    /// Its manifest.
    pub manifest: &'a Manifest,
    /// BLAKE3 of its wasm, in hex.
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
        let keeps = !matches!(self, Self::Only(_));
        match installed.filter(|_| keeps) {
            Some(installed) if installed.wasm_hash == new.wasm_hash => {}
            Some(installed) => file.carry_over(installed.wasm_hash, new.wasm_hash),
            None => file.forget(new.wasm_hash),
        }
        for rule in self.rules(new.manifest, installed) {
            file.add(new.wasm_hash, rule);
        }
    }

    /// Returns the rules that are granted beside those that are carried over.
    fn rules(&self, new: &Manifest, installed: Option<ExtensionVersion<'_>>) -> Vec<Rule> {
        match (self, installed) {
            (Self::Only(rules), _) => rules.clone(),
            (Self::KeepPermissions, _) => Vec::new(),
            (Self::All, None) => vec![all_that(new)],
            (Self::All, Some(installed)) => {
                PermissionRequest::diff(installed.manifest, new).grants(new)
            }
        }
    }
}
