//! A daemon under load: many subscriptions, and clients that misbehave.

use std::{
    fs,
    io::{Read, Write},
    os::unix::net::UnixStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use ext_testing::open_web_socket;
use jsonrpsee_core::{
    client::{ClientT, Subscription, SubscriptionClientT},
    params::ObjectParams,
};
use jsonrpsee_ws_client::{WsClient, WsClientBuilder};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    common::Spacedrive,
    daemon::{Daemon, socket, wait_for},
    http_files::{exchange, request},
};

const CONNECTIONS: usize = 32;
const SUBSCRIPTIONS: usize = 1_024;
/// Memory that they may take together, in KiB.
const MOST_KIB: u64 = 50 << 10;
/// The variable that makes this program a client that takes all connections.
const HOG: &str = "SPACEDRIVE_TEST_HOG";

pub(crate) async fn connect(socket: &Path) -> WsClient {
    let stream = tokio::net::UnixStream::connect(socket).await.unwrap();
    WsClientBuilder::default().build_with_stream("ws://localhost/", stream).await.unwrap()
}

async fn subscribe(client: &WsClient, method: &str, library: &str) -> Subscription<Value> {
    let mut params = ObjectParams::new();
    params.insert("library", library).unwrap();
    let [begin, end] = ["subscribe", "unsubscribe"].map(|it| format!("{method}.{it}"));
    client.subscribe(&begin, params, &end).await.unwrap()
}

async fn create(client: &WsClient, library: &str, name: &str) -> Value {
    let mut params = ObjectParams::new();
    params.insert("library", library).unwrap();
    params.insert("input", json!({ "name": name, "path": name, "entry_type": "note" })).unwrap();
    client.request("action:vdfs.create_entry.input.v1", params).await.unwrap()
}

