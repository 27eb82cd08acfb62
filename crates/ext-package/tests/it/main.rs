//! Packages and signatures, and attacks on them.

mod packages;
mod signatures;
