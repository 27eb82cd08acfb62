//! The extension on the fake host.

mod common;
mod exchange;
mod health;
mod interrupted;
mod items;
mod losses;
mod manifest;
mod master;
mod peers;
mod views;
