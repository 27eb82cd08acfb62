//! A counter of an extension's calls and refusals for the audit log, without a lock on the path of an
//! allowed call.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use arc_swap::ArcSwap;
use ext_perm::{DecisionEvent, Observer, Principal, Refusal, Request, Response, Target};
use ext_wire::{ErrorCode, Method};
use parking_lot::Mutex;
use uuid::Uuid;

use crate::{AuditEvent, AuditLog};

/// The kinds of refusals of one extension, and the methods that it called, that are recorded one by one
/// between two writes; the rest of each is one number, so that an extension cannot push records out of
/// the log.
const KINDS: usize = 64;

type Calls = BTreeMap<String, Arc<AtomicU64>>;

/// A counter of an extension's calls and refusals since the last write to the log.
///
/// It observes the engine of the extension ([`ext_perm::Engine::with_observer`]) and writes its counts
/// on [`write`](Self::write) and on drop.
pub struct Tally {
    extension: String,
    log: Arc<AuditLog>,
    calls: ArcSwap<Calls>,
    /// Calls of methods beyond those in `calls`.
    more_calls: AtomicU64,
    /// Counters of the last write that a call held at that moment: it may count there behind it.
    held: Mutex<Vec<(String, Arc<AtomicU64>)>>,
    refused: Mutex<Refused>,
}

#[derive(Default)]
struct Refused {
    kinds: BTreeMap<Kind, u64>,
    more: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    method: String,
    library: Option<Uuid>,
    code: &'static str,
    rule: &'static str,
    backend: String,
}

impl Tally {
    /// Creates a counter at zero.
    #[must_use]
    pub fn new(extension: &str, log: Arc<AuditLog>) -> Self {
        let (calls, more_calls, held, refused) = Default::default();
        Self { extension: extension.to_owned(), log, calls, more_calls, held, refused }
    }

    /// Writes the counts to the log, and resets them.
    pub fn write(&self) {
        let mut events = self.take_refused();
        events.extend(self.take_calls());
        self.log.append(events);
    }

    fn take_calls(&self) -> Vec<AuditEvent> {
        let calls = self.calls.swap(Arc::default());
        let mut held = self.held.lock();
        let mut counters = std::mem::take(&mut *held);
        counters.extend(calls.iter().map(|(method, count)| (method.clone(), Arc::clone(count))));
        drop(calls);
        let mut events = Vec::new();
        for (method, count) in counters {
            match Arc::try_unwrap(count).map(AtomicU64::into_inner) {
                Ok(0) => {}
                Ok(count) => {
                    let extension = self.extension.clone();
                    events.push(AuditEvent::Called { extension, method, count });
                }
                Err(count) => held.push((method, count)),
            }
        }
        drop(held);
        let count = self.more_calls.swap(0, Ordering::AcqRel);
        if count > 0 {
            events.push(AuditEvent::CalledMore { extension: self.extension.clone(), count });
        }
        events
    }

    fn take_refused(&self) -> Vec<AuditEvent> {
        let refused = std::mem::take(&mut *self.refused.lock());
        let extension = || self.extension.clone();
        let event = |(kind, count): (Kind, u64)| AuditEvent::Refused {
            extension: extension(),
            method: kind.method,
            library: kind.library,
            code: kind.code.to_owned(),
            rule: kind.rule.to_owned(),
            backend: kind.backend,
            count,
        };
        let mut events: Vec<AuditEvent> = refused.kinds.into_iter().map(event).collect();
        if refused.more > 0 {
            events.push(AuditEvent::RefusedMore { extension: extension(), count: refused.more });
        }
        events
    }

    fn called(&self, method: Method<'_>) {
        // Formatted on the stack: a method that is known allocates nothing.
        let mut text = MethodText::default();
        text.set(method);
        // Again where the counts are written between the two.
        while !self.is_counted(text.as_str()) {
            if !self.add_method(text.as_str()) {
                self.more_calls.fetch_add(1, Ordering::AcqRel);
                return;
            }
        }
    }

    /// Counts a call of a method that has a counter; returns false for another one.
    fn is_counted(&self, method: &str) -> bool {
        let calls = self.calls.load();
        let Some(count) = calls.get(method) else { return false };
        count.fetch_add(1, Ordering::AcqRel);
        true
    }

