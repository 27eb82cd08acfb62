//! The costs of a call over the socket beside one in this process, and the time from a commit to the
//! handler of an extension: `cargo xtask bench daemon`.
//!
//! `docs/performance.md` explains the numbers.
#![allow(missing_docs, reason = "not a library")]

mod client;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use ext_wire::{
    Blob,
    ops::{
        NoInput, core, libraries,
        vdfs::{CreateEntry, EntryRef, GetEntry, NewEntry, ReadContent, ReadContentInput},
    },
};
use jiff::Timestamp;
use serde_json::json;
use spacedrive_core::{Core, permissions::Consent};
use spacedrive_daemon::{Daemon, DaemonOptions};
use uuid::Uuid;

use crate::client::Client;

/// The variable that names the folder of the built extensions.
const EXTENSIONS: &str = "SPACEDRIVE_TEST_EXTENSIONS";
/// Clients at the same time, beside one alone.
const MANY: usize = 64;
/// Events whose time is measured.
const EVENTS: usize = 500;
/// Time between two of them, in which the daemon comes to rest.
const PAUSE: Duration = Duration::from_millis(30);

/// A daemon of this process, and a core of its own on the same data folder.
struct World {
    core: Core,
    library: Uuid,
    socket: PathBuf,
    stop: Arc<AtomicBool>,
    daemon: Option<thread::JoinHandle<()>>,
    _data: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let core = Core::open(data.path()).unwrap();
        if let Some(extensions) = std::env::var_os(EXTENSIONS) {
            let hello = core.extensions().candidate(&Path::new(&extensions).join("hello")).unwrap();
            core.extensions().install(hello, Consent::All).unwrap();
        }
        let input = libraries::CreateLibraryInput { name: "Bench".into() };
        let library = core.call_typed::<libraries::Create>(None, &input).unwrap().id;
        let stop = Arc::<AtomicBool>::default();
        let options = DaemonOptions { connections: 2 * MANY, ..DaemonOptions::new(data.path()) };
        let served = Core::open(data.path()).unwrap();
        let daemon = Daemon::start(served, &options, Arc::clone(&stop)).unwrap();
        let socket = daemon.socket().to_owned();
        let daemon = Some(thread::spawn(|| daemon.run()));
        Self { core, library, socket, stop, daemon, _data: data }
    }

    fn create(&self, name: &str, bytes: Vec<u8>, media_type: &str) -> Uuid {
        let input = NewEntry {
            name: name.into(),
            path: name.into(),
            entry_type: "note".into(),
            metadata: Default::default(),
            content: Some(Blob::from(bytes)),
            media_type: Some(media_type.into()),
        };
        self.core.call_typed::<CreateEntry>(Some(self.library), &input).unwrap().entry.id
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(daemon) = self.daemon.take() {
            let _ = daemon.join();
        }
    }
}

/// Returns the time of one call, where so many threads make so many each at the same time: from the
/// first call to the end of the last one.
fn time_of_each<T>(
    threads: usize,
    calls: usize,
    prepare: impl Fn() -> T + Sync,
    call: impl Fn(&mut T) + Sync,
) -> Duration {
    let warm = std::sync::Barrier::new(threads);
    let time = || {
        let mut own = prepare();
        call(&mut own);
        warm.wait();
        let begin = Instant::now();
        (0..calls).for_each(|_| call(&mut own));
        (begin, Instant::now())
    };
    let times: Vec<(Instant, Instant)> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(time)).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let begin = times.iter().map(|(begin, _)| *begin).min().unwrap();
    let end = times.iter().map(|(_, end)| *end).max().unwrap();
    (end - begin) / u32::try_from(threads * calls).unwrap()
}

/// Prints a line: one call in this process and over the socket, of one client and of many.
fn compare(
    world: &World,
    what: &str,
    calls: usize,
    here: impl Fn() + Sync,
    socket: impl Fn(&mut Client) + Sync,
) {
    print!("{what:<38}");
    for threads in [1, MANY] {
        let calls = (calls / threads).max(4);
        let here = time_of_each(threads, calls, || (), |()| here());
        let there = time_of_each(threads, calls, || Client::connect(&world.socket), &socket);
        let ratio = there.as_secs_f64() / here.as_secs_f64();
        print!(" {here:>10.1?} {there:>10.1?} {ratio:>7.2}");
    }
    println!();
}

fn main() {
    let world = World::new();
    let (one, many) = ("one client", format!("{MANY} clients"));
    println!("{:<38} {one:>29} {many:>29}", "");
    let columns = format!(" {:>10} {:>10} {:>7}", "in-process", "socket", "ratio");
    println!("{:<38}{columns}{columns}", "time of each call");
    status(&world);
    for (name, bytes, calls) in
        [("64 B", 64, 5000), ("1 KiB", 1 << 10, 5000), ("1 MiB", 1 << 20, 200)]
    {
        contents(&world, name, bytes, calls);
    }
    stream(&world);
    batches(&world);
    events(&world);
}

