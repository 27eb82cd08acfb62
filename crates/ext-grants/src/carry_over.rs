//! The rules of the user in an update: what they keep, and what the user agreed to in addition.

use std::collections::BTreeSet;

use ext_manifest::{DomainPattern, LibraryScope, Manifest, MethodPattern};
use ext_perm::{Effect, Expiry, Glob, RECEIVE_EVENT_PATTERN, Rule, all_that};
use jiff::Timestamp;

use crate::request::{PermissionRequest, uses_servers};

/// Narrows what a rule allows to what the manifest asked for that it was given to: an answer does not
/// outlive its question, so that a permission which a version gave up is asked for again. Returns
/// false when nothing is left of it. A denial stays as it is.
pub(crate) fn narrow(rule: &mut Rule, asked: &Manifest) -> bool {
    if rule.effect == Effect::Deny {
        return true;
    }
    let asked = all_that(asked);
    rule.methods = both(rule.methods.take(), asked.methods, MethodPattern::intersection);
    rule.domains = both(rule.domains.take(), asked.domains, DomainPattern::intersection);
    rule.events =
        both(rule.events.take(), asked.events, |one, two| (one == two).then(|| one.clone()));
    rule.libraries = match (rule.libraries.take(), asked.libraries) {
        (Some(one), Some(two)) => Some(one.intersection(&two)),
        (one, two) => one.or(two),
    };
    rule.methods.as_ref().is_none_or(|methods| !methods.is_empty())
}

/// Extends what a rule allows by the libraries and servers that the user agreed to in an update from
/// `old`. Where the user allowed less than `old` asked for, it stays less.
pub(crate) fn extend(rule: &mut Rule, old: &Manifest, agreed: &PermissionRequest) {
    if !is_lasting(rule) {
        return;
    }
    let was = old.permissions();
    if let (Some(mine), Some(new)) = (&rule.libraries, &agreed.libraries) {
        rule.libraries = Some(extended(mine, was.libraries(), new));
    }
    let reaches = rule.methods.as_ref().is_none_or(|methods| methods.iter().any(uses_servers));
    if let Some(mine) = rule.domains.as_mut().filter(|_| reaches) {
        // None at all, although the version asked for some, is a decision of the user.
        if !mine.is_empty() || was.allowed_domains().is_empty() {
            mine.extend(agreed.domains.iter().cloned());
        }
    }
}

fn extended(mine: &LibraryScope, was: &LibraryScope, new: &LibraryScope) -> LibraryScope {
    match (mine, new) {
        _ if mine.covers(was) => new.clone(),
        (LibraryScope::Only(mine), LibraryScope::Only(new)) => {
            let added = new.iter().filter(|library| !was.contains(**library));
            LibraryScope::Only(mine.iter().chain(added).copied().collect::<BTreeSet<_>>())
        }
        _ => mine.clone(),
    }
}

/// Returns the rule that grants what is new in an update, as far as the rules of the user let: it applies
/// where all of those apply that do not expire; if all expire, where and as long as all of them do. `None`
/// when there is nothing new to be called or received.
pub(crate) fn addition(rules: &[Rule], new: &Manifest, agreed: &PermissionRequest) -> Option<Rule> {
    let mut methods = agreed.methods.clone();
    if !agreed.events.is_empty() {
        methods.extend(MethodPattern::parse(RECEIVE_EVENT_PATTERN));
    }
    if methods.is_empty() {
        return None;
    }
    let events = Some(agreed.events.clone()).filter(|events| !events.is_empty());
    let sources = sources(rules);
    let expires = sources.iter().map(|rule| &rule.expires).reduce(sooner)?.clone();
    let Scope { libraries, domains, entries, sidecars } = Scope::of(&sources, new, agreed);
    let (methods, libraries) = (Some(methods), Some(libraries));
    let limited = Rule { methods, libraries, domains: Some(domains), ..Rule::new(Effect::Allow) };
    Some(Rule { entries, sidecars, events, expires, ..limited })
}

