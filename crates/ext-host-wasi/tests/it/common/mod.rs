//! A guest that is a vector of bytes, and a world that remembers.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

use std::time::Duration;

use ext_abi::{ByteLen, GuestMemory, GuestPtr, GuestRange, VecMemory};
use ext_host_wasi::{End, Errno, Function, Stream, Surroundings, Wasi};

/// Remembers lines and sleeps, and does neither.
#[derive(Debug, Default)]
pub struct World {
    pub lines: Vec<(Stream, String)>,
    pub slept: Vec<Duration>,
    pub stops: bool,
}

impl World {
    pub fn take(&mut self) -> Vec<(Stream, String)> {
        std::mem::take(&mut self.lines)
    }
}

impl Surroundings for World {
    fn line(&mut self, stream: Stream, text: &str) {
        self.lines.push((stream, text.to_owned()));
    }

    fn sleep(&mut self, time: Duration) -> Result<(), End> {
        self.slept.push(time);
        if self.stops { Err(End::Stopped) } else { Ok(()) }
    }
}

pub struct Guest {
    pub memory: VecMemory,
    pub world: World,
    wasi: Wasi,
}

impl Guest {
    pub const SIZE: u32 = 65_536;

    pub fn of_size(bytes: usize) -> Self {
        Self { memory: VecMemory::new(bytes), world: World::default(), wasi: Wasi::new() }
    }

    pub fn filled(byte: u8) -> Self {
        let mut guest = Self::of_size(Self::SIZE as usize);
        guest.put(0, &[byte; Self::SIZE as usize]);
        guest
    }

    pub fn put(&mut self, at: u32, bytes: &[u8]) {
        let len = ByteLen::of(bytes).unwrap();
        let range = GuestRange::new(GuestPtr(at), len).check(self.memory.size()).unwrap();
        self.memory.write(range, bytes).unwrap();
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.memory.bytes().to_vec()
    }

    pub fn u32(&self, at: u32) -> u32 {
        u32::from_le_bytes(self.memory.read_array(GuestPtr(at)).unwrap())
    }

    pub fn u64(&self, at: u32) -> u64 {
        u64::from_le_bytes(self.memory.read_array(GuestPtr(at)).unwrap())
    }

    pub fn try_call(&mut self, function: Function, args: &[u32]) -> Result<Errno, End> {
        let mut all = [0; 4];
        all.iter_mut().zip(args).for_each(|(to, from)| *to = *from);
        self.wasi.call(function, all, &mut self.memory, &mut self.world)
    }

    pub fn call(&mut self, function: Function, args: &[u32]) -> Errno {
        self.try_call(function, args).expect("the guest goes on")
    }

    pub fn flush(&mut self) {
        self.wasi.flush(&mut self.world);
    }

    /// Writes texts, from buffers behind each other; says how many bytes were taken.
    pub fn write(&mut self, fd: u32, texts: &[&str]) -> (Errno, u32) {
        let mut at = 1024_u32;
        for (index, text) in (0..).zip(texts) {
            let len = u32::try_from(text.len()).unwrap();
            self.put(index * 8, &[at, len].map(u32::to_le_bytes).concat());
            self.put(at, text.as_bytes());
            at += len;
        }
        let count = u32::try_from(texts.len()).unwrap();
        let errno = self.call(Function::FdWrite, &[fd, 0, count, 512]);
        (errno, self.u32(512))
    }
}
