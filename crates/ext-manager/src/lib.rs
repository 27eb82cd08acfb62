//! Loads, calls, notifies and unloads extensions
