//! Subscriptions over a WebSocket.

use std::{sync::atomic::Ordering, time::Duration};

use ext_rpc::{Client, LogLevel, LogPage, LogRecord};
use jsonrpsee_core::{
    client::{ClientT, Subscription, SubscriptionClientT},
    params::ObjectParams,
};
use jsonrpsee_ws_client::{HeaderMap, WsClient, WsClientBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::common::{OWN, Served, TOKEN, request};

async fn connect(served: &Served) -> WsClient {
    let stream = tokio::net::UnixStream::connect(served.server.socket()).await.unwrap();
    let builder = WsClientBuilder::default();
    builder.build_with_stream("ws://localhost/", stream).await.unwrap()
}

/// Connects with the token, which is for one library.
async fn connect_with_token(served: &Served) -> WsClient {
    let stream = tokio::net::UnixStream::connect(served.server.socket()).await.unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("authorization", format!("Bearer {TOKEN}").parse().unwrap());
    let builder = WsClientBuilder::default().set_headers(headers);
    builder.build_with_stream("ws://localhost/", stream).await.unwrap()
}

async fn subscribe(client: &WsClient, after: Option<u64>) -> Subscription<Value> {
    subscribe_in(client, Uuid::new_v4(), after).await
}

async fn subscribe_in(client: &WsClient, library: Uuid, after: Option<u64>) -> Subscription<Value> {
    let mut params = ObjectParams::new();
    params.insert("library", library).unwrap();
    params.insert("after", after).unwrap();
    client.subscribe("events.subscribe", params, "events.unsubscribe").await.unwrap()
}

async fn next(subscription: &mut Subscription<Value>) -> u64 {
    subscription.next().await.unwrap().unwrap()["id"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_begins_where_the_client_says_and_goes_on() {
    let served = Served::new();
    served.backend.events.send_replace(500);
    let client = connect(&served).await;
    let mut all = subscribe(&client, Some(0)).await;
    for id in 1..=500 {
        assert_eq!(next(&mut all).await, id);
    }
    let mut from_now = subscribe(&client, None).await;
    let mut from_there = subscribe(&client, Some(499)).await;
    assert_eq!(next(&mut from_there).await, 500);
    // The one from now on has looked where the log ends once it is accepted and read.
    tokio::time::sleep(Duration::from_millis(200)).await;
    served.backend.events.send_replace(501);
    for subscription in [&mut all, &mut from_now, &mut from_there] {
        assert_eq!(next(subscription).await, 501);
    }
    // The connection answers calls as well.
    let mut params = ObjectParams::new();
    params.insert("input", json!([1])).unwrap();
    let echo: Value = client.request("query:test.echo.v1", params).await.unwrap();
    assert_eq!(echo, json!([1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn rpc_20_a_client_that_does_not_read_costs_no_memory_and_loses_nothing() {
    let served = Served::new();
    let client = connect(&served).await;
    let mut slow = subscribe(&client, Some(0)).await;
    served.backend.events.send_replace(20_000);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let fast = connect(&served).await;
    let mut other = subscribe(&fast, Some(19_999)).await;
    assert_eq!(next(&mut other).await, 20_000, "others are not held up");
    for id in 1..=20 {
        assert_eq!(next(&mut slow).await, id);
    }
}

/// Returns the code of the error with which a subscription ends.
async fn end(subscription: &mut Subscription<Value>) -> Value {
    subscription.next().await.unwrap().unwrap()["error"]["code"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_knows_later_events_than_there_are_is_told_so() {
    let served = Served::new();
    served.backend.events.send_replace(3);
    let client = connect(&served).await;
    let mut from_there = subscribe(&client, Some(3)).await;
    let mut ahead = subscribe(&client, Some(4)).await;
    assert_eq!(end(&mut ahead).await, "E_CONFLICT");
    // A library is restored while a client follows it.
    served.backend.events.send_replace(2);
    assert_eq!(end(&mut from_there).await, "E_CONFLICT");
}

#[tokio::test(flavor = "multi_thread")]
async fn rpc_18_a_subscription_shows_its_own_library_alone_and_ends_with_its_token() {
    let served = Served::new();
    served.backend.events.send_replace(3);
    let (client, other) = (connect(&served).await, Uuid::new_v4());
    for library in [OWN, other] {
        let mut events = subscribe_in(&client, library, Some(0)).await;
        for _ in 1..=3 {
            let event = events.next().await.unwrap().unwrap();
            assert_eq!(event["library"], json!(library), "on a connection with others");
        }
    }
    let client = connect_with_token(&served).await;
    let mut foreign = subscribe_in(&client, other, Some(0)).await;
    assert_eq!(end(&mut foreign).await, "E_DENIED_LIBRARY");
    let mut own = subscribe_in(&client, OWN, Some(2)).await;
    assert_eq!(next(&mut own).await, 3);
    served.backend.revoked.store(true, Ordering::Relaxed);
    served.backend.events.send_replace(4);
    assert_eq!(end(&mut own).await, "E_DENIED_LIBRARY", "and the event is not shown");
    let more = tokio::time::timeout(Duration::from_millis(300), own.next()).await;
    assert!(!matches!(more, Ok(Some(_))), "{more:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_parameters_are_told() {
    let served = Served::new();
    let client = connect(&served).await;
    for (name, value) in [("library", json!("x")), ("librari", json!(Uuid::new_v4()))] {
        let mut params = ObjectParams::new();
        params.insert(name, value).unwrap();
        let wrong = client
            .subscribe::<Value, _>("events.subscribe", params, "events.unsubscribe")
            .await
            .unwrap_err();
        assert!(wrong.to_string().contains("E_BAD_INPUT"), "{wrong}");
    }
}

fn log(served: &Served, level: LogLevel, extension: Option<&str>, message: &str) {
    let (extension, message) = (extension.map(Into::into), message.into());
    let (at, fields) = Default::default();
    served.backend.logs.push(LogRecord { id: 0, at, level, extension, message, fields });
}

async fn follow_log(client: &WsClient, params: Value) -> Subscription<Value> {
    let mut all = ObjectParams::new();
    for (name, value) in params.as_object().unwrap() {
        all.insert(name, value).unwrap();
    }
    client.subscribe("logs.subscribe", all, "logs.unsubscribe").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_followed_by_extension_and_level() {
    let served = Served::new();
    log(&served, LogLevel::Info, Some("hello"), "first");
    log(&served, LogLevel::Warn, None, "of the daemon");
    let client = connect(&served).await;
    let mut grave = follow_log(&client, json!({ "level": "warn" })).await;
    let mut hello = follow_log(&client, json!({ "extension": "hello", "after": 1 })).await;
    log(&served, LogLevel::Error, Some("hello"), "failed");
    for (id, message) in [(2, "of the daemon"), (3, "failed")] {
        let record = grave.next().await.unwrap().unwrap();
        assert_eq!((&record["id"], &record["message"]), (&json!(id), &json!(message)));
    }
    let record = hello.next().await.unwrap().unwrap();
    assert_eq!((&record["level"], &record["message"]), (&json!("error"), &json!("failed")));
}

#[test]
fn the_newest_records_are_listed_behind_a_number() {
    let served = Served::new();
    let client = Client::find(served.data.path()).unwrap().unwrap();
    assert_eq!(client.logs(0, None).unwrap(), LogPage { records: vec![], last: 0 });
    log(&served, LogLevel::Info, Some("hello"), "first");
    log(&served, LogLevel::Warn, None, "of the daemon");
    let page = client.logs(0, Some("hello")).unwrap();
    assert_eq!((page.records.len(), page.last), (1, 2));
    assert_eq!((page.records[0].message.as_str(), page.records[0].level.name()), ("first", "info"));
    assert_eq!(client.logs(1, None).unwrap().records[0].message, "of the daemon");
    assert_eq!(client.logs(u64::MAX, None).unwrap(), LogPage { records: vec![], last: 2 });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "logs.list", "params": {} });
    let bearer = [("authorization", &*format!("Bearer {TOKEN}"))];
    let refused = served.raw(&request("POST", "/", "localhost", &bearer, &body.to_string()));
    let refused = refused.json();
    assert_eq!(refused["error"]["data"]["code"], "E_DENIED_METHOD", "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_follows_no_log() {
    let served = Served::new();
    log(&served, LogLevel::Info, None, "secret");
    let client = connect_with_token(&served).await;
    let mut log = follow_log(&client, json!({ "level": "info" })).await;
    let answer = log.next().await.unwrap().unwrap();
    assert_eq!(answer["error"]["code"], "E_DENIED_METHOD", "{answer}");
}

async fn follow_extensions(client: &WsClient) -> Subscription<Value> {
    let none = ObjectParams::new();
    client.subscribe("extensions.subscribe", none, "extensions.unsubscribe").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_extension_is_sent_as_it_is_and_as_it_changes() {
    let served = Served::new();
    let change = |id: &str, state: Option<Value>| {
        let mut states = served.backend.extensions.lock();
        match state {
            Some(state) => drop(states.insert(id.into(), state)),
            None => drop(states.remove(id)),
        }
        served.backend.extension_changes.send_modify(|count| *count += 1);
    };
    let well = |id: &str| json!({ "id": id, "version": "1.0.0" });
    change("finance", Some(well("finance")));
    change("hello", Some(well("hello")));
    let client = connect(&served).await;
    let mut states = follow_extensions(&client).await;
    for id in ["finance", "hello"] {
        assert_eq!(states.next().await.unwrap().unwrap(), well(id));
    }
    let stopped = json!({ "id": "hello", "version": "1.0.0", "quarantine": "it trapped" });
    change("finance", Some(well("finance")));
    change("hello", Some(stopped.clone()));
    assert_eq!(states.next().await.unwrap().unwrap(), stopped, "and nothing of what is the same");
    change("finance", None);
    let removed = json!({ "id": "finance", "removed": true });
    assert_eq!(states.next().await.unwrap().unwrap(), removed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_follows_no_extension() {
    let served = Served::new();
    served.backend.extensions.lock().insert("hello".into(), json!({ "id": "hello" }));
    let client = connect_with_token(&served).await;
    let answer = follow_extensions(&client).await.next().await.unwrap().unwrap();
    assert_eq!(answer["error"]["code"], "E_DENIED_METHOD", "{answer}");
}
