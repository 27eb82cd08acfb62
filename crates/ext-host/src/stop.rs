//! A middleware that lets the host stop a guest that never returns.
//!
//! Every function entry and every loop header reads one global of the module and traps when it is
//! not zero. The guest cannot name the global (it is added behind its own), the host sets it from
//! another thread. That is all a wall-clock limit needs, and it costs a store, a load and a branch.
//!
//! The store goes to a second global that nobody reads. Without it the compiler sees a loop in which
//! nothing changes memory, and reads the first global once, before the loop.

use wasmer::sys::{
    FunctionMiddleware, MiddlewareError, MiddlewareReaderState, ModuleMiddleware,
    wasmparser::{BlockType, Operator},
};
use wasmer_types::{
    GlobalIndex, GlobalInit, GlobalType, LocalFunctionIndex, ModuleInfo, Mutability, Type,
    entity::EntityRef,
};

use std::sync::OnceLock;

/// Adds the checks. One per module: it remembers the indices of the module's globals.
#[derive(Debug, Default)]
pub(crate) struct StopChecks {
    globals: OnceLock<Globals>,
}

#[derive(Debug, Clone, Copy)]
struct Globals {
    /// Written in every loop, never read.
    fence: u32,
    /// Not zero: stop. The last global of the module, which is how the host finds it.
    stop: u32,
}

impl ModuleMiddleware for StopChecks {
    fn generate_function_middleware<'a>(
        &self,
        _: LocalFunctionIndex,
    ) -> Box<dyn FunctionMiddleware<'a> + 'a> {
        Box::new(FunctionStopChecks { globals: self.globals.get().copied(), entered: false })
    }

    fn transform_module_info(&self, info: &mut ModuleInfo) -> Result<(), MiddlewareError> {
        let globals = Globals { fence: add_global(info)?, stop: add_global(info)? };
        self.globals.set(globals).map_err(|_| error("used for a second module"))
    }
}

fn add_global(info: &mut ModuleInfo) -> Result<u32, MiddlewareError> {
    let index: GlobalIndex = info.globals.push(GlobalType::new(Type::I32, Mutability::Var));
    info.global_initializers.push(GlobalInit::I32Const(0));
    u32::try_from(index.index()).map_err(|_| error("too many globals"))
}

#[derive(Debug)]
struct FunctionStopChecks {
    globals: Option<Globals>,
    entered: bool,
}

impl<'a> FunctionMiddleware<'a> for FunctionStopChecks {
    fn feed(
        &mut self,
        operator: Operator<'a>,
        state: &mut MiddlewareReaderState<'a>,
    ) -> Result<(), MiddlewareError> {
        let Globals { fence, stop } = self.globals.ok_or_else(|| error("no global was added"))?;
        if !std::mem::replace(&mut self.entered, true) {
            state.extend(check(stop));
        }
        let is_loop = matches!(operator, Operator::Loop { .. });
        state.push_operator(operator);
        if is_loop {
            state.extend([
                Operator::I32Const { value: 0 },
                Operator::GlobalSet { global_index: fence },
            ]);
            state.extend(check(stop));
        }
        Ok(())
    }
}

fn check<'a>(global_index: u32) -> [Operator<'a>; 4] {
    [
        Operator::GlobalGet { global_index },
        Operator::If { blockty: BlockType::Empty },
        Operator::Unreachable,
        Operator::End,
    ]
}

fn error(message: &str) -> MiddlewareError {
    MiddlewareError::new("StopChecks", message)
}
