//! One guest's WASI, and the way into it.

use std::time::Duration;

use ext_abi::GuestMemory;

use crate::{
    Errno, Function, Stream,
    clock::Clocks,
    descriptors::Descriptors,
    memory::{place, write_u32},
    poll, random,
};

/// What the functions need of the host.
pub trait Surroundings {
    /// Takes a line, at most [`MAX_LINE_BYTES`](crate::MAX_LINE_BYTES) (broken UTF-8 replaced),
    /// without its end; control characters as the guest wrote them.
    fn line(&mut self, stream: Stream, text: &str);

    /// Sleeps for the guest. May last as long as the guest asks for: it is the host that bounds it.
    ///
    /// # Errors
    /// [`End::Stopped`] when the guest shall not go on.
    fn sleep(&mut self, time: Duration) -> Result<(), End>;
}

/// Why the guest does not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It called `proc_exit` with this code.
    Exit(u32),
    /// The host ended it in a sleep.
    Stopped,
}

/// One guest's WASI.
#[derive(Debug)]
pub struct Wasi {
    clocks: Clocks,
    descriptors: Descriptors,
}

impl Wasi {
    /// With all descriptors open; monotonic time begins.
    #[must_use]
    pub fn new() -> Self {
        Self { clocks: Clocks::new(), descriptors: Descriptors::default() }
    }

    /// Answers a call. `args` are the low 32 bits of the arguments, 0 where the function has none:
    /// what is wider (the precision of a clock, the offset of a seek) makes no difference here.
    ///
    /// # Errors
    /// [`End`]: the guest does not go on.
    pub fn call(
        &mut self,
        function: Function,
        args: [u32; 4],
        memory: &mut impl GuestMemory,
        surroundings: &mut impl Surroundings,
    ) -> Result<Errno, End> {
        let [a, b, c, d] = args;
        let done = match function {
            // There are none to write.
            Function::ArgsGet | Function::EnvironGet => Ok(()),
            Function::ArgsSizesGet | Function::EnvironSizesGet => none(memory, a, b),
            Function::ClockResGet => self.clocks.resolution(memory, a, b),
            Function::ClockTimeGet => self.clocks.time(memory, a, c),
            Function::FdClose => self.descriptors.close(a),
            Function::FdFdstatGet => self.descriptors.stat(memory, a, b),
            Function::FdFdstatSetFlags => self.descriptors.set_flags(a, b),
            // No folder is given to the guest.
            Function::FdPrestatGet | Function::FdPrestatDirName => Err(Errno::BADF),
            Function::FdRead => self.descriptors.read(memory, a, d),
            Function::FdSeek => self.descriptors.seek(a),
            Function::FdWrite => {
                let line = |stream, text: &str| surroundings.line(stream, text);
                self.descriptors.write(memory, args, line)
            }
            Function::PollOneoff => {
                poll::poll((&self.clocks, &self.descriptors), memory, args, surroundings)?
            }
            Function::ProcExit => return Err(End::Exit(a)),
            Function::RandomGet => random::fill(memory, a, b),
            Function::SchedYield => {
                std::thread::yield_now();
                Ok(())
            }
        };
        Ok(done.err().unwrap_or(Errno::SUCCESS))
    }

    /// Gives out the lines that have no end yet: a call of the guest is over.
    pub fn flush(&mut self, surroundings: &mut impl Surroundings) {
        self.descriptors.flush(|stream, text| surroundings.line(stream, text));
    }
}

impl Default for Wasi {
    fn default() -> Self {
        Self::new()
    }
}

/// Writes that there are no texts, and no bytes of them.
fn none(memory: &mut impl GuestMemory, count: u32, bytes: u32) -> Result<(), Errno> {
    let bytes = place(memory, bytes, 4)?;
    write_u32(memory, count, 0)?;
    bytes.write(memory, &[0; 4])
}
