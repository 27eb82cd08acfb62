//! The WASI of one guest, and its calls.

use ext_abi::GuestMemory;

use crate::{
    End, Errno, Function, Surroundings,
    clock::Clocks,
    descriptors::Descriptors,
    memory::{place, write_u32},
    poll, random,
};

/// The WASI of one guest.
#[derive(Debug)]
pub struct Wasi {
    clocks: Clocks,
    descriptors: Descriptors,
}

impl Wasi {
    /// Makes a WASI with all descriptors open; monotonic time begins.
    #[must_use]
    pub fn new() -> Self {
        Self { clocks: Clocks::new(), descriptors: Descriptors::default() }
    }

    /// Answers a call. `args` are the low 32 bits of the arguments, 0 where the function has none:
    /// what is wider (the precision of a clock, the offset of a seek) makes no difference here.
    ///
    /// # Errors
    /// [`End`]: the guest called `proc_exit`, or the host ended it in a sleep.
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

/// Writes the sizes of an empty list: no texts, and no bytes of them.
fn none(memory: &mut impl GuestMemory, count: u32, bytes: u32) -> Result<(), Errno> {
    let bytes = place(memory, bytes, 4)?;
    write_u32(memory, count, 0)?;
    bytes.write(memory, &[0; 4])
}