    /// Gives a method a counter; returns false where there are [`KINDS`] already.
    fn add_method(&self, method: &str) -> bool {
        if self.calls.load().len() >= KINDS {
            return false;
        }
        self.calls.rcu(|calls| {
            let mut calls = Calls::clone(calls);
            if calls.len() < KINDS {
                calls.entry(method.to_owned()).or_default();
            }
            calls
        });
        true
    }

    fn unknown(&self, request: &Request<'_>) {
        self.count(Kind {
            method: request.method.to_string(),
            library: request.library,
            code: ErrorCode::UnknownMethod.name(),
            rule: "unknown",
            backend: "registry".to_owned(),
        });
    }

    fn denied(&self, request: &Request<'_>, response: &Response) {
        let Some(reason) = response.main_reason() else { return };
        self.count(Kind {
            method: request.method.to_string(),
            library: request.library,
            code: reason.kind.code().name(),
            rule: reason.kind.name(),
            backend: reason.backend.clone(),
        });
    }

    fn limited(&self, method: Method<'_>, rule: &'static str, refusal: &Refusal) {
        let (method, backend) = (method.to_string(), "limits".to_owned());
        let code = refusal.code().name();
        self.count(Kind { method, library: None, code, rule, backend });
    }

    fn count(&self, kind: Kind) {
        let mut refused = self.refused.lock();
        let known = refused.kinds.len();
        match refused.kinds.get_mut(&kind) {
            Some(count) => *count += 1,
            None if known < KINDS => drop(refused.kinds.insert(kind, 1)),
            None => refused.more += 1,
        }
    }
}

impl Observer for Tally {
    fn on_event(&self, event: DecisionEvent<'_>) {
        match event {
            DecisionEvent::Decided { request, .. } if request.principal == Principal::User => {}
            DecisionEvent::Decided { request, response }
                if response.is_allow() && request.target == Target::Unknown =>
            {
                self.called(request.method);
            }
            DecisionEvent::Unknown { request } if request.principal != Principal::User => {
                self.unknown(request);
            }
            DecisionEvent::Decided { request, response } => self.denied(request, response),
            DecisionEvent::Limited { method, refusal, .. } => self.limited(method, "rate", refusal),
            DecisionEvent::Charged { method, budget, refusal: Some(refusal), .. } => {
                self.limited(method, budget.name(), refusal);
            }
            _ => {}
        }
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        self.write();
    }
}

/// A method as text, on the stack.
struct MethodText {
    bytes: [u8; ext_abi::limits::MAX_METHOD_BYTES as usize],
    length: usize,
}

impl Default for MethodText {
    fn default() -> Self {
        Self { bytes: [0; ext_abi::limits::MAX_METHOD_BYTES as usize], length: 0 }
    }
}

impl MethodText {
    fn set(&mut self, method: Method<'_>) {
        // A method is never longer than the buffer, so nothing is cut.
        let _ = std::fmt::Write::write_fmt(self, format_args!("{method}"));
    }

    fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl std::fmt::Write for MethodText {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.length + text.len();
        let room = self.bytes.get_mut(self.length..end).ok_or(std::fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ext_perm::{Audience, Engine};

    use super::*;

    fn tally(folder: &std::path::Path) -> Arc<Tally> {
        Arc::new(Tally::new("demo", Arc::new(AuditLog::open(folder).unwrap())))
    }

    fn engine(tally: &Arc<Tally>) -> Engine {
        let manifest = ext_manifest::Manifest::parse(
            br#"{"id":"demo","name":"Demo","version":"1.0.0","wasm_file":"demo.wasm",
                "permissions":{"methods":["ai.ocr","many.*"],"rate_limits":{"requests_per_minute":1000000}}}"#,
        );
        Engine::for_extension(&manifest.unwrap()).with_observer(Box::new(Arc::clone(tally)))
    }

    fn call(engine: &Engine, method: &str) {
        let _ = engine.authorize(Method::parse(method).unwrap(), None, Audience::Everyone);
    }

    #[test]
    fn what_repeats_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let tally = tally(folder.path());
        let engine = engine(&tally);
        (0..1000).for_each(|_| call(&engine, "query:ai.ocr.v1"));
        (0..1000).for_each(|_| call(&engine, "query:ai.embed.v1"));
        tally.write();
        tally.write();
        let records = tally.log.tail(100, None).unwrap();
        assert_eq!(records.len(), 2);
        let AuditEvent::Refused { count, code, rule, backend, .. } = &records[0].event else {
            panic!()
        };
        assert_eq!((*count, code.as_str(), rule.as_str()), (1000, "E_DENIED_METHOD", "methods"));
        assert_eq!(backend, "manifest");
        let AuditEvent::Called { count, method, .. } = &records[1].event else { panic!() };
        assert_eq!((*count, method.as_str()), (1000, "query:ai.ocr.v1"));
    }

