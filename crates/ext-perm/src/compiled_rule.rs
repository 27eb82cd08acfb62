//! A rule of a rule set, and the proof that a call consumed one.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::{
    response::RuleSource,
    rule::{Expiry, Rule},
};

/// A rule with its number and the place it comes from.
#[derive(Debug)]
pub(crate) struct CompiledRule {
    pub(crate) id: u64,
    pub(crate) rule: Rule,
    pub(crate) source: Arc<RuleSource>,
    consumed: AtomicBool,
}

impl CompiledRule {
    pub(crate) fn new(id: u64, rule: Rule, source: RuleSource) -> Self {
        Self { id, rule, source: Arc::new(source), consumed: AtomicBool::new(false) }
    }

    pub(crate) fn is_once(&self) -> bool {
        self.rule.expires == Expiry::Once
    }

    pub(crate) fn is_consumed(&self) -> bool {
        self.consumed.load(Ordering::Acquire)
    }

    /// Consumes the rule; returns false when it was consumed before.
    pub(crate) fn consume(&self) -> bool {
        self.consumed.compare_exchange(false, true, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// A grant for one call that a call has consumed.
#[derive(Debug)]
pub struct ConsumedGrant(pub(crate) Arc<CompiledRule>);
