//! Calls that take long, as a client watches them.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::channel,
    },
    thread,
    time::{Duration, Instant},
};

use ext_rpc::{Client, ClientError};
use ext_wire::{ErrorCode, ops::work::WorkProgress};
use serde_json::{Value, json};

use crate::common::{Served, TOKEN, request};

const STEPS: &str = "query:test.steps.v1";

#[test]
fn steps_are_told_as_they_come_and_the_output_is_last() {
    let served = Served::new();
    let client = Client::find(served.data.path()).unwrap().unwrap();
    let told = Mutex::new(Vec::new());
    let tell = |step: WorkProgress<'_>| {
        let WorkProgress::Embedding { done, .. } = step else { panic!("{step:?}") };
        told.lock().unwrap().push(done);
    };
    let output = client.call_watched(STEPS, None, "".into(), None, &tell).unwrap();
    assert_eq!(output, br#"{"done":true}"#);
    assert_eq!(told.into_inner().unwrap(), [0, 1, 2]);
}

#[test]
fn an_error_is_the_last_line() {
    let served = Served::new();
    let client = Client::find(served.data.path()).unwrap().unwrap();
    let error = client.call_watched("query:test.busy.v1", None, "".into(), None, &|_| {});
    let Err(ClientError::Answer(error)) = error else { panic!("{error:?}") };
    assert_eq!(error.retry_after_ms, Some(7));
}

#[test]
fn a_watched_call_that_is_stopped_answers_what_came_of_it() {
    let served = Served::new();
    let client = Client::find(served.data.path()).unwrap().unwrap();
    let (stop, told) = (AtomicBool::new(false), Mutex::new(0));
    let tell = |_: WorkProgress<'_>| {
        let mut told = told.lock().unwrap();
        *told += 1;
        stop.store(*told > 10, Ordering::Relaxed);
    };
    let output = client.call_watched(STEPS, None, "true".into(), Some(&stop), &tell).unwrap();
    assert_eq!(output, br#"{"done":true}"#);
    assert!(*told.lock().unwrap() > 10);
}

#[test]
fn a_watched_call_whose_client_goes_is_stopped() {
    let served = Served::new();
    let headers = [("accept", "application/x-ndjson")];
    let ask = request("POST", "/call/query:test.wait.v1", "x", &headers, "");
    let mut stream = served.connect();
    std::io::Write::write_all(&mut stream, &ask).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    drop(stream);
    for _ in 0..400 {
        if served.backend.stopped.load(Ordering::Relaxed) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it goes on");
}

#[test]
fn a_server_that_ends_stops_its_calls_and_lets_them_answer() {
    let Served { data, backend, server } = Served::new();
    let client = Client::find(data.path()).unwrap().unwrap();
    let (begun, begins) = channel();
    let call = thread::spawn(move || {
        let tell = |_: WorkProgress<'_>| {
            let _ = begun.send(());
        };
        client.call_watched(STEPS, None, "true".into(), None, &tell)
    });
    let other = Client::find(data.path()).unwrap().unwrap();
    let unwatched = thread::spawn(move || other.call("query:test.wait.v1", None, "".into()));
    begins.recv().unwrap();
    while backend.calls.load(Ordering::Relaxed) < 2 {
        thread::sleep(Duration::from_millis(5));
    }
    let began = Instant::now();
    drop(server);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(call.join().unwrap().unwrap(), br#"{"done":true}"#);
    let Err(ClientError::Answer(error)) = unwatched.join().unwrap() else { panic!("no answer") };
    assert_eq!(error.code, ErrorCode::Stopped);
}

#[test]
fn nobody_stops_the_call_of_somebody_else() {
    let served = Served::new();
    let (id, bearer) = (uuid::Uuid::new_v4().to_string(), format!("Bearer {TOKEN}"));
    let headers = [("accept", "application/x-ndjson"), ("x-call", id.as_str())];
    let call = request("POST", &format!("/call/{STEPS}"), "x", &headers, "true");
    let stop = |headers: &[(&str, &str)]| {
        let answer = served.raw(&request("POST", &format!("/stop/{id}"), "x", headers, ""));
        answer.json()["stopped"].as_bool().unwrap()
    };
    std::thread::scope(|scope| {
        let running = scope.spawn(|| served.raw(&call));
        std::thread::sleep(Duration::from_millis(200));
        assert!(!stop(&[("authorization", &bearer)]));
        assert!(stop(&[]));
        let answer = running.join().unwrap();
        let mut lines = answer.body.lines().filter(|line| line.starts_with('{'));
        let last: Value = serde_json::from_str(lines.next_back().unwrap()).unwrap();
        assert_eq!(last, json!({ "output": { "done": true } }));
    });
    assert!(!stop(&[]));
}
