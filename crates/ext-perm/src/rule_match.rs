//! The match between a rule and a request.

use crate::{
    glob::Glob,
    request::{Request, Target},
    rule::{Effect, Rule},
};

impl Rule {
    /// Returns whether the rule fits a request, but for the method, which the index has matched.
    pub(crate) fn fits(&self, request: &Request<'_>) -> bool {
        self.fits_library(request.library)
            && !self.is_expired(request.at)
            && self.fits_target(request.target)
    }

    /// Returns whether the rule is about a target; of an unknown one, every allow is, and a denial
    /// only when it is not limited.
    pub(crate) fn fits_target(&self, target: Target<'_>) -> bool {
        match self.effect {
            Effect::Allow => self.covers(target),
            Effect::Deny => !self.is_limited() || self.names(target),
        }
    }

    fn covers(&self, target: Target<'_>) -> bool {
        match target {
            Target::Unknown => true,
            Target::Entry(path) => matches_any(self.entries.as_ref(), path.as_str()),
            Target::Sidecar { entry, name } => {
                matches_any(self.entries.as_ref(), entry.as_str())
                    && matches_any(self.sidecars.as_ref(), name)
            }
            Target::Event { kind, entry } => {
                self.covers_kind(kind)
                    && entry.is_none_or(|path| matches_any(self.entries.as_ref(), path.as_str()))
            }
            Target::Origin(origin) => self.domains.as_ref().is_none_or(|domains| {
                domains.iter().any(|d| d.matches(origin.scheme, origin.host, origin.port))
            }),
        }
    }

    pub(crate) fn covers_kind(&self, kind: &str) -> bool {
        self.events.as_ref().is_none_or(|kinds| kinds.iter().any(|known| known == kind))
    }

    fn names(&self, target: Target<'_>) -> bool {
        let is_of_this_kind = match target {
            Target::Unknown => false,
            Target::Entry(_) => {
                self.sidecars.is_none() && self.domains.is_none() && self.events.is_none()
            }
            Target::Sidecar { .. } => self.domains.is_none() && self.events.is_none(),
            // Before there is an entry, a denial of some entries is about none.
            Target::Event { entry, .. } => {
                self.sidecars.is_none()
                    && self.domains.is_none()
                    && (entry.is_some() || self.entries.is_none())
            }
            Target::Origin(_) => {
                self.entries.is_none() && self.sidecars.is_none() && self.events.is_none()
            }
        };
        is_of_this_kind && self.covers(target)
    }
}

fn matches_any(globs: Option<&Vec<Glob>>, text: &str) -> bool {
    globs.is_none_or(|globs| globs.iter().any(|glob| glob.matches(text)))
}
