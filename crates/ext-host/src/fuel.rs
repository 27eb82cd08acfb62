//! Fuel metering: the middleware that counts what a guest computes and ends it when it has to.
//!
//! Every function entry and every loop header has a check. Without metering it looks whether the host
//! wants the guest to stop, which is all that a limit of time needs. With it
//! ([`FuelChecks::metering`]) it also adds one unit of *fuel* to a counter of the instance and
//! compares that with the limit; code without loops or calls is checked every [`MAX_UNCHECKED`]
//! operators, so that one unit never stands for more than that. Bulk operators then pay for their
//! length before they run: one unit for each [`BYTES_PER_FUEL`] bytes or elements, and growing pays
//! for its pages.
//!
//! Counter and limit have one writer each: the guest's code writes the counter, the host the limit.
//! To stop a guest from another thread the host lowers the limit to zero. (One number that both
//! write would not do: in a tight loop the guest's own write, still in the processor's store buffer,
//! hides the host's for ever.)
//!
//! A loop always writes to the counter, if only a zero: that keeps the compiler from reading the
//! limit once, before the loop.
//!
//! The globals stand behind the module's own, so that the guest cannot name them. The start function
//! becomes an export with a name that the host knows ([`START`]); it then runs as any other call
//! does, and no code of the guest while its instance is being made.

use std::sync::OnceLock;

use crate::engine::START;
use wasmer::sys::{
    FunctionMiddleware, MiddlewareError, MiddlewareReaderState, ModuleMiddleware,
    wasmparser::{BlockType, Operator},
};
use wasmer_types::{
    ExportIndex, GlobalIndex, GlobalInit, GlobalType, LocalFunctionIndex, ModuleInfo, Mutability,
    Type, entity::EntityRef,
};

/// Operators that may stand in a row without a check.
const MAX_UNCHECKED: u32 = 1024;

/// Bytes (or table elements) that a bulk operator handles for one unit of fuel.
const BYTES_PER_FUEL: u32 = 64;

/// Fuel for one page that `memory.grow` asks for: as if it were written once.
const FUEL_PER_PAGE: u32 = 65_536 / BYTES_PER_FUEL;

/// Fuel for any bulk operator besides its length: a call into the engine.
const BULK_FUEL: u32 = 16;

/// The middleware that adds the checks. One per module: it remembers the indices of the module's
/// globals.
#[derive(Debug)]
pub(crate) struct FuelChecks {
    meters: bool,
    globals: OnceLock<Globals>,
}

impl FuelChecks {
    /// Makes checks that meter fuel, or that only look whether to stop.
    pub(crate) fn metering(meters: bool) -> Self {
        Self { meters, globals: OnceLock::new() }
    }
}

/// Indices of the globals that were added. The last two of the module are `used` and `limit`,
/// which is how the host finds them.
#[derive(Debug, Clone, Copy)]
struct Globals {
    /// `i32`: holds the length of a bulk operator while it is charged.
    length: u32,
    /// `i64`: the fuel that this call has used.
    used: u32,
    /// `i64`: the most fuel that it may use.
    limit: u32,
}

impl ModuleMiddleware for FuelChecks {
    fn generate_function_middleware<'a>(
        &self,
        _: LocalFunctionIndex,
    ) -> Box<dyn FunctionMiddleware<'a> + 'a> {
        let globals = self.globals.get().copied();
        Box::new(FunctionChecks { globals, meters: self.meters, entered: false, row: 0 })
    }

    fn transform_module_info(&self, info: &mut ModuleInfo) -> Result<(), MiddlewareError> {
        let globals = Globals {
            length: add_global(info, Type::I32, GlobalInit::I32Const(0))?,
            used: add_global(info, Type::I64, GlobalInit::I64Const(0))?,
            limit: add_global(info, Type::I64, GlobalInit::I64Const(0))?,
        };
        if let Some(start) = info.start_function.take() {
            info.exports.insert(START.to_owned(), ExportIndex::Function(start));
        }
        self.globals.set(globals).map_err(|_| error("used for a second module"))
    }
}

fn add_global(info: &mut ModuleInfo, ty: Type, value: GlobalInit) -> Result<u32, MiddlewareError> {
    let index: GlobalIndex = info.globals.push(GlobalType::new(ty, Mutability::Var));
    info.global_initializers.push(value);
    u32::try_from(index.index()).map_err(|_| error("too many globals"))
}

/// The checks of one function.
#[derive(Debug)]
struct FunctionChecks {
    globals: Option<Globals>,
    meters: bool,
    entered: bool,
    /// Operators since the last check.
    row: u32,
}

