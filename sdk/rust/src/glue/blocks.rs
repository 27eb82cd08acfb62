//! The memory behind `wasm_alloc` and `wasm_free`.
//!
//! The host names blocks by address, and addresses from outside may be wrong. So every block that
//! is out is kept in a table, and an address means something only when the table has it: a wild or
//! repeated `wasm_free` does nothing, and a wild argument is an error, never undefined behaviour.
//! The table stays short (arguments and replies of the calls in progress), so it is searched from
//! its end.

use bytes::Bytes;
use ext_abi::{ErrorCode, FrameHeader};

use crate::error::{Error, Result};

/// A block of memory, aligned to eight bytes.
#[derive(Debug)]
pub struct Block {
    words: Vec<u64>,
    len: usize,
}

impl Block {
    /// Makes a block of `len` zero bytes; `None` when there is no memory for them.
    #[must_use]
    pub fn zeroed(len: usize) -> Option<Self> {
        // At least one word, so that even an empty block has an address of its own.
        let count = len.div_ceil(size_of::<u64>()).max(1);
        let mut words = Vec::new();
        words.try_reserve_exact(count).ok()?;
        words.resize(count, 0);
        Some(Self { words, len })
    }

    /// Makes a reply frame; `None` when there is no memory for it, or its length needs more than 32
    /// bits.
    #[must_use]
    pub fn frame(status: ErrorCode, body: &[u8]) -> Option<Self> {
        let header = FrameHeader::for_body(status, body).ok()?.to_bytes();
        let mut block = Self::zeroed(header.len() + body.len())?;
        let (front, back) = block.bytes_mut().split_at_mut_checked(header.len())?;
        front.copy_from_slice(&header);
        back.copy_from_slice(body);
        Some(block)
    }

    /// Returns the bytes, to be written.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        bytemuck::cast_slice_mut(&mut self.words).get_mut(..self.len).unwrap_or_default()
    }

    /// Returns the address, for the host. Exposed, because the host reads and writes behind it.
    fn expose(&mut self) -> usize {
        self.words.as_mut_ptr().expose_provenance()
    }
}

impl AsRef<[u8]> for Block {
    fn as_ref(&self) -> &[u8] {
        bytemuck::cast_slice(&self.words).get(..self.len).unwrap_or_default()
    }
}

/// The blocks that are out.
#[derive(Debug, Default)]
pub struct Blocks {
    blocks: Vec<(usize, Block)>,
}

impl Blocks {
    /// Creates a table without blocks.
    #[must_use]
    pub const fn new() -> Self {
        Self { blocks: Vec::new() }
    }

    /// Returns how many blocks are out.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Returns whether no block is out.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Allocates a block of `len` bytes; `None` when there is no memory for it.
    pub fn alloc(&mut self, len: usize) -> Option<usize> {
        self.lend(Block::zeroed(len)?)
    }

    /// Lends a block to the host; `None` when there is no memory for the table.
    pub fn lend(&mut self, mut block: Block) -> Option<usize> {
        self.blocks.try_reserve(1).ok()?;
        let address = block.expose();
        self.blocks.push((address, block));
        Some(address)
    }

    /// Takes a block back; `None` when none starts at `address`.
    pub fn take(&mut self, address: usize) -> Option<Block> {
        let index = self.blocks.iter().rposition(|(start, _)| *start == address)?;
        Some(self.blocks.swap_remove(index).1)
    }

    /// Copies `len` bytes at `address`, which lie in one block. Nothing is read for a `len` of 0.
    ///
    /// # Errors
    /// [`ErrorCode::AbiRange`] when they do not.
    pub fn copy(&self, address: usize, len: usize) -> Result<Bytes> {
        if len == 0 {
            return Ok(Bytes::new());
        }
        let found = self.blocks.iter().rev().find_map(|(start, block)| {
            let from = address.checked_sub(*start)?;
            block.as_ref().get(from..from.checked_add(len)?)
        });
        let outside = || {
            let message = format_args!("range {address:#x}+{len} lies in no block of `wasm_alloc`");
            Error::new(ErrorCode::AbiRange, message)
        };
        found.map(Bytes::copy_from_slice).ok_or_else(outside)
    }
}