/// Waits until each subscription has the event of an entry.
async fn take(subscriptions: &mut [Subscription<Value>], path: &str) {
    for subscription in subscriptions {
        let event = tokio::time::timeout(Duration::from_secs(30), subscription.next());
        let event = event.await.expect("it comes in time").unwrap().unwrap();
        assert_eq!(event["entry"]["path"], path, "{event}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_idle_subscriptions_take_less_than_50_mib_and_all_hear_of_a_change() {
    let spacedrive = Spacedrive::new();
    let library = spacedrive.library();
    let daemon = Daemon::start(&spacedrive, &[]);
    let (memory, threads) =
        (|| daemon.number("status", "VmRSS"), || daemon.number("status", "Threads"));
    let socket = socket(&spacedrive);
    let first = connect(&socket).await;
    // What the first of all costs is not counted.
    let mut warm = vec![subscribe(&first, "events", &library).await];
    drop(subscribe(&first, "jobs", &library).await);
    create(&first, &library, "warm").await;
    take(&mut warm, "warm").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (before, threads_before) = (memory(), threads());

    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        clients.push(Arc::new(connect(&socket).await));
    }
    let mut all = JoinSet::new();
    for number in 0..SUBSCRIPTIONS {
        let (client, library) = (Arc::clone(&clients[number % CONNECTIONS]), library.clone());
        all.spawn(async move { subscribe(&client, "events", &library).await });
    }
    let mut subscriptions = all.join_all().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle = memory().saturating_sub(before);
    for number in 0..5 {
        let path = format!("note {number}");
        create(&first, &library, &path).await;
        take(&mut subscriptions, &path).await;
    }
    let (used, more) = (memory().saturating_sub(before), threads() - threads_before);
    eprintln!("{SUBSCRIPTIONS} subscriptions: {idle} KiB idle, {used} KiB and {more} threads used");
    assert!(idle < MOST_KIB, "{idle} KiB");
    assert!(used < MOST_KIB, "{used} KiB");
    assert!(more < 32, "{more} threads");
}

/// A client that keeps its connection, and the times of its calls.
struct Watcher(UnixStream);

impl Watcher {
    fn connect(spacedrive: &Spacedrive) -> Self {
        let stream = UnixStream::connect(socket(spacedrive)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        Self(stream)
    }

    fn call(&mut self) -> Duration {
        let began = Instant::now();
        let body = r#"{"jsonrpc":"2.0","id":1,"method":"query:core.status.v1"}"#;
        let head = format!(
            "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let mut some = [0; 4096];
        while !answer.ends_with(b"}}") {
            let read = self.0.read(&mut some).unwrap();
            assert!(read > 0, "{}", String::from_utf8_lossy(&answer));
            answer.extend_from_slice(&some[..read]);
        }
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
        began.elapsed()
    }

    /// Returns the time within which 99 of 100 calls are answered.
    fn p99(&mut self) -> Duration {
        let mut times: Vec<_> = (0..300).map(|_| self.call()).collect();
        times.sort();
        times[times.len() * 99 / 100]
    }
}

/// A client in a process of its own, which is ended with this.
struct Hog(Child);

impl Hog {
    /// Begins to open connections, and waits until it can open no more.
    fn start(spacedrive: &Spacedrive) -> Self {
        let test = "daemon_load::the_client_that_takes_all_connections";
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([test, "--exact", "--ignored", "--nocapture"]).stdout(Stdio::piped());
        let mut child = command.env(HOG, socket(spacedrive)).spawn().unwrap();
        let mut told = String::new();
        let mut stdout = child.stdout.take().unwrap();
        while !told.contains("no more") {
            let mut some = [0; 256];
            let read = stdout.read(&mut some).unwrap();
            assert!(read > 0, "it ended: {told}");
            told.push_str(&String::from_utf8_lossy(&some[..read]));
        }
        Self(child)
    }
}

impl Drop for Hog {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "a part of another test, which starts it with a variable"]
fn the_client_that_takes_all_connections() {
    let Some(socket) = std::env::var_os(HOG) else { return };
    let mut held = Vec::new();
    // Until the system has no descriptor left for this process.
    while let Ok(mut stream) = UnixStream::connect(&socket) {
        let _ = stream.write_all(b"POST / HTTP/1.1\r\nhost: ");
        held.push(stream);
    }
    println!("no more after {}", held.len());
    // A byte now and then, so that none of them is silent.
    loop {
        std::thread::sleep(Duration::from_millis(50));
        held.iter_mut().for_each(|stream| drop(stream.write_all(b"a")));
    }
}

#[test]
fn rpc_12_clients_that_hold_all_connections_slow_nobody_down() {
    let spacedrive = Spacedrive::new();
    let daemon = Daemon::start(&spacedrive, &[]);
    let mut watcher = Watcher::connect(&spacedrive);
    watcher.p99();
    let quiet = watcher.p99();
    let hog = Hog::start(&spacedrive);
    let loud = watcher.p99();
    assert!(loud < quiet * 10 + Duration::from_millis(100), "{quiet:?} became {loud:?}");
    let descriptors = fs::read_dir(format!("/proc/{}/fd", daemon.id())).unwrap().count();
    assert!(descriptors < 256, "the daemon has {descriptors} descriptors");
    let answer = ask(&spacedrive, "{}");
    assert!(answer.0 == 503 && answer.1.contains("too many connections"), "{answer:?}");
    // They ask for nothing, and give way after a while.
    wait_for("a place", || spacedrive.run(["library", "list"]).code == Some(0));
    watcher.call();
    drop(hog);
}

/// Posts JSON-RPC; returns the status and the body.
fn ask(spacedrive: &Spacedrive, body: &str) -> (u16, String) {
    let headers = [("content-type", "application/json")];
    let asked = request("POST", "/", "localhost", &headers, body.as_bytes());
    let stream = UnixStream::connect(socket(spacedrive)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let answer = exchange(stream, &asked);
    (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
}

#[test]
fn bad_input_is_told_and_slows_nobody_down() {
    let spacedrive = Spacedrive::new();
    let _daemon = Daemon::start(&spacedrive, &[]);
    let mut watcher = Watcher::connect(&spacedrive);
    watcher.p99();
    let quiet = watcher.p99();
    let over = AtomicBool::default();
    let loud = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Relaxed) {
                misbehave(&spacedrive);
            }
        });
        let loud = watcher.p99();
        over.store(true, Relaxed);
        loud
    });
    assert!(loud < quiet * 20 + Duration::from_millis(200), "{quiet:?} became {loud:?}");
}

/// Sends what is wrong in one way each, and looks at the answers.
fn misbehave(spacedrive: &Spacedrive) {
    let call = |id: u32| json!({ "jsonrpc": "2.0", "id": id, "method": "query:core.status.v1" });
    let batch = json!((0..10_000).map(call).collect::<Vec<_>>()).to_string();
    let (status, body) = ask(spacedrive, &batch);
    let error: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &error["error"]["code"]), (200, &json!(-32010)), "{body}");
    assert!(body.contains("1000"), "it says how many there may be: {body}");
    let (status, body) = ask(spacedrive, &" ".repeat((32 << 20) + 1));
    assert!(status == 413 && body.contains("33554432"), "{status} {body}");
    // A frame that is not masked, and a control frame in parts: each ends its connection alone.
    for frame in [&b"\x83\x00"[..], b"\x09\x80abcd"] {
        assert_closed_after(spacedrive, frame);
    }
}

/// Sends bytes over a WebSocket, which the daemon is to end.
fn assert_closed_after(spacedrive: &Spacedrive, frame: &[u8]) {
    let mut stream = UnixStream::connect(socket(spacedrive)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    open_web_socket(&mut stream);
    stream.write_all(frame).unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
}
