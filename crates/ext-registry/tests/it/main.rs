//! Operations, services and errors of a registry, from outside.

mod hidden;
mod services;
