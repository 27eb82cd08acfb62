//! Functions of preview 1 that are not those of `wasmer-wasix`: its `poll_oneoff` takes a timeout of 0
//! for one without end, its clocks are exact, its preopened folders claim rights that opening a folder
//! with them is then refused for, and its `path_link` makes second names without asking the file
//! system.

use std::time::Duration;

use wasmer::{
    Extern, Function, FunctionEnv, FunctionEnvMut, FunctionType, Imports, Memory, RuntimeError,
    Store, Type, Value,
};

use crate::{
    clocks::{Clocks, RESOLUTION},
    tasks::Tasks,
};

const MODULE: &str = "wasi_snapshot_preview1";

/// Error numbers.
const SUCCESS: i32 = 0;
const BADF: i32 = 8;
const FAULT: i32 = 21;
const INVAL: i32 = 28;
const NOTSUP: i32 = 58;

/// Most subscriptions of one call.
const MAX_SUBSCRIPTIONS: u32 = 1024;
/// Bytes of a subscription, and of an event.
const SUBSCRIPTION: usize = 48;
const EVENT: usize = 32;

/// The flag with which a folder is opened.
const DIRECTORY: i32 = 2;
/// Rights of files: FD_WRITE, FD_ALLOCATE, FD_FILESTAT_SET_SIZE.
const FILE_RIGHTS: i64 = 1 << 6 | 1 << 8 | 1 << 22;

/// The state of these functions.
pub(crate) struct Preview1 {
    memory: Option<Memory>,
    clocks: Clocks,
    tasks: Tasks,
    /// The function of `wasmer-wasix`, where the module imports it.
    path_open: Option<Function>,
}

impl Preview1 {
    pub(crate) fn set_memory(&mut self, memory: Memory) {
        self.memory = Some(memory);
    }
}

/// Defines the functions; `all` has those of `wasmer-wasix`.
pub(crate) fn define(
    imports: &mut Imports,
    all: &Imports,
    store: &mut Store,
    tasks: Tasks,
) -> FunctionEnv<Preview1> {
    let path_open = match all.get_export(MODULE, "path_open") {
        Some(Extern::Function(function)) => Some(function),
        _ => None,
    };
    let state = Preview1 { memory: None, clocks: Clocks::new(), tasks, path_open };
    let env = FunctionEnv::new(store, state);
    let functions = [
        ("poll_oneoff", Function::new_typed_with_env(store, &env, poll_oneoff)),
        ("clock_time_get", Function::new_typed_with_env(store, &env, clock_time_get)),
        ("clock_res_get", Function::new_typed_with_env(store, &env, clock_res_get)),
        ("path_link", Function::new_typed(store, path_link)),
        ("path_open", Function::new_with_env(store, &env, path_open_type(), path_open_folder)),
    ];
    for (name, function) in functions {
        imports.define(MODULE, name, function);
    }
    env
}

fn path_open_type() -> FunctionType {
    use Type::{I32, I64};
    FunctionType::new([I32, I32, I32, I32, I32, I64, I64, I32, I32], [I32])
}

/// Opens a folder without the rights of files.
fn path_open_folder(
    mut env: FunctionEnvMut<'_, Preview1>,
    args: &[Value],
) -> Result<Vec<Value>, RuntimeError> {
    let mut args = args.to_vec();
    if let [.., Value::I32(flags), Value::I64(rights), _, _, _] = args.as_mut_slice()
        && *flags & DIRECTORY != 0
    {
        *rights &= !FILE_RIGHTS;
    }
    let (state, mut store) = env.data_and_store_mut();
    let Some(path_open) = state.path_open.clone() else { return Ok(vec![Value::I32(BADF)]) };
    path_open.call(&mut store, &args).map(|values| values.to_vec())
}

/// Refuses: one name for one file, else what it costs would be given back with its first name, and a
/// file of the package would have a name where it can be changed.
const fn path_link(_: u32, _: u32, _: u32, _: u32, _: u32, _: u32, _: u32) -> i32 {
    NOTSUP
}

fn clock_time_get(env: FunctionEnvMut<'_, Preview1>, id: u32, _: u64, out: u32) -> i32 {
    let Some(time) = env.data().clocks.now(id) else { return INVAL };
    write(&env, out.into(), &nanos(time).to_le_bytes())
}

