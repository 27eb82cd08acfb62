//! The states of extensions that a client hears of.

use std::time::Duration;

use jsonrpsee_core::{
    client::{Subscription, SubscriptionClientT},
    params::ObjectParams,
};
use serde_json::Value;

use crate::{
    common::{Spacedrive, extension},
    daemon::{Daemon, socket},
    daemon_load::connect,
};

/// Waits for a state of the extension that is so.
async fn wait_for_state(states: &mut Subscription<Value>, is_so: impl Fn(&Value) -> bool) {
    let wait = async {
        loop {
            let state = states.next().await.unwrap().unwrap();
            assert_eq!(state["id"], "hello", "{state}");
            if is_so(&state) {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait).await.expect("it comes in time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_hears_of_extensions_that_come_stop_and_go() {
    let Some(folder) = extension("hello") else { return };
    let spacedrive = Spacedrive::new();
    let _daemon = Daemon::start(&spacedrive, &[]);
    let client = connect(&socket(&spacedrive)).await;
    let (begin, end) = ("extensions.subscribe", "extensions.unsubscribe");
    let mut states = client.subscribe(begin, ObjectParams::new(), end).await.unwrap();
    spacedrive.json(["ext", "install", folder.to_str().unwrap(), "--yes"]);
    wait_for_state(&mut states, |state| state["version"] == "0.1.0").await;
    spacedrive.json(["ext", "quarantine", "hello", "--reason", "too loud"]);
    wait_for_state(&mut states, |state| state["quarantine"] == "too loud").await;
    spacedrive.json(["ext", "release", "hello"]);
    wait_for_state(&mut states, |state| state.get("quarantine").is_none()).await;
    spacedrive.json(["ext", "remove", "hello"]);
    wait_for_state(&mut states, |state| state["removed"] == true).await;
}
