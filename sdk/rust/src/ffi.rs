//! The exports of a guest. Beside the imports it is the only file that says `unsafe`, without a block
//! of it: exports by name are declared so.

use std::{
    cell::{Cell, RefCell},
    panic,
    rc::Rc,
};

use bytes::Bytes;
use ext_abi::ErrorCode;
use uuid::Uuid;

use crate::{
    client::{SpacedriveClient, Transport},
    error::Result,
    extension::Extension,
    glue::{self, Blocks, ReplyBuffer},
    imports::{self, number},
};

thread_local! {
    static BLOCKS: RefCell<Blocks> = const { RefCell::new(Blocks::new()) };
    /// The buffer of the exports, for those that stand apart from it.
    static REPLY: Cell<Option<&'static ReplyBuffer>> = const { Cell::new(None) };
}

/// The imports, and the buffer that replies come in.
struct HostTransport {
    reply: &'static ReplyBuffer,
}

impl Transport for HostTransport {
    fn call(&self, method: &str, library_id: Option<Uuid>, payload: &[u8]) -> Result<Bytes> {
        let reply = imports::call(method, library_id, payload);
        BLOCKS.with_borrow_mut(|blocks| glue::take_reply(self.reply, blocks, reply as usize))
    }
}

fn client(reply: &'static ReplyBuffer) -> SpacedriveClient {
    SpacedriveClient::new(Rc::new(HostTransport { reply }))
}

/// Copies bytes that the host wrote into a block before it made the call.
fn argument(ptr: u32, len: u32) -> Result<Bytes> {
    BLOCKS.with_borrow(|blocks| blocks.copy(ptr as usize, len as usize))
}

