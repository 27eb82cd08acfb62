//! A set of rules, indexed by method and library.

use std::{collections::HashMap, sync::Arc};

use ext_manifest::LibraryScope;
use ext_wire::Method;
use uuid::Uuid;

use crate::{
    compiled_rule::CompiledRule,
    index::MethodIndex,
    request::{Request, Target},
    response::DenialReason,
    rule::{Effect, Rule},
};

/// The verdict of a rule set on a request.
pub(crate) enum Verdict<'a> {
    Allowed(&'a Arc<CompiledRule>),
    Denied(&'a CompiledRule),
    /// No rule allows it; the aspect that no rule allows, as near to an allow as a rule comes.
    Missing(DenialReason),
}

/// The rules of one extension, found by method and library.
#[derive(Debug, Default)]
pub(crate) struct RuleSet {
    rules: Vec<Arc<CompiledRule>>,
    allow: Index,
    deny: Index,
    limited: bool,
}

/// Rules by library, then by method: a call looks up the rules for all libraries and those for its
/// own.
#[derive(Debug, Default)]
struct Index {
    everywhere: MethodIndex,
    by_library: HashMap<Uuid, MethodIndex>,
    /// The rules that are for some libraries only, once more, for calls without one.
    without: MethodIndex,
}

impl Index {
    fn insert(&mut self, rule: &Rule, item: u32) {
        match &rule.libraries {
            None | Some(LibraryScope::All) => put(&mut self.everywhere, rule, item),
            Some(LibraryScope::Only(ids)) => {
                for id in ids {
                    put(self.by_library.entry(*id).or_default(), rule, item);
                }
                put(&mut self.without, rule, item);
            }
        }
    }

    fn matches<'a>(&'a self, request: &Request<'a>) -> impl Iterator<Item = u32> + 'a {
        let method = request.method;
        let own = match request.library {
            Some(id) => self.by_library.get(&id),
            None => Some(&self.without),
        };
        let own = own.into_iter().flat_map(move |index| index.matches(method));
        self.everywhere.matches(method).chain(own)
    }

    /// Returns the rules for a method in any library.
    fn of_method<'a>(&'a self, method: Method<'a>) -> impl Iterator<Item = u32> + 'a {
        self.everywhere.matches(method).chain(self.without.matches(method))
    }
}

fn put(index: &mut MethodIndex, rule: &Rule, item: u32) {
    match &rule.methods {
        None => index.insert(None, item),
        Some(patterns) => patterns.iter().for_each(|pattern| index.insert(Some(pattern), item)),
    }
}

impl RuleSet {
    /// Indexes those of some rules that concern `extension`.
    pub(crate) fn new(extension: &str, rules: impl IntoIterator<Item = CompiledRule>) -> Self {
        let mut set = Self::default();
        for compiled in rules.into_iter().filter(|found| found.rule.concerns(extension)) {
            set.insert(compiled);
        }
        set
    }

    fn insert(&mut self, compiled: CompiledRule) {
        let Ok(item) = u32::try_from(self.rules.len()) else { return };
        self.limited |= compiled.rule.is_limited();
        let index = match compiled.rule.effect {
            Effect::Allow => &mut self.allow,
            Effect::Deny => &mut self.deny,
        };
        index.insert(&compiled.rule, item);
        self.rules.push(Arc::new(compiled));
    }

    /// Returns whether any rule is limited to some targets.
    pub(crate) const fn is_limited(&self) -> bool {
        self.limited
    }

    /// Decides about a request. Neither locks nor allocates.
    pub(crate) fn decide<'s>(&'s self, request: &Request<'_>) -> Verdict<'s> {
        if let Some(rule) = self.fitting(&self.deny, request).next() {
            return Verdict::Denied(rule);
        }
        // A grant for one call is consumed only when nothing else allows the call.
        let mut once = None;
        for rule in self.fitting(&self.allow, request) {
            if !rule.is_once() {
                return Verdict::Allowed(rule);
            }
            once = once.or(Some(rule).filter(|rule| !rule.is_consumed()));
        }
        once.map_or_else(|| Verdict::Missing(self.nearest(request)), Verdict::Allowed)
    }

    fn fitting<'s: 'r, 'r>(
        &'s self,
        index: &'r Index,
        request: &'r Request<'r>,
    ) -> impl Iterator<Item = &'s Arc<CompiledRule>> + use<'s, 'r> {
        let rules = index.matches(request).filter_map(move |item| self.rules.get(item as usize));
        rules.filter(move |found| found.rule.fits(request))
    }

    /// Finds the aspect of a call that no rule allows, as near to an allow as a rule comes. Looks at
    /// the first live rule for the method, and at those for the method and the library.
    fn nearest(&self, request: &Request<'_>) -> DenialReason {
        if self.live(self.allow.of_method(request.method), request).next().is_none() {
            return DenialReason::Methods;
        }
        let rules = self.live(self.allow.matches(request), request);
        let mut rules = rules.filter(|found| found.rule.fits_library(request.library)).peekable();
        if rules.peek().is_none() {
            return DenialReason::Libraries;
        }
        match request.target {
            Target::Unknown => DenialReason::Methods,
            Target::Entry(_) => DenialReason::Entries,
            Target::Sidecar { entry, .. } => {
                let reaches = |r: &Arc<CompiledRule>| r.rule.fits_target(Target::Entry(entry));
                if rules.any(reaches) { DenialReason::Sidecars } else { DenialReason::Entries }
            }
            Target::Event { kind, .. } => {
                let reaches = |r: &Arc<CompiledRule>| r.rule.covers_kind(kind);
                if rules.any(reaches) { DenialReason::Entries } else { DenialReason::Events }
            }
            Target::Origin(_) => DenialReason::Domains,
        }
    }

    /// Returns those of some rules that are neither expired nor consumed.
    fn live<'s>(
        &'s self,
        items: impl Iterator<Item = u32>,
        request: &Request<'_>,
    ) -> impl Iterator<Item = &'s Arc<CompiledRule>> {
        let rules = items.filter_map(|item| self.rules.get(item as usize));
        rules.filter(|found| !found.rule.is_expired(request.at) && !found.is_consumed())
    }
}
