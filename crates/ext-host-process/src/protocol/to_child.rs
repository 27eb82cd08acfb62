//! The messages of the parent to a process.

use std::io;

use ext_abi::{ErrorCode, limits};
use ext_host::{Artifact, InstanceLimits, WasiWorld};

use super::{Fields, Head, MAX_HEAD, Message};
use crate::surroundings::{MAX_ARGS, MAX_FILE_BYTES, MAX_PATH, MAX_SCRATCH_BYTES};

/// Largest compiled code, in bytes. That of the largest module that is accepted has a tenth of it.
const MAX_CODE: u32 = 1 << 30;

/// A message of the parent to a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToChild {
    /// The surroundings of a guest with files; before the start, if there are any.
    Surround {
        /// Bytes of memory that the guest may use for files of its own.
        scratch_bytes: u64,
        /// Arguments of a program, after its name.
        args: Vec<String>,
    },
    /// A file of the guest; before the start. The tail is its content.
    File {
        /// The path below `/app`.
        path: String,
    },
    /// The message which defines the guest. The tail is its compiled code, unless that is in sealed
    /// memory which the process was started with.
    Start {
        /// The limits of the guest.
        limits: InstanceLimits,
        /// The head of the artifact.
        head: [u8; Artifact::HEAD_BYTES],
        /// True if the code is in sealed memory.
        is_sealed: bool,
    },
    /// A command to run `plugin_init`.
    Init,
    /// A command to run `plugin_cleanup`.
    Cleanup,
    /// A command to call an operation; the tail is its payload.
    Call {
        /// The method.
        method: String,
    },
    /// A command to handle an event, which is the tail.
    Event,
    /// A command to run `plugin_save`.
    Save,
    /// A command to run `plugin_restore`; the tail is the state.
    Restore,
    /// The answer to a call of the guest; the tail is its body.
    Reply {
        /// The status of the reply.
        status: ErrorCode,
    },
    /// The answer to a request for memory: true if it may be used.
    Lend(bool),
}

impl Message for ToChild {
    const MAX_HEAD: u32 = MAX_HEAD;

    fn kind(&self) -> u8 {
        match self {
            Self::Start { .. } => 1,
            Self::Init => 2,
            Self::Cleanup => 3,
            Self::Call { .. } => 4,
            Self::Event => 5,
            Self::Save => 6,
            Self::Restore => 7,
            Self::Reply { .. } => 8,
            Self::Lend(_) => 9,
            Self::Surround { .. } => 10,
            Self::File { .. } => 11,
        }
    }

    fn write(&self, head: &mut Vec<u8>) -> io::Result<()> {
        self.write_fields(&mut Head(head));
        Ok(())
    }

    fn read(kind: u8, head: &[u8]) -> Option<Self> {
        let mut fields = Fields(head);
        Self::read_fields(kind, &mut fields).filter(|_| fields.is_empty())
    }

    fn max_tail(kind: u8) -> u32 {
        match kind {
            1 => MAX_CODE,
            11 => MAX_FILE_BYTES,
            4 | 5 | 7 | 8 => limits::MAX_BODY_BYTES,
            _ => 0,
        }
    }
}

impl ToChild {
    fn write_fields(&self, head: &mut Head<'_>) {
        match self {
            Self::Start { limits, head: artifact, is_sealed } => {
                write_limits(limits, head);
                head.bytes(artifact);
                head.u8((*is_sealed).into());
            }
            Self::Surround { scratch_bytes, args } => {
                head.u64(*scratch_bytes);
                head.u32(u32::try_from(args.len()).unwrap_or(u32::MAX));
                args.iter().for_each(|arg| head.text(arg));
            }
            Self::File { path } => head.text(path),
            Self::Call { method } => head.text(method),
            Self::Reply { status } => head.code(*status),
            Self::Lend(granted) => head.u8((*granted).into()),
            Self::Init | Self::Cleanup | Self::Event | Self::Save | Self::Restore => {}
        }
    }

    fn read_fields(kind: u8, head: &mut Fields<'_>) -> Option<Self> {
        Some(match kind {
            1 => Self::Start {
                limits: read_limits(head)?,
                head: head.array()?,
                is_sealed: head.flag()?,
            },
            2 => Self::Init,
            3 => Self::Cleanup,
            4 => Self::Call { method: head.text(limits::MAX_METHOD_BYTES)?.to_owned() },
            5 => Self::Event,
            6 => Self::Save,
            7 => Self::Restore,
            8 => Self::Reply { status: head.code()? },
            9 => Self::Lend(head.flag()?),
            10 => Self::Surround {
                scratch_bytes: head.u64().filter(|bytes| *bytes <= MAX_SCRATCH_BYTES)?,
                args: read_args(head)?,
            },
            11 => Self::File { path: head.text(MAX_PATH)?.to_owned() },
            _ => return None,
        })
    }
}

fn read_args(head: &mut Fields<'_>) -> Option<Vec<String>> {
    let args = head.u32().filter(|args| *args <= MAX_ARGS)?;
    (0..args).map(|_| head.text(MAX_PATH).map(str::to_owned)).collect()
}

fn write_limits(limits: &InstanceLimits, head: &mut Head<'_>) {
    head.u64(limits.memory_bytes);
    head.u32(limits.table_elements);
    head.u64(limits.stack_bytes as u64);
    head.u64(limits.fuel);
    head.duration(limits.compute_timeout);
    head.duration(limits.call_timeout);
    head.u32(limits.json_bytes);
    head.u8(limits.wasi as u8);
}

fn read_limits(head: &mut Fields<'_>) -> Option<InstanceLimits> {
    Some(InstanceLimits {
        memory_bytes: head.u64()?,
        table_elements: head.u32()?,
        stack_bytes: head.usize()?,
        fuel: head.u64()?,
        compute_timeout: head.duration()?,
        call_timeout: head.duration()?,
        json_bytes: head.u32()?,
        wasi: read_world(head)?,
    })
}

fn read_world(head: &mut Fields<'_>) -> Option<WasiWorld> {
    match head.u8()? {
        0 => Some(WasiWorld::None),
        1 => Some(WasiWorld::Minimal),
        2 => Some(WasiWorld::Files),
        3 => Some(WasiWorld::Command),
        _ => None,
    }
}
