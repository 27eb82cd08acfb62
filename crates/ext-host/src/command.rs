//! A program that runs once, from its `_start` to its end.

use std::sync::Arc;

use ext_abi::ErrorCode;
use wasmer::{Imports, Store, TypedFunction};

use crate::{
    Fault, GuestClock, InstanceLimits, MemoryShare, Module, Watchdog, World, clock::CallClock,
    engine::START, fault::fault_of, instance::start_fault, memory::forget_globals,
    world::COMMAND_START,
};

/// A program that runs once and asks its [`World`] for calls, on the thread that made it. It has no
/// imports of the ABI: whatever it reaches, it reaches by the files of its world.
pub struct Command {
    store: Store,
    clock: Arc<CallClock>,
    begin: GuestClock,
    start: Option<TypedFunction<(), ()>>,
    main: TypedFunction<(), ()>,
    world: Box<dyn World>,
    /// The share of the tables in the budget.
    _tables: MemoryShare,
}

impl Command {
    /// Makes the instance of a program. Nothing of it runs yet.
    ///
    /// # Errors
    /// A [`Fault`]: [`ErrorCode::Busy`] when the budget has no room for it; [`ErrorCode::Memory`] when
    /// the system has none; [`ErrorCode::AbiExport`] when the module has no `_start`;
    /// [`ErrorCode::Internal`] when it was compiled without the fuel metering that `limits` need; what
    /// the world returns.
    pub fn start(
        module: &Module,
        limits: &InstanceLimits,
        watchdog: &Watchdog,
        mut world: Box<dyn World>,
    ) -> Result<Self, Fault> {
        let clock = watchdog.clock(limits.compute_timeout, limits.call_timeout);
        module.ensure_fits(limits)?;
        let tables = module.take_tables()?;
        let mut store = Store::new(module.engine.clone());
        let mut imports = Imports::new();
        let begin = GuestClock::new(&clock, limits.fuel);
        world.define(&module.inner, &mut store, &mut imports, begin.clone())?;
        forget_globals();
        // No code of the guest runs in here: the start function became an export.
        let instance = wasmer::Instance::new(&mut store, &module.inner, &imports)
            .map_err(|error| start_fault(&error))?;
        clock.fuel.attach();
        world.settle(&mut store, &instance)?;
        let start = instance.exports.get_typed_function(&store, START).ok();
        let main = instance.exports.get_typed_function(&store, COMMAND_START);
        let main = main.map_err(|_| {
            Fault::new(ErrorCode::AbiExport, format!("no export `{COMMAND_START}`"))
        })?;
        Ok(Self { store, clock, begin, start, main, world, _tables: tables })
    }

    /// Runs the program to its end, which is a fault whatever it was: it should have waited for calls.
    pub fn run(mut self) -> Fault {
        self.begin.begin_call();
        let start = self.start.take().map_or(Ok(()), |start| start.call(&mut self.store));
        let result = start.and_then(|()| self.main.call(&mut self.store));
        self.world.flush();
        match result {
            Ok(()) => Fault::new(ErrorCode::Trap, "the program ended itself: its `main` returned"),
            Err(error) => {
                self.world.explain(&error).unwrap_or_else(|| fault_of(&error, &self.clock))
            }
        }
    }
}

impl Drop for Command {
    /// Detaches the fuel meter, which lies in the store that goes next.
    fn drop(&mut self) {
        self.clock.fuel.detach();
    }
}