/// Converts an error code, which is small, to the `i32` that `plugin_*` return.
fn code(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Implements `wasm_alloc`.
#[must_use]
pub fn alloc(size: u32) -> u32 {
    BLOCKS.with_borrow_mut(|blocks| blocks.alloc(size as usize)).map_or(0, number)
}

/// Implements `wasm_free`; the table knows the block's size better than the caller.
pub fn free(ptr: u32, _size: u32) {
    drop(BLOCKS.with_borrow_mut(|blocks| blocks.take(ptr as usize)));
}

/// Implements `plugin_init`. A panic ends in a trap, which says nothing, so its message is logged
/// first.
pub fn plugin_init<E: Extension>(reply: &'static ReplyBuffer) -> i32 {
    panic::set_hook(Box::new(|panic| crate::error!("{panic}")));
    REPLY.set(Some(reply));
    imports::construct();
    code(glue::init::<E>(&client(reply)))
}

/// Implements `plugin_cleanup`.
pub fn plugin_cleanup<E: Extension>(reply: &'static ReplyBuffer) -> i32 {
    code(glue::cleanup::<E>(&client(reply)))
}

/// Implements `plugin_save`; 0 when there is no memory for the frame.
pub fn plugin_save<E: Extension>(reply: &'static ReplyBuffer) -> u32 {
    lend(glue::save::<E>(&client(reply)))
}

/// Implements `plugin_restore`.
pub fn plugin_restore<E: Extension>(reply: &'static ReplyBuffer, ptr: u32, len: u32) -> i32 {
    code(glue::restore::<E>(&client(reply), argument(ptr, len)))
}

/// Implements `plugin_on_event`.
pub fn plugin_on_event<E: Extension>(reply: &'static ReplyBuffer, ptr: u32, len: u32) -> i32 {
    code(glue::on_event::<E>(&client(reply), argument(ptr, len)))
}

/// Implements `plugin_call`; 0 when there is no memory for the frame.
pub fn plugin_call<E: Extension>(
    reply: &'static ReplyBuffer,
    method: (u32, u32),
    payload: (u32, u32),
) -> u32 {
    let (method, payload) = (argument(method.0, method.1), argument(payload.0, payload.1));
    lend(glue::call::<E>(&client(reply), method, payload))
}

/// Implements `plugin_save` for a function that stands apart from the other exports.
pub fn save_plain<E: Extension>() -> u32 {
    REPLY.get().map_or(0, plugin_save::<E>)
}

/// Implements `plugin_restore` for a function that stands apart from the other exports.
pub fn restore_plain<E: Extension>(ptr: u32, len: u32) -> i32 {
    let not_ready = code(ErrorCode::Internal.number());
    REPLY.get().map_or(not_ready, |reply| plugin_restore::<E>(reply, ptr, len))
}

/// Lends a frame to the host and returns its address; 0 when there is no memory for it.
fn lend(frame: Option<glue::Block>) -> u32 {
    let address = frame.and_then(|frame| BLOCKS.with_borrow_mut(|blocks| blocks.lend(frame)));
    address.map_or(0, number)
}

/// Writes the exports of an extension. They stand in the extension's crate, because only there its
/// type is known and a linker keeps them; the attribute `extension` writes the call of this macro.
///
/// `#[unsafe(no_mangle)]` and `#[unsafe(export_name)]` are sound here: the names are those of the
/// ABI, and no other item of a guest has them. `#[unsafe(link_section)]` names a custom section,
/// which is not part of memory.
#[doc(hidden)]
#[macro_export]
macro_rules! __export {
    ($extension:ty; $methods:literal; $($optional:ident)*) => {
        const _: () = {
            #[unsafe(export_name = "spacedrive_reply_ptr")]
            static REPLY: $crate::glue::ReplyBuffer = $crate::glue::ReplyBuffer::new();

            #[unsafe(export_name = "spacedrive_reply_cap")]
            static REPLY_BYTES: u32 = $crate::glue::ReplyBuffer::BYTES;

            #[used]
            #[unsafe(link_section = "spacedrive.abi")]
            static ABI: [u8; 4] = $crate::abi::version::encode($crate::abi::ABI_VERSION);

            #[used]
            #[unsafe(link_section = "spacedrive.methods")]
            static METHODS: [u8; $methods.len()] = *$methods;

            #[unsafe(no_mangle)]
            extern "C" fn wasm_alloc(size: u32) -> u32 {
                $crate::ffi::alloc(size)
            }

            #[unsafe(no_mangle)]
            extern "C" fn wasm_free(ptr: u32, size: u32) {
                $crate::ffi::free(ptr, size);
            }

            #[unsafe(no_mangle)]
            extern "C" fn plugin_init() -> i32 {
                $crate::ffi::plugin_init::<$extension>(&REPLY)
            }

            $($crate::__export!(@$optional $extension, REPLY);)*
        };
    };
    (@cleanup $extension:ty, $reply:ident) => {
        #[unsafe(no_mangle)]
        extern "C" fn plugin_cleanup() -> i32 {
            $crate::ffi::plugin_cleanup::<$extension>(&$reply)
        }
    };
    (@save $extension:ty, $reply:ident) => {
        #[unsafe(no_mangle)]
        extern "C" fn plugin_save() -> u32 {
            $crate::ffi::plugin_save::<$extension>(&$reply)
        }
    };
    (@restore $extension:ty, $reply:ident) => {
        #[unsafe(no_mangle)]
        extern "C" fn plugin_restore(ptr: u32, len: u32) -> i32 {
            $crate::ffi::plugin_restore::<$extension>(&$reply, ptr, len)
        }
    };
    (@on_event $extension:ty, $reply:ident) => {
        #[unsafe(no_mangle)]
        extern "C" fn plugin_on_event(ptr: u32, len: u32) -> i32 {
            $crate::ffi::plugin_on_event::<$extension>(&$reply, ptr, len)
        }
    };
    (@call $extension:ty, $reply:ident) => {
        #[unsafe(no_mangle)]
        extern "C" fn plugin_call(
            method_ptr: u32,
            method_len: u32,
            payload_ptr: u32,
            payload_len: u32,
        ) -> u32 {
            let (method, payload) = ((method_ptr, method_len), (payload_ptr, payload_len));
            $crate::ffi::plugin_call::<$extension>(&$reply, method, payload)
        }
    };
}

/// Writes the export of a function marked `#[save]` or `#[restore]`, beside which those of [`export!`]
/// stand.
///
/// [`export!`]: crate::export!
#[doc(hidden)]
#[macro_export]
macro_rules! __export_state {
    (save $function:ident) => {
        struct State;
        impl $crate::Extension for State {
            fn save(client: &$crate::SpacedriveClient) -> $crate::Result<::std::vec::Vec<u8>> {
                $function(client)
            }
        }
        #[unsafe(no_mangle)]
        extern "C" fn plugin_save() -> u32 {
            $crate::ffi::save_plain::<State>()
        }
    };
    (restore $function:ident) => {
        struct State;
        impl $crate::Extension for State {
            fn restore(
                client: &$crate::SpacedriveClient,
                state: $crate::Bytes,
            ) -> $crate::Result<()> {
                $function(client, state)
            }
        }
        #[unsafe(no_mangle)]
        extern "C" fn plugin_restore(ptr: u32, len: u32) -> i32 {
            $crate::ffi::restore_plain::<State>(ptr, len)
        }
    };
}

/// Writes lines into a custom section. The attributes write the call of this macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __declare {
    ("spacedrive.methods", $lines:literal) => {
        const _: () = {
            #[used]
            #[unsafe(link_section = "spacedrive.methods")]
            static LINES: [u8; $lines.len()] = *$lines;
        };
    };
    ("spacedrive.manifest", $lines:literal) => {
        const _: () = {
            #[used]
            #[unsafe(link_section = "spacedrive.manifest")]
            static LINES: [u8; $lines.len()] = *$lines;
        };
    };
    ("spacedrive.manifest", $open:literal, $input:ty) => {
        const _: () = {
            #[allow(unused_imports)]
            use $crate::glue::NoSchema as _;
            const SCHEMA: &str = <$crate::glue::Probe<$input>>::SCHEMA;
            const BYTES: usize = $crate::glue::declared_len($open, SCHEMA);
            #[used]
            #[unsafe(link_section = "spacedrive.manifest")]
            static LINES: [u8; BYTES] = $crate::glue::declared($open, SCHEMA);
        };
    };
}
