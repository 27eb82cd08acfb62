//! The parts of this crate that reach behind the engine's safe interface: guest memory, the fuel meter
//! inside a running instance, and compiled artifacts. No other module holds `unsafe`.
#![expect(
    unsafe_code,
    reason = "wasmer hands out guest memory and the place of a global as raw pointers only, and takes an artifact on trust"
)]

mod artifact;
mod budget;
mod fuel;
mod tunables;
mod view;

pub(crate) use artifact::deserialize;
pub use budget::{MemoryBudget, MemoryShare};
pub(crate) use fuel::{FuelMeter, forget_globals};
pub(crate) use tunables::LimitTunables;
pub(crate) use view::StoreMemory;
