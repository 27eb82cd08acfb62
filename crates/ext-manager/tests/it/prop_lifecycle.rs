//! One client does anything in any order: the manager answers as a model of three facts does.

use std::sync::Arc;

use crate::common::{COUNT, MANIFEST, folder, run, with_config, working};
use ext_manager::{
    Cache, InstanceLimits, Loader, Manager, ManagerConfig, MemoryBudget, ReloadConsent,
};
use ext_wire::ErrorCode;
use proptest::prelude::*;

#[derive(Debug, Clone, Copy)]
enum Step {
    Load,
    Unload,
    Reload,
    Call,
    Quarantine,
    Release,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::Load),
        1 => Just(Step::Unload),
        2 => Just(Step::Reload),
        6 => Just(Step::Call),
        1 => Just(Step::Quarantine),
        2 => Just(Step::Release),
    ];
    prop::collection::vec(step, 1..30)
}

/// The expected state of the extension; `calls` counts those of the version that is loaded.
#[derive(Default)]
struct Model {
    calls: Option<u8>,
    quarantined: bool,
}

impl Model {
    fn step(&mut self, step: Step) -> Result<String, ErrorCode> {
        let nothing = Ok(String::new());
        match (step, self.calls) {
            (Step::Load, Some(_)) => Err(ErrorCode::Conflict),
            (Step::Load, None) if self.quarantined => Err(ErrorCode::Stopped),
            (Step::Unload | Step::Reload, None) => Err(ErrorCode::NotFound),
            (Step::Unload, Some(_)) => {
                self.calls = None;
                nothing
            }
            (Step::Load, None) | (Step::Reload, Some(_)) => {
                self.calls = Some(0);
                nothing
            }
            (Step::Call, None) => Err(ErrorCode::UnknownMethod),
            (Step::Call, Some(_)) if self.quarantined => Err(ErrorCode::Stopped),
            (Step::Call, Some(calls)) => {
                self.calls = Some(calls + 1);
                Ok(char::from(b'0' + calls + 1).to_string())
            }
            (Step::Quarantine, _) => {
                self.quarantined = true;
                nothing
            }
            (Step::Release, _) => Ok(std::mem::take(&mut self.quarantined).to_string()),
        }
    }
}

fn real(manager: &Manager, folder: &std::path::Path, step: Step) -> Result<String, ErrorCode> {
    let nothing = |()| String::new();
    match step {
        Step::Load => manager.load(folder).map(drop).map(nothing).map_err(|error| error.code()),
        Step::Unload => manager.unload("guest").map(nothing).map_err(|error| error.code()),
        Step::Reload => {
            let done = manager.reload("guest", folder, ReloadConsent::Same);
            done.map(drop).map(nothing).map_err(|error| error.code())
        }
        Step::Call => run(manager, "1").map_err(|error| error.code),
        Step::Quarantine => {
            manager.quarantine("guest", "the user said so").unwrap();
            Ok(String::new())
        }
        Step::Release => Ok(manager.release("guest").unwrap().to_string()),
    }
}

#[test]
fn rel_24_any_order_of_steps_agrees_with_the_model() {
    let modules = tempfile::tempdir().unwrap();
    let extension = folder(MANIFEST, &working(COUNT, "(i32.const 0)"));
    let cache = Cache::open(modules.path()).unwrap();
    let loader = Loader::new(InstanceLimits::MAX, MemoryBudget::unlimited()).with_cache(cache);
    let loader = Arc::new(loader);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let run = runner.run(&steps(), |steps| {
        let state = tempfile::tempdir().unwrap();
        let manager = with_config(ManagerConfig {
            loader: Arc::clone(&loader),
            state_folder: Some(state.path().to_owned()),
            ..Default::default()
        });
        let mut model = Model::default();
        for (index, step) in steps.iter().enumerate() {
            let expected = model.step(*step);
            prop_assert_eq!(real(&manager, extension.path(), *step), expected, "step {}", index);
            prop_assert_eq!(manager.list().len(), usize::from(model.calls.is_some()));
        }
        Ok(())
    });
    run.unwrap();
}
