//! A call of a function of `wasmer-wasix`, which is looked at before and after it.

use std::path::PathBuf;

use wasmer::{FunctionEnvMut, RuntimeError, Value};

use super::{BADF, INVAL, Preview1, SUCCESS, write};
use crate::files::plain;

pub(super) type Outcome = Result<i32, RuntimeError>;

/// Longest path, in bytes.
const MAX_TEXT: u32 = 4096;
/// The place in the guest's memory that is borrowed for an answer. What is there is put back.
const BORROWED: u32 = 0;

/// A call, whose first argument is most often a descriptor.
pub(super) struct Call<'a, 'e> {
    name: &'static str,
    pub(super) env: FunctionEnvMut<'e, Preview1>,
    pub(super) args: &'a [Value],
}

impl<'a, 'e> Call<'a, 'e> {
    pub(super) const fn new(
        name: &'static str,
        env: FunctionEnvMut<'e, Preview1>,
        args: &'a [Value],
    ) -> Self {
        Self { name, env, args }
    }

    /// Calls the function of `wasmer-wasix`.
    pub(super) fn pass_on(&mut self) -> Outcome {
        let args = self.args;
        self.pass_on_with(args)
    }

    pub(super) fn pass_on_with(&mut self, args: &[Value]) -> Outcome {
        self.call_other(self.name, args)
    }

    pub(super) fn call_other(&mut self, name: &str, args: &[Value]) -> Outcome {
        let (state, mut store) = self.env.data_and_store_mut();
        let Some(function) = state.inner.get(name).cloned() else { return Ok(BADF) };
        let results = function.call(&mut store, args)?;
        Ok(results.first().and_then(Value::i32).unwrap_or(INVAL))
    }

    /// Asks another function, whose answer of `N` bytes goes where its last argument points; `None` where
    /// it fails.
    pub(super) fn ask<const N: usize>(
        &mut self,
        name: &str,
        args: &[Value],
    ) -> Result<Option<[u8; N]>, RuntimeError> {
        let Some(before) = self.bytes(BORROWED, N as u32) else { return Ok(None) };
        let place = [Value::I32(BORROWED.cast_signed())];
        let outcome = self.call_other(name, &[args, &place].concat())?;
        let answer = self.bytes(BORROWED, N as u32);
        write(&self.env, BORROWED.into(), &before);
        let answer = answer.filter(|_| outcome == SUCCESS);
        Ok(answer.and_then(|bytes| bytes.first_chunk().copied()))
    }

    pub(super) fn state(&mut self) -> &mut Preview1 {
        self.env.data_mut()
    }

    pub(super) fn int(&self, index: usize) -> i32 {
        self.args.get(index).and_then(Value::i32).unwrap_or(-1)
    }

    pub(super) fn word(&self, index: usize) -> u32 {
        self.int(index).cast_unsigned()
    }

    pub(super) fn long(&self, index: usize) -> i64 {
        self.args.get(index).and_then(Value::i64).unwrap_or(0)
    }

    pub(super) fn is_open(&self, index: usize) -> bool {
        !self.env.data().descriptors.is_shut(self.int(index))
    }

    pub(super) fn is_folder(&self, index: usize) -> bool {
        self.env.data().descriptors.is_folder(self.int(index))
    }

    /// Reads bytes of the guest.
    pub(super) fn bytes(&self, at: u32, count: u32) -> Option<Vec<u8>> {
        if count > MAX_TEXT {
            return None;
        }
        let memory = self.env.data().memory.as_ref()?.view(&self.env);
        let end = u64::from(at) + u64::from(count);
        memory.copy_range_to_vec(at.into()..end).ok()
    }

    pub(super) fn number_at(&self, at: u32) -> Option<u32> {
        self.bytes(at, 4)?.first_chunk().copied().map(u32::from_le_bytes)
    }

    /// Reads the text whose address and length are the arguments from `index`.
    pub(super) fn text(&self, index: usize) -> Option<String> {
        String::from_utf8(self.bytes(self.word(index), self.word(index + 1))?).ok()
    }

    /// Returns the path that a descriptor and a text mean; `None` where they mean none.
    pub(super) fn path(&mut self, descriptor: usize, text: &str) -> Option<PathBuf> {
        let number = self.int(descriptor);
        Some(plain(&self.state().descriptors.path(number)?.join(text)))
    }
}
