//! The built-in operations of extensions, written against service traits.

pub mod services;