    #[test]
    fn log_11_a_flood_of_denials_is_one_number_and_the_first_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let tally = tally(folder.path());
        let engine = engine(&tally);
        (1..=10_000).for_each(|n| call(&engine, &format!("query:a.b.v{n}")));
        tally.write();
        let records = tally.log.tail(100_000, None).unwrap();
        assert_eq!(records.len(), KINDS + 1);
        assert!(
            matches!(&records[0].event, AuditEvent::Refused { method, .. } if method == "query:a.b.v1")
        );
        let more =
            AuditEvent::RefusedMore { extension: "demo".into(), count: 10_000 - KINDS as u64 };
        assert_eq!(records[KINDS].event, more);
    }

    #[test]
    fn log_11_a_flood_of_calls_is_one_number_and_the_first_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let tally = tally(folder.path());
        let engine = engine(&tally);
        (1..=10_000).for_each(|n| call(&engine, &format!("query:many.b.v{n}")));
        tally.write();
        let records = tally.log.tail(100_000, None).unwrap();
        assert_eq!(records.len(), KINDS + 1);
        let more =
            AuditEvent::CalledMore { extension: "demo".into(), count: 10_000 - KINDS as u64 };
        assert_eq!(records[KINDS].event, more);
        // Methods that are called behind the flood are told one by one again.
        call(&engine, "query:ai.ocr.v1");
        tally.write();
        let last = tally.log.tail(1, None).unwrap();
        let called = |method: &str| AuditEvent::Called {
            extension: "demo".into(),
            method: method.into(),
            count: 1,
        };
        assert_eq!(last[0].event, called("query:ai.ocr.v1"));
    }

    #[test]
    fn log_11_calls_of_methods_that_do_not_exist_are_refusals() {
        let folder = tempfile::tempdir().unwrap();
        let tally = tally(folder.path());
        let engine = engine(&tally);
        for n in 1..=10_000 {
            let method = format!("query:many.b.v{n}");
            engine.check_unknown(Method::parse(&method).unwrap(), None).unwrap();
        }
        tally.write();
        let records = tally.log.tail(100_000, None).unwrap();
        assert_eq!(records.len(), KINDS + 1);
        let AuditEvent::Refused { code, .. } = &records[0].event else { panic!() };
        assert_eq!(code, "E_UNKNOWN_METHOD");
    }

    /// Each call is in one record, also where it comes while the counts are written.
    #[test]
    fn a_call_beside_a_write_is_counted_once() {
        let folder = tempfile::tempdir().unwrap();
        let tally = tally(folder.path());
        let engine = engine(&tally);
        std::thread::scope(|scope| {
            let caller = scope.spawn(|| (0..20_000).for_each(|_| call(&engine, "query:ai.ocr.v1")));
            while !caller.is_finished() {
                tally.write();
            }
        });
        tally.write();
        let records = tally.log.tail(usize::MAX, None).unwrap();
        let count = |event: &AuditEvent| match event {
            AuditEvent::Called { count, .. } => *count,
            _ => 0,
        };
        assert_eq!(records.iter().map(|record| count(&record.event)).sum::<u64>(), 20_000);
    }

    #[test]
    fn an_allowed_call_that_is_known_allocates_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let tally = tally(folder.path());
        let engine = engine(&tally);
        let method = Method::parse("query:ai.ocr.v1").unwrap();
        call(&engine, "query:ai.ocr.v1");
        let allocated = allocation_counter::measure(|| {
            drop(engine.authorize(method, None, Audience::Everyone))
        });
        assert_eq!(allocated.count_total, 0);
    }
}
