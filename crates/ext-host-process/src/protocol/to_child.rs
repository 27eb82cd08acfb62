//! The messages of the parent to a process.

use std::io;

use ext_abi::{ErrorCode, limits};
use ext_host::{Artifact, InstanceLimits};

use super::{Fields, Head, MAX_HEAD, Message};

/// Largest compiled code, in bytes. That of the largest module that is accepted has a tenth of it.
const MAX_CODE: u32 = 1 << 30;

/// A message of the parent to a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToChild {
    /// The first message, which defines the guest. The tail is its compiled code.
    Start {
        /// The limits of the guest.
        limits: InstanceLimits,
        /// The head of the artifact.
        head: [u8; Artifact::HEAD_BYTES],
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
            4 | 5 | 7 | 8 => limits::MAX_BODY_BYTES,
            _ => 0,
        }
    }
}

impl ToChild {
    fn write_fields(&self, head: &mut Head<'_>) {
        match self {
            Self::Start { limits, head: artifact } => {
                write_limits(limits, head);
                head.bytes(artifact);
            }
            Self::Call { method } => head.text(method),
            Self::Reply { status } => head.code(*status),
            Self::Lend(granted) => head.u8((*granted).into()),
            Self::Init | Self::Cleanup | Self::Event | Self::Save | Self::Restore => {}
        }
    }

    fn read_fields(kind: u8, head: &mut Fields<'_>) -> Option<Self> {
        Some(match kind {
            1 => Self::Start { limits: read_limits(head)?, head: head.array()? },
            2 => Self::Init,
            3 => Self::Cleanup,
            4 => Self::Call { method: head.text(limits::MAX_METHOD_BYTES)?.to_owned() },
            5 => Self::Event,
            6 => Self::Save,
            7 => Self::Restore,
            8 => Self::Reply { status: head.code()? },
            9 => Self::Lend(head.flag()?),
            _ => return None,
        })
    }
}

fn write_limits(limits: &InstanceLimits, head: &mut Head<'_>) {
    head.u64(limits.memory_bytes);
    head.u32(limits.table_elements);
    head.u64(limits.stack_bytes as u64);
    head.u64(limits.fuel);
    head.duration(limits.compute_timeout);
    head.duration(limits.call_timeout);
    head.u32(limits.json_bytes);
    head.u8(limits.wasi.into());
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
        wasi: head.flag()?,
    })
}
