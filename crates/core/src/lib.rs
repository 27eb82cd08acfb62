//! A library on disk, and the extension system put together

pub mod library;
