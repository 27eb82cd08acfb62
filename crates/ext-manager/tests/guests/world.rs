//! The view of the standard library in a WASI without files, network and environment. Built by `tests/it/wasi.rs`
//! for `wasm32-wasip1`.
#![crate_type = "cdylib"]

use std::{
    collections::HashMap,
    io::Read,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

#[used]
#[unsafe(link_section = "spacedrive.abi")]
static ABI_VERSION: [u8; 4] = 1_u32.to_le_bytes();

#[unsafe(no_mangle)]
extern "C" fn wasm_alloc(size: usize) -> *mut u8 {
    Vec::leak(vec![0_u64; size.div_ceil(8)]).as_mut_ptr().cast()
}

#[unsafe(no_mangle)]
extern "C" fn plugin_init() -> i32 {
    println!("from stdout");
    eprintln!("from stderr");
    0
}

#[unsafe(no_mangle)]
extern "C" fn plugin_call(_: usize, _: usize, payload: *const u8, len: usize) -> *const u8 {
    // SAFETY: the host lends these bytes for the length of the call.
    let payload = unsafe { std::slice::from_raw_parts(payload, len) };
    assert!(!String::from_utf8_lossy(payload).contains("panic"), "as asked for");
    let body = world();
    let mut frame = u32::try_from(body.len()).unwrap().to_le_bytes().to_vec();
    frame.extend([0; 4]);
    frame.extend(body.as_bytes());
    Vec::leak(frame).as_ptr()
}

fn world() -> String {
    let began = Instant::now();
    std::thread::sleep(Duration::from_millis(20));
    let slept = began.elapsed() >= Duration::from_millis(20);
    let year = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 31_556_952 + 1970;
    let (args, vars) = (std::env::args().count(), std::env::vars().count());
    let hashed = HashMap::from([(1, 2)])[&1];
    let mut stdin = String::new();
    let read = std::io::stdin().read_to_string(&mut stdin).unwrap();
    format!(
        r#"{{"args":{args},"vars":{vars},"slept":{slept},"year":{year},"hashed":{hashed},"read":{read}}}"#
    )
}
