//! Many rules, ready to be asked.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use ext_manifest::LibraryScope;
use ext_wire::Method;
use uuid::Uuid;

use crate::{
    DenialReason, Effect, Expiry, Request, Rule, RuleSource, Target, index::MethodIndex, rule::fits,
};

/// A rule in a [`RuleSet`].
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) id: u64,
    pub(crate) statement: Rule,
    pub(crate) line: Arc<RuleSource>,
    spent: AtomicBool,
}

impl Compiled {
    fn is_once(&self) -> bool {
        self.statement.expires == Expiry::Once
    }

    fn is_spent(&self) -> bool {
        self.spent.load(Ordering::Acquire)
    }

    /// Uses the rule up; false when it was used up already.
    pub(crate) fn spend(&self) -> bool {
        self.spent.compare_exchange(false, true, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// What the rules say.
pub(crate) enum Verdict<'a> {
    Allowed(&'a Arc<Compiled>),
    Denied(&'a Compiled),
    /// Nothing allows it; the aspect that came nearest.
    Missing(DenialReason),
}

/// Rules of one extension, found by method and library.
#[derive(Debug, Default)]
pub(crate) struct RuleSet {
    rules: Vec<Arc<Compiled>>,
    allow: Index,
    deny: Index,
    limited: bool,
}

/// By library, then by method: a call looks at the rules for all libraries and at those for its own.
#[derive(Debug, Default)]
struct Index {
    everywhere: MethodIndex,
    by_library: HashMap<Uuid, MethodIndex>,
    /// Once more those that are for some libraries only, for calls without one.
    without: MethodIndex,
}

impl Index {
    fn insert(&mut self, statement: &Rule, item: u32) {
        match &statement.libraries {
            None | Some(LibraryScope::All) => put(&mut self.everywhere, statement, item),
            Some(LibraryScope::Only(ids)) => {
                for id in ids {
                    put(self.by_library.entry(*id).or_default(), statement, item);
                }
                put(&mut self.without, statement, item);
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

    /// The rules for a method in whatever libraries.
    fn of_method<'a>(&'a self, method: Method<'a>) -> impl Iterator<Item = u32> + 'a {
        self.everywhere.matches(method).chain(self.without.matches(method))
    }
}

fn put(index: &mut MethodIndex, statement: &Rule, item: u32) {
    match &statement.methods {
        None => index.insert(None, item),
        Some(patterns) => patterns.iter().for_each(|pattern| index.insert(Some(pattern), item)),
    }
}

impl RuleSet {
    /// The rules that concern `extension`, each with a number of its own and its line.
    pub(crate) fn new(
        extension: &str,
        rules: impl IntoIterator<Item = (u64, Rule, RuleSource)>,
    ) -> Self {
        let mut set = Self::default();
        for (id, statement, line) in rules {
            if statement.concerns(extension) {
                set.insert(id, statement, line);
            }
        }
        set
    }

    fn insert(&mut self, id: u64, statement: Rule, line: RuleSource) {
        let Ok(item) = u32::try_from(self.rules.len()) else { return };
        self.limited |= statement.is_limited();
        let index = match statement.effect {
            Effect::Allow => &mut self.allow,
            Effect::Deny => &mut self.deny,
        };
        index.insert(&statement, item);
        let (line, spent) = (Arc::new(line), AtomicBool::new(false));
        self.rules.push(Arc::new(Compiled { id, statement, line, spent }));
    }

    /// Whether any rule looks at targets.
    pub(crate) const fn is_limited(&self) -> bool {
        self.limited
    }

    /// What the rules say. Neither locks nor allocates.
    pub(crate) fn decide<'s>(&'s self, request: &Request<'_>) -> Verdict<'s> {
        if let Some(rule) = self.fitting(&self.deny, request).next() {
            return Verdict::Denied(rule);
        }
        // A grant for one call is used up only when nothing else allows the call.
        let mut once = None;
        for rule in self.fitting(&self.allow, request) {
            if !rule.is_once() {
                return Verdict::Allowed(rule);
            }
            once = once.or(Some(rule).filter(|rule| !rule.is_spent()));
        }
        once.map_or_else(|| Verdict::Missing(self.nearest(request)), Verdict::Allowed)
    }

    fn fitting<'s: 'r, 'r>(
        &'s self,
        index: &'r Index,
        request: &'r Request<'r>,
    ) -> impl Iterator<Item = &'s Arc<Compiled>> + use<'s, 'r> {
        let rules = index.matches(request).filter_map(move |item| self.rules.get(item as usize));
        rules.filter(move |rule| fits(&rule.statement, request))
    }

    /// Which aspect of the call no rule allows, as near to an allow as a rule comes. It looks at the
    /// first live rule for the method, and at those for the method and the library.
    fn nearest(&self, request: &Request<'_>) -> DenialReason {
        if self.live(self.allow.of_method(request.method), request).next().is_none() {
            return DenialReason::Methods;
        }
        let rules = self.live(self.allow.matches(request), request);
        let mut rules =
            rules.filter(|rule| rule.statement.fits_library(request.library)).peekable();
        if rules.peek().is_none() {
            return DenialReason::Libraries;
        }
        match request.target {
            Target::Unknown => DenialReason::Methods,
            Target::Entry(_) => DenialReason::Entries,
            Target::Sidecar { entry, .. } => {
                let reaches = |r: &Arc<Compiled>| r.statement.fits_target(Target::Entry(entry));
                if rules.any(reaches) { DenialReason::Sidecars } else { DenialReason::Entries }
            }
            Target::Origin(_) => DenialReason::Domains,
        }
    }

    /// Those of some rules that are neither over nor used up.
    fn live<'s>(
        &'s self,
        items: impl Iterator<Item = u32>,
        request: &Request<'_>,
    ) -> impl Iterator<Item = &'s Arc<Compiled>> {
        let rules = items.filter_map(|item| self.rules.get(item as usize));
        rules.filter(|rule| !rule.statement.is_over(request.at) && !rule.is_spent())
    }
}