fn status(world: &World) {
    let call = json!({
        "jsonrpc": "2.0", "id": 1, "method": "query:core.status.v1", "params": { "input": {} },
    });
    let call = call.to_string();
    compare(
        world,
        "core.status, JSON-RPC",
        10_000,
        || drop(world.core.call_typed::<core::Status>(None, &NoInput {}).unwrap()),
        |client| _ = client.post("/", JSON, call.as_bytes()),
    );
}

const JSON: &str = "content-type: application/json\r\n";

/// Contents of one size: as base64 in JSON-RPC, and as bytes by `/call`.
fn contents(world: &World, name: &str, bytes: usize, calls: usize) {
    let entry = world.create(name, vec![b'x'; bytes], "application/octet-stream");
    let input = ReadContentInput { entry_id: entry, offset: 0, length: None };
    let here = || {
        let read = world.core.call_typed::<ReadContent>(Some(world.library), &input).unwrap();
        assert_eq!(read.data.as_bytes().len(), bytes);
    };
    let headers = format!("accept: application/octet-stream\r\nx-library: {}\r\n", world.library);
    let body = json!({ "entry_id": entry }).to_string();
    compare(world, &format!("{name}, /call, as bytes"), calls, here, |client| {
        let answer = client.post("/call/query:vdfs.read_content.v1", &headers, body.as_bytes());
        assert!(answer.len() >= bytes);
    });
    let call = json!({
        "jsonrpc": "2.0", "id": 1, "method": "query:vdfs.read_content.v1",
        "params": { "library": world.library, "input": { "entry_id": entry } },
    });
    let call = call.to_string();
    compare(world, &format!("{name}, JSON-RPC, as base64"), calls, here, |client| {
        assert!(client.post("/", JSON, call.as_bytes()).len() > bytes * 4 / 3);
    });
}

fn stream(world: &World) {
    const BYTES: usize = 16 << 20;
    let entry = world.create("16 MiB", vec![b'x'; BYTES], "application/octet-stream");
    let input = ReadContentInput { entry_id: entry, offset: 0, length: None };
    let path = format!("/libraries/{}/entries/{entry}/content", world.library);
    compare(
        world,
        "16 MiB, GET of the content",
        64,
        || drop(world.core.call_typed::<ReadContent>(Some(world.library), &input).unwrap()),
        |client| assert_eq!(client.get(&path).len(), BYTES),
    );
}

/// Calls that go together.
fn batches(world: &World) {
    const CALLS: usize = 1000;
    let call = |id| {
        json!({ "jsonrpc": "2.0", "id": id, "method": "query:core.status.v1",
                "params": { "input": {} } })
    };
    let batch = json!((0..CALLS).map(call).collect::<Vec<_>>()).to_string();
    let each = time_of_each(
        1,
        20,
        || Client::connect(&world.socket),
        |client| _ = client.post("/", JSON, batch.as_bytes()),
    ) / u32::try_from(CALLS).unwrap();
    println!("core.status in batches of {CALLS}: {each:.1?} for each");
}

/// Prints the times from the making of an entry to the moment at which the handler of an extension
/// wrote what it found: a little more than the time until it was called.
fn events(world: &World) {
    if std::env::var_os(EXTENSIONS).is_none() {
        return println!("without {EXTENSIONS} no event is measured");
    }
    let made: Vec<Uuid> = (0..EVENTS)
        .map(|number| {
            thread::sleep(PAUSE);
            world.create(&format!("note {number}.txt"), b"milk and honey".into(), "text/plain")
        })
        .collect();
    let mut times: Vec<Duration> = made.iter().map(|entry| handled(world, *entry)).collect();
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let (middle, most) = (at(0.5), at(1.0));
    println!("event to its handler: median {middle:?}, p99 {:?}, at most {most:?}", at(0.99));
}

fn handled(world: &World, entry: Uuid) -> Duration {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let input = EntryRef { entry_id: entry };
        let entry = world.core.call_typed::<GetEntry>(Some(world.library), &input).unwrap().entry;
        if entry.metadata.contains_key("words") {
            let time = |text: &str| text.parse::<Timestamp>().unwrap();
            let time = time(&entry.updated_at).duration_since(time(&entry.created_at));
            return Duration::try_from(time).unwrap();
        }
        assert!(Instant::now() < end, "{} is not handled", entry.path);
        thread::sleep(PAUSE);
    }
}
