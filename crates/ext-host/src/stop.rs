//! A middleware that lets the host stop a guest that never returns.
//!
//! Every function entry and every loop header reads one global of the module and traps when it is
//! not zero. The guest cannot name the global (it is added behind its own), the host sets it from
//! another thread. That is all a wall-clock limit needs, and it costs a load and a branch.

use wasmer::sys::{
    FunctionMiddleware, MiddlewareError, MiddlewareReaderState, ModuleMiddleware,
    wasmparser::{BlockType, Operator},
};
use wasmer_types::{
    GlobalIndex, GlobalInit, GlobalType, LocalFunctionIndex, ModuleInfo, Mutability, Type,
    entity::EntityRef,
};

use std::sync::OnceLock;

/// Adds the checks. One per module: it remembers the index of the module's global.
#[derive(Debug, Default)]
pub(crate) struct StopChecks {
    global: OnceLock<u32>,
}

impl ModuleMiddleware for StopChecks {
    fn generate_function_middleware<'a>(
        &self,
        _: LocalFunctionIndex,
    ) -> Box<dyn FunctionMiddleware<'a> + 'a> {
        Box::new(FunctionStopChecks { global: self.global.get().copied(), entered: false })
    }

    fn transform_module_info(&self, info: &mut ModuleInfo) -> Result<(), MiddlewareError> {
        let index: GlobalIndex = info.globals.push(GlobalType::new(Type::I32, Mutability::Var));
        info.global_initializers.push(GlobalInit::I32Const(0));
        let index = u32::try_from(index.index()).map_err(|_| error("too many globals"))?;
        self.global.set(index).map_err(|_| error("used for a second module"))
    }
}

#[derive(Debug)]
struct FunctionStopChecks {
    global: Option<u32>,
    entered: bool,
}

impl<'a> FunctionMiddleware<'a> for FunctionStopChecks {
    fn feed(
        &mut self,
        operator: Operator<'a>,
        state: &mut MiddlewareReaderState<'a>,
    ) -> Result<(), MiddlewareError> {
        let global = self.global.ok_or_else(|| error("no global was added"))?;
        if !std::mem::replace(&mut self.entered, true) {
            state.extend(check(global));
        }
        let is_loop = matches!(operator, Operator::Loop { .. });
        state.push_operator(operator);
        if is_loop {
            state.extend(check(global));
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

