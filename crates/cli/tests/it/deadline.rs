//! The time limit of a guest's call, which counts while the host works for it.

use std::{
    fmt::Write as _,
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use crate::common::{Ran, Spacedrive, ran};
use ext_testing::guest;
use serde_json::{Value, json};

/// The limit of the guest's calls.
const CALL: Duration = Duration::from_secs(1);

/// A server whose answers never end, and that tells how long each client listened.
fn dripping() -> (SocketAddr, Receiver<Duration>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let tell = tell.clone();
            thread::spawn(move || drip(stream, &tell));
        }
    });
    (address, told)
}

fn drip(mut stream: TcpStream, tell: &Sender<Duration>) {
    let mut head = [0; 4096];
    let read = stream.read(&mut head).unwrap_or_default();
    let began = Instant::now();
    let start: &[u8] = match head[..read].starts_with(b"GET /header") {
        true => b"HTTP/1.1 200 OK\r\nx-a: ",
        false => b"HTTP/1.1 200 OK\r\n\r\n",
    };
    let mut alive = stream.write_all(start).is_ok();
    while alive {
        thread::sleep(Duration::from_millis(100));
        alive = stream.write_all(b".").is_ok();
    }
    let _ = tell.send(began.elapsed());
}

/// Installs a guest that asks for this URL, with a longer limit of its own.
fn install(spacedrive: &Spacedrive, library: &str, (id, url): (&str, &str)) {
    let escaped = |bytes: &[u8]| {
        bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "\\{byte:02x}").unwrap();
            text
        })
    };
    let input = json!({ "url": url, "timeout_ms": 30_000 }).to_string();
    let library: uuid::Uuid = library.parse().unwrap();
    let wasm = guest(&format!(
        r#"(data (i32.const 16) "query:http.request.v1")
        (data (i32.const 64) "{}")
        (data (i32.const 96) "{}")
        (func (export "plugin_call") (param i32 i32 i32 i32) (result i32)
            (call $call (i32.const 16) (i32.const 21) (i32.const 64) (i32.const 96) (i32.const {})))"#,
        escaped(library.as_bytes()),
        escaped(input.as_bytes()),
        input.len(),
    ));
    let origin = url.rsplit_once('/').unwrap().0;
    let manifest = json!({
        "id": id, "name": id, "version": "1.0.0", "wasm_file": "guest.wasm",
        "permissions": {
            "methods": ["query:http.request"], "libraries": ["*"], "allowed_domains": [origin],
        },
        "operations": [{ "method": format!("query:{id}.run.v1") }],
        "limits": { "call_timeout_ms": CALL.as_millis() as u64 },
    });
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("manifest.json"), manifest.to_string()).unwrap();
    fs::write(folder.path().join("guest.wasm"), wasm).unwrap();
    let installed = spacedrive.run(["ext", "install", folder.path().to_str().unwrap(), "--yes"]);
    assert_eq!(installed.code, Some(0), "{installed:?}");
}

fn call(spacedrive: &Spacedrive, library: &str, id: &str) -> Ran {
    let method = format!("query:{id}.run.v1");
    let args = ["--output", "json", "op", "call", &method, "--library", library];
    ran(spacedrive.command(args).output().unwrap())
}

/// Two answers that outlive the call, with instances where `config` says.
fn ends_with_the_call(config: &str) {
    let spacedrive = Spacedrive::new();
    let (address, told) = dripping();
    let config = format!("[http]\nallow_addresses = [\"{address}\"]\n{config}");
    fs::write(spacedrive.data.path().join("config.toml"), config).unwrap();
    let library = spacedrive.library();
    for part in ["body", "header"] {
        let url = format!("http://a.ok.localhost:{}/{part}", address.port());
        install(&spacedrive, &library, (part, &url));
        let late = call(&spacedrive, &library, part);
        let error: Value = serde_json::from_str(late.stderr.lines().last().unwrap()).unwrap();
        assert_eq!(error["code"], "E_DEADLINE", "{part}: {late:?}");
        let listened = told.recv_timeout(Duration::from_secs(5)).unwrap();
        assert!(listened < CALL + Duration::from_secs(1), "{part}: {listened:?}");
    }
}

#[test]
fn an_answer_that_outlives_the_call_is_left_with_it() {
    ends_with_the_call("");
}

#[test]
#[cfg(unix)]
fn an_answer_that_outlives_the_call_is_left_with_it_in_a_process() {
    ends_with_the_call("[extensions]\nisolation = \"process\"\n");
}
