//! The two pipes between a worker and its parent, and the worker's end of them.

use std::{fs::File, io, thread};

use crate::{Receiver, Sender};

/// Pipes for frames in both directions.
#[derive(Debug)]
pub struct Pipes<R, W> {
    /// Frames from the other process.
    pub from: Receiver<R>,
    /// Frames to the other process.
    pub to: Sender<W>,
}

/// Opens the pipes to the parent: stdin and stdout themselves, since the standard library puts line
/// buffers before them. Nothing else may read or write them.
///
/// # Errors
/// When the system refuses to open them a second time.
pub fn parent_pipes() -> io::Result<Pipes<File, File>> {
    let (from, to) = (raw(&io::stdin())?, raw(&io::stdout())?);
    Ok(Pipes { from: Receiver::new(from), to: Sender::new(to) })
}

/// Ends this process when the parent closes its end of the pipe, or is gone. The parent must have
/// nothing more to say: what it sends is thrown away.
///
/// # Errors
/// When the system gives no thread.
pub fn exit_with_parent(mut from: Receiver<File>) -> io::Result<()> {
    let watch = move || {
        from.drain();
        std::process::exit(1);
    };
    thread::Builder::new().name("parent-watch".to_owned()).spawn(watch).map(drop)
}

#[cfg(unix)]
fn raw(pipe: &impl std::os::fd::AsFd) -> io::Result<File> {
    pipe.as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn raw(pipe: &impl std::os::windows::io::AsHandle) -> io::Result<File> {
    pipe.as_handle().try_clone_to_owned().map(File::from)
}
