//! Folders and files for their owner only, folders by handle, atomic replacement of files, advisory
//! locks.
//!
//! ```
//! use ext_fs::{Lock, create_private_folder, replace};
//!
//! let home = tempfile::tempdir()?;
//! let folder = home.path().join("state");
//! create_private_folder(&folder)?;
//! let lock = Lock::acquire(&folder.join("lock"))?;
//! replace(&folder.join("count"), b"1")?;
//! assert!(Lock::try_acquire(&folder.join("lock"))?.is_none(), "others have to wait");
//! drop(lock);
//! assert_eq!(std::fs::read(folder.join("count"))?, b"1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Folders get the mode 0700 and files the mode 0600 on systems of the Unix family; elsewhere they get
//! what the system gives. A change of names is durable when its function returns: the folder is
//! flushed to the disk as well, where a system has such a call.
//!
//! # Not in this crate
//!
//! Contents: each caller has its own folder and format.
#![forbid(unsafe_code)]

mod access;
#[cfg(unix)]
mod dir;
mod error;
mod folder;
mod lock;
mod read;
mod remove;
mod replace;
mod tree;

pub use access::is_read_only;
#[cfg(unix)]
pub use dir::Dir;
pub use error::Error;
pub use folder::{
    create_private_folder, create_private_folder_if_writable, make_private, private_options,
};
pub use lock::Lock;
pub use read::{open, open_append, read, read_all, read_text};
pub use remove::remove_all_but;
pub use replace::{create_new, rename, replace, replace_with, sync_folder};
pub use tree::{Tree, read_tree, write_tree};