/// Returns the rules that new rights come from: those that allow for good, or else those that allow for a
/// time.
fn sources(rules: &[Rule]) -> Vec<&Rule> {
    let now = Timestamp::now();
    let allowing: Vec<&Rule> = rules.iter().filter(|rule| still_allows(rule, now)).collect();
    let lasting: Vec<&Rule> = allowing.iter().copied().filter(|rule| is_lasting(rule)).collect();
    if lasting.is_empty() { allowing } else { lasting }
}

/// Returns whether a rule allows something, and its time is not over.
pub(crate) fn still_allows(rule: &Rule, now: Timestamp) -> bool {
    rule.effect == Effect::Allow && !rule.is_expired(now)
}

/// Returns the one of two that is over first, as far as that is certain.
fn sooner<'r>(one: &'r Expiry, two: &'r Expiry) -> &'r Expiry {
    match (one, two) {
        (Expiry::Never, other) | (other, Expiry::Never) => other,
        (Expiry::Until(a), Expiry::Until(b)) if b < a => two,
        (_, Expiry::Once) | (Expiry::Until(_), Expiry::Session(_)) => two,
        _ => one,
    }
}

/// The targets to which all of some rules are limited.
struct Scope {
    libraries: LibraryScope,
    domains: Vec<DomainPattern>,
    entries: Option<Vec<Glob>>,
    sidecars: Option<Vec<Glob>>,
}

impl Scope {
    fn of(rules: &[&Rule], new: &Manifest, agreed: &PermissionRequest) -> Self {
        let asked = new.permissions();
        let mut scope = Self {
            libraries: asked.libraries().clone(),
            domains: Vec::new(),
            entries: None,
            sidecars: None,
        };
        let mut domains = None;
        for rule in rules {
            scope.libraries =
                rule.libraries.iter().fold(scope.libraries, |all, one| all.intersection(one));
            scope.entries = both(scope.entries.take(), rule.entries.clone(), narrower_glob);
            scope.sidecars = both(scope.sidecars.take(), rule.sidecars.clone(), narrower_glob);
            if rule.methods.as_ref().is_none_or(|methods| methods.iter().any(uses_servers)) {
                domains = both(domains, rule.domains.clone(), DomainPattern::intersection);
            }
        }
        // Without a rule for servers the new methods reach those only that are asked for now.
        scope.domains = domains.unwrap_or_default();
        let new = agreed.domains.iter().filter(|new| !scope.domains.contains(new));
        scope.domains.extend(new.cloned().collect::<Vec<_>>());
        scope
    }
}

fn is_lasting(rule: &Rule) -> bool {
    rule.effect == Effect::Allow && rule.expires == Expiry::Never
}

/// Returns the narrower of two patterns, as far as that is certain.
fn narrower_glob(one: &Glob, two: &Glob) -> Option<Glob> {
    match (one.as_str(), two.as_str()) {
        ("**", _) => Some(two.clone()),
        (_, "**") => Some(one.clone()),
        (a, b) if a == b => Some(one.clone()),
        _ => narrower_folder(one, two).or_else(|| narrower_folder(two, one)),
    }
}

/// Returns `inner` when it is below the folder that `outer` stands for: `mails/2024/*.eml` is below
/// `mails/**`.
fn narrower_folder(outer: &Glob, inner: &Glob) -> Option<Glob> {
    let folder = outer.as_str().strip_suffix("**").filter(|folder| folder.ends_with('/'))?;
    let plain = !folder.contains(['*', '?']);
    (plain && inner.as_str().starts_with(folder)).then(|| inner.clone())
}

/// Returns what is in both lists, of which `None` is everything.
fn both<T: Clone + PartialEq>(
    one: Option<Vec<T>>,
    two: Option<Vec<T>>,
    common: impl Fn(&T, &T) -> Option<T>,
) -> Option<Vec<T>> {
    let (Some(one), Some(two)) = (&one, &two) else { return one.or(two) };
    let mut list = Vec::new();
    for item in one.iter().flat_map(|a| two.iter().filter_map(|b| common(a, b))) {
        if !list.contains(&item) {
            list.push(item);
        }
    }
    Some(list)
}