fn clock_res_get(env: FunctionEnvMut<'_, Preview1>, id: u32, out: u32) -> i32 {
    match env.data().clocks.now(id) {
        Some(_) => write(&env, out.into(), &nanos(RESOLUTION).to_le_bytes()),
        None => INVAL,
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn write(env: &FunctionEnvMut<'_, Preview1>, at: u64, bytes: &[u8]) -> i32 {
    let Some(memory) = &env.data().memory else { return FAULT };
    memory.view(env).write(at, bytes).map_or(FAULT, |()| SUCCESS)
}

/// The wish of a guest to hear of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subscription {
    /// Of the end of this time.
    Clock(Duration),
    /// Of a descriptor: files are always ready. The tag says which of reading and writing.
    Ready(u8),
}

impl Subscription {
    fn read(bytes: &[u8; SUBSCRIPTION], clocks: &Clocks) -> Result<Self, i32> {
        let word = |at: usize| {
            let word = bytes.get(at..).and_then(<[u8]>::first_chunk);
            word.copied().map_or(0, u64::from_le_bytes)
        };
        let id = (word(16) & u64::from(u32::MAX)) as u32;
        match word(8) & 0xff {
            0 => {
                let now = clocks.now(id).ok_or(INVAL)?;
                let time = Duration::from_nanos(word(24));
                let is_moment = word(40) & 1 == 1;
                Ok(Self::Clock(if is_moment { time.saturating_sub(now) } else { time }))
            }
            tag @ (1 | 2) if id <= MAX_SUBSCRIPTIONS => Ok(Self::Ready(tag as u8)),
            1 | 2 => Err(BADF),
            _ => Err(INVAL),
        }
    }

    const fn tag(self) -> u8 {
        match self {
            Self::Clock(_) => 0,
            Self::Ready(tag) => tag,
        }
    }
}

/// Answers at once where there is a descriptor; else sleeps until the first clock.
fn poll_oneoff(
    env: FunctionEnvMut<'_, Preview1>,
    subscriptions: u32,
    out: u32,
    count: u32,
    made: u32,
) -> i32 {
    let wanted = match subscribed(&env, subscriptions, count) {
        Ok(wanted) => wanted,
        Err(errno) => return errno,
    };
    let is_file = |(_, it): &(u64, Subscription)| matches!(it, Subscription::Ready(_));
    let first = wanted.iter().filter_map(|(_, it)| match it {
        Subscription::Clock(time) => Some(*time),
        Subscription::Ready(_) => None,
    });
    let wait =
        if wanted.iter().any(is_file) { Duration::ZERO } else { first.min().unwrap_or_default() };
    env.data().tasks.sleep(wait);
    let happened = wanted.iter().filter(|(_, it)| match it {
        Subscription::Clock(time) => *time <= wait,
        Subscription::Ready(_) => true,
    });
    let mut events = Vec::new();
    for (user, it) in happened {
        events.extend(event(*user, it.tag()));
    }
    let number = u32::try_from(events.len() / EVENT).unwrap_or(0);
    match write(&env, out.into(), &events) {
        SUCCESS => write(&env, made.into(), &number.to_le_bytes()),
        errno => errno,
    }
}

/// Reads the subscriptions, each with the number that its event carries.
fn subscribed(
    env: &FunctionEnvMut<'_, Preview1>,
    at: u32,
    count: u32,
) -> Result<Vec<(u64, Subscription)>, i32> {
    if count == 0 || count > MAX_SUBSCRIPTIONS {
        return Err(INVAL);
    }
    let memory = env.data().memory.as_ref().ok_or(FAULT)?.view(env);
    let read = |index: u32| {
        let mut bytes = [0; SUBSCRIPTION];
        let place = u64::from(at) + u64::from(index) * SUBSCRIPTION as u64;
        memory.read(place, &mut bytes).map_err(|_| FAULT)?;
        let user = bytes.first_chunk().copied().map_or(0, u64::from_le_bytes);
        Ok((user, Subscription::read(&bytes, &env.data().clocks)?))
    };
    (0..count).map(read).collect()
}

/// Makes an event of success; a file that is ready has a byte to read.
fn event(user: u64, tag: u8) -> [u8; EVENT] {
    let parts = [user.to_le_bytes(), u64::from(tag).wrapping_shl(16).to_le_bytes()];
    let rest = [u64::from(tag != 0).to_le_bytes(), [0; 8]];
    let mut event = [0; EVENT];
    let bytes = parts.into_iter().chain(rest).flatten();
    event.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
    event
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subscription(tag: u8, id: u32, timeout: u64, flags: u16) -> [u8; SUBSCRIPTION] {
        let mut bytes = [0; SUBSCRIPTION];
        bytes[8] = tag;
        bytes[16..20].copy_from_slice(&id.to_le_bytes());
        bytes[24..32].copy_from_slice(&timeout.to_le_bytes());
        bytes[40..42].copy_from_slice(&flags.to_le_bytes());
        bytes
    }

    /// CPython's `selectors` polls with a timeout of 0 and must not wait for ever.
    #[test]
    fn a_timeout_of_nothing_is_no_time() {
        let read = |bytes| Subscription::read(&bytes, &Clocks::new());
        assert_eq!(read(subscription(0, 1, 0, 0)), Ok(Subscription::Clock(Duration::ZERO)));
        assert_eq!(read(subscription(0, 0, 5, 1)), Ok(Subscription::Clock(Duration::ZERO)));
        let minute = 60_000_000_000;
        assert_eq!(
            read(subscription(0, 1, minute, 0)),
            Ok(Subscription::Clock(Duration::from_secs(60)))
        );
    }

    #[test]
    fn subscriptions_that_make_no_sense_are_errors() {
        let read = |bytes| Subscription::read(&bytes, &Clocks::new());
        assert_eq!(read(subscription(3, 0, 0, 0)), Err(INVAL));
        assert_eq!(read(subscription(0, 9, 0, 0)), Err(INVAL));
        assert_eq!(read(subscription(1, u32::MAX, 0, 0)), Err(BADF));
        assert_eq!(read(subscription(2, 1, 0, 0)), Ok(Subscription::Ready(2)));
    }

    #[test]
    fn an_event_has_its_fields_where_preview_1_has_them() {
        let event = event(7, 2);
        assert_eq!((event[0], event[10], event[16]), (7, 2, 1));
        assert_eq!(event.iter().filter(|byte| **byte != 0).count(), 3);
    }
}
