//! The reader of pictures as operations call it.

mod common;
mod hostile;
mod metadata;
mod thumbnails;
