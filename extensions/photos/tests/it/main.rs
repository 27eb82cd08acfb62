//! The extension on the fake host, with the reader of pictures that the real host has.

mod albums;
mod common;
mod documents;
mod duplicates;
mod intake;
mod manifest;
mod many;
mod text;
mod timeline;
mod views;
