//! The tests of four files of `it`, with instances in processes of their own: a program of its own,
//! because `common` tells by its name where instances live.

#[path = "it/common/mod.rs"]
mod common;
#[path = "it/hostile.rs"]
mod hostile;
#[path = "it/lifecycle.rs"]
mod lifecycle;
#[path = "it/limits.rs"]
mod limits;
#[path = "it/reload.rs"]
mod reload;
