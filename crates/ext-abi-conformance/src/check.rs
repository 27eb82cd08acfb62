//! The runner of the cases.

use ext_abi::ErrorCode;
use thiserror::Error;

use crate::{
    Envelope, HostUnderTest, Limits, Operations, Outcome, Refusal, Reply, Run, Step, Suite, Task,
    guest,
};

/// A case that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{case}: {reason}")]
pub struct Failure {
    /// The name of the case.
    pub case: String,
    /// The difference from what was expected.
    pub reason: String,
}

impl Suite {
    /// Runs the modules that are refused and the guests that run; returns the cases that do not hold.
    #[must_use]
    pub fn check(&self, host: &mut dyn HostUnderTest) -> Vec<Failure> {
        let refused = self.refused.iter().map(|case| (&case.name, case.check(host, &self.limits)));
        let mut results: Vec<_> = refused.collect();
        results.extend(self.runs.iter().map(|case| (&case.name, case.check(host, &self.limits))));
        results.into_iter().filter_map(failure).collect()
    }

    /// Has each envelope decoded into its JSON and its blobs; returns the cases that do not hold.
    #[must_use]
    pub fn check_envelopes(
        &self,
        decode: impl Fn(&[u8]) -> Result<(Vec<u8>, Vec<Vec<u8>>), ErrorCode>,
    ) -> Vec<Failure> {
        let result = |case: &Envelope| same(&case.expected(), &decode(&case.bytes.0));
        self.envelopes.iter().filter_map(|case| failure((&case.name, result(case)))).collect()
    }
}

fn failure((case, result): (&String, Result<(), String>)) -> Option<Failure> {
    result.err().map(|reason| Failure { case: case.clone(), reason })
}

fn same<T: PartialEq + std::fmt::Debug>(expected: &T, found: &T) -> Result<(), String> {
    match expected == found {
        true => Ok(()),
        false => Err(format!("expected {expected:?}, found {found:?}")),
    }
}

fn module(name: &str) -> Result<Vec<u8>, String> {
    guest(name).ok_or_else(|| format!("there is no guest `{name}`"))
}

impl Refusal {
    fn check(&self, host: &mut dyn HostUnderTest, limits: &Limits) -> Result<(), String> {
        let wasm = match (&self.guest, &self.bytes) {
            (Some(name), None) => module(name)?,
            (None, Some(bytes)) => bytes.0.clone(),
            _ => return Err("the case needs a guest or bytes".to_owned()),
        };
        same(&Err(self.code.0), &host.load(&wasm, &limits.with(&self.limits)))
    }
}

impl Run {
    fn check(&self, host: &mut dyn HostUnderTest, limits: &Limits) -> Result<(), String> {
        let wasm = module(&self.guest)?;
        let refused = |code| format!("the module is refused with {code}");
        host.load(&wasm, &limits.with(&self.limits)).map_err(refused)?;
        let operations = Operations::new(&self.calls);
        for (number, step) in (1..).zip(&self.steps) {
            let in_step = |reason| format!("step {number}: {reason}");
            same(&step.outcome, &run(host, step, &operations)).map_err(in_step)?;
        }
        match operations.problems(self.logs.as_deref()) {
            problems if problems.is_empty() => Ok(()),
            problems => Err(problems.join("; ")),
        }
    }
}

fn run(host: &mut dyn HostUnderTest, step: &Step, operations: &Operations) -> Outcome {
    let number = |returns| Outcome::Number { returns };
    let result = match &step.task {
        Task::Start => host.start(operations.clone()).map(|()| Outcome::Ready {}),
        Task::Event { payload } => host.on_event(&payload.0).map(number),
        Task::Call { method, payload } => host.call(method, &payload.0).map(Outcome::Reply),
        Task::Save => host.save().map(Outcome::Reply),
        Task::Restore { payload } => host.restore(&payload.0).map(number),
        Task::Cleanup => host.cleanup().map(number),
    };
    result.unwrap_or_else(|code| Outcome::Fault { fault: crate::Code(code) })
}

impl Envelope {
    fn expected(&self) -> Result<(Vec<u8>, Vec<Vec<u8>>), ErrorCode> {
        match self.code {
            Some(code) => Err(code.0),
            None => {
                let bytes = |bytes: &crate::Bytes| bytes.0.clone();
                let json = self.json.as_ref().map(bytes).unwrap_or_default();
                Ok((json, self.blobs.iter().flatten().map(bytes).collect()))
            }
        }
    }
}

impl Reply {
    /// Makes a reply.
    #[must_use]
    pub const fn new(status: ErrorCode, body: Vec<u8>) -> Self {
        Self { status: crate::Code(status), body: crate::Bytes(body) }
    }
}