impl<'a> FunctionMiddleware<'a> for FunctionChecks {
    fn feed(
        &mut self,
        operator: Operator<'a>,
        state: &mut MiddlewareReaderState<'a>,
    ) -> Result<(), MiddlewareError> {
        let globals = self.globals.ok_or_else(|| error("no globals were added"))?;
        self.row += 1;
        let first = !std::mem::replace(&mut self.entered, true);
        if first || (self.meters && self.row > MAX_UNCHECKED) {
            self.check(globals, state);
        }
        if self.meters
            && let Some(cost) = Cost::of(&operator)
        {
            state.extend(charge(globals, cost));
        }
        let is_loop = matches!(operator, Operator::Loop { .. });
        state.push_operator(operator);
        if is_loop {
            self.check_loop(globals, state);
        }
        Ok(())
    }
}

impl FunctionChecks {
    fn check(&mut self, globals: Globals, state: &mut MiddlewareReaderState<'_>) {
        self.row = 0;
        match self.meters {
            true => state.extend(charge_one(globals)),
            false => state.extend(check_interrupt(globals)),
        }
    }

    /// Adds a check at the head of a loop, which writes to the counter in any case.
    fn check_loop(&mut self, globals: Globals, state: &mut MiddlewareReaderState<'_>) {
        if !self.meters {
            state.extend([
                Operator::I64Const { value: 0 },
                Operator::GlobalSet { global_index: globals.used },
            ]);
        }
        self.check(globals, state);
    }
}

/// Traps when the limit is zero.
fn check_interrupt<'a>(globals: Globals) -> [Operator<'a>; 5] {
    [
        Operator::GlobalGet { global_index: globals.limit },
        Operator::I64Eqz,
        Operator::If { blockty: BlockType::Empty },
        Operator::Unreachable,
        Operator::End,
    ]
}

/// The fuel that a bulk operator costs for each unit of the length on top of its operands.
#[derive(Debug, Clone, Copy)]
enum Cost {
    /// One unit of fuel for each [`BYTES_PER_FUEL`] units of length.
    Unit,
    /// [`FUEL_PER_PAGE`] for each unit of length.
    Page,
}

impl Cost {
    fn of(operator: &Operator<'_>) -> Option<Self> {
        match operator {
            Operator::MemoryFill { .. }
            | Operator::MemoryCopy { .. }
            | Operator::MemoryInit { .. }
            | Operator::TableFill { .. }
            | Operator::TableCopy { .. }
            | Operator::TableInit { .. }
            | Operator::TableGrow { .. } => Some(Self::Unit),
            Operator::MemoryGrow { .. } => Some(Self::Page),
            _ => None,
        }
    }
}

/// Charges one unit of fuel.
fn charge_one<'a>(globals: Globals) -> impl IntoIterator<Item = Operator<'a>> {
    let add = [
        Operator::GlobalGet { global_index: globals.used },
        Operator::I64Const { value: 1 },
        Operator::I64Add,
        Operator::GlobalSet { global_index: globals.used },
    ];
    add.into_iter().chain(check_fuel(globals))
}

/// Charges a bulk operator, whose length (`i32`) is on top of the stack and stays there.
fn charge<'a>(globals: Globals, cost: Cost) -> impl IntoIterator<Item = Operator<'a>> {
    let (scale, per_unit) = match cost {
        Cost::Unit => (Operator::I64DivU, BYTES_PER_FUEL),
        Cost::Page => (Operator::I64Mul, FUEL_PER_PAGE),
    };
    let add = [
        Operator::GlobalSet { global_index: globals.length },
        Operator::GlobalGet { global_index: globals.length },
        Operator::I64ExtendI32U,
        Operator::I64Const { value: per_unit.into() },
        scale,
        Operator::I64Const { value: BULK_FUEL.into() },
        Operator::I64Add,
        Operator::GlobalGet { global_index: globals.used },
        Operator::I64Add,
        Operator::GlobalSet { global_index: globals.used },
    ];
    let back = Operator::GlobalGet { global_index: globals.length };
    add.into_iter().chain(check_fuel(globals)).chain([back])
}

/// Traps when more fuel is used than may be.
fn check_fuel<'a>(globals: Globals) -> [Operator<'a>; 6] {
    [
        Operator::GlobalGet { global_index: globals.used },
        Operator::GlobalGet { global_index: globals.limit },
        Operator::I64GtU,
        Operator::If { blockty: BlockType::Empty },
        Operator::Unreachable,
        Operator::End,
    ]
}

fn error(message: &str) -> MiddlewareError {
    MiddlewareError::new("FuelChecks", message)
}
