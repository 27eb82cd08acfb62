//! Everything of this crate that reaches behind the engine's safe surface: guest memory, and the
//! stop flag inside a running instance. No other module holds `unsafe`.
#![expect(
    unsafe_code,
    reason = "wasmer hands out guest memory and the place of a global as raw pointers only"
)]

mod stop_flag;
mod tunables;
mod view;

pub(crate) use stop_flag::StopFlag;
pub(crate) use tunables::LimitTunables;
pub(crate) use view::StoreMemory;
