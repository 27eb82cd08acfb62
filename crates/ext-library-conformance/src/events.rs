//! The cases of the outbox: events, subscriptions, failures and dead letters.

use std::{thread::sleep, time::Duration};

use ext_services::library::{Events, HandlerError, LibraryError, MAX_ATTEMPTS, Subscribed};
use ext_wire::{
    ErrorCode, Event,
    event::{ENTRY_CREATED, ENTRY_DELETED, ENTRY_MOVED, ENTRY_RESTORED, ENTRY_UPDATED},
    ops::events::{ListEventsInput, MAX_SUBSCRIPTIONS},
};
use serde_json::json;
use uuid::Uuid;

use crate::world::{World, code, create, note};

const BOOKED: &str = "ext.writer.booked";
const KINDS: &[&str] = &[ENTRY_CREATED, BOOKED];
const PASSES: HandlerError<'_> =
    HandlerError { code: ErrorCode::Io, message: "the disk hiccuped", may_pass: true };
const STAYS: HandlerError<'_> =
    HandlerError { code: ErrorCode::DocMalformed, message: "torn", may_pass: false };

fn next(events: &dyn Events, subscriber: &str) -> Option<Event> {
    events.next_event(subscriber, KINDS).unwrap()
}

fn publish(world: &World<'_>, entry: Uuid) -> u64 {
    world.events().publish("writer", BOOKED, entry, None).unwrap()
}

/// Returns the paths of all events that wait, each of which is acknowledged.
fn drain(world: &World<'_>, subscriber: &str) -> Vec<String> {
    let next = || {
        let event = next(world.events(), subscriber)?;
        world.events().acknowledge(subscriber, event.id).unwrap();
        Some(event.entry.path)
    };
    std::iter::from_fn(next).collect()
}

pub(crate) fn a_new_entry_makes_an_event(world: &World<'_>) {
    assert_eq!(next(world.events(), "reader"), None);
    let entry = world.note("a");
    let event = next(world.events(), "reader").unwrap();
    assert_eq!((event.kind.as_str(), event.data), (ENTRY_CREATED, None));
    assert_eq!(event.library_id, world.library().info().unwrap().id);
    assert_eq!(event.entry, entry);
    world.note("a");
    assert_eq!(world.events().pending("reader", KINDS).unwrap(), 1, "it was there already");
}

pub(crate) fn the_log_is_read_page_by_page(world: &World<'_>) {
    let list = |input: ListEventsInput| world.events().list_events(&input).unwrap();
    let all = ListEventsInput::default();
    assert_eq!((list(all.clone()).events.len(), list(all.clone()).last), (0, 0));
    let (first, second) = (world.note("papers/a"), world.note("papers2/b"));
    publish(world, first.id);
    let whole = list(all.clone());
    let kinds: Vec<_> = whole.events.iter().map(|it| (it.kind.as_str(), it.entry.id)).collect();
    let expected = [(ENTRY_CREATED, first.id), (ENTRY_CREATED, second.id), (BOOKED, first.id)];
    assert_eq!(kinds, expected);
    assert_eq!(whole.events[2].caused_by.as_deref(), Some("writer"));
    assert_eq!(whole.last, whole.events[2].id);
    let page = |after, limit| list(ListEventsInput { after, limit: Some(limit), ..all.clone() });
    assert_eq!(page(None, 2).events, whole.events[..2]);
    assert_eq!(page(Some(page(None, 2).last), 2).events, whole.events[2..]);
    assert_eq!((page(None, 0).events.len(), page(None, 0).last), (0, whole.last));
    assert_eq!(
        (page(Some(whole.last), 9).events.len(), page(Some(whole.last), 9).last),
        (0, whole.last)
    );
    // A reader that knows more than there is read another log, as before a restore.
    let ahead = ListEventsInput { after: Some(whole.last + 1), ..all.clone() };
    let refused = world.events().list_events(&ahead).unwrap_err();
    assert!(matches!(refused, LibraryError::OlderLog { asked: 4, newest: 3 }), "{refused}");
    let under = list(ListEventsInput { under: Some("papers".into()), ..all.clone() });
    assert_eq!(under.events.iter().map(|it| it.id).collect::<Vec<_>>(), [1, 3]);
    let booked = list(ListEventsInput { kinds: Some(vec![BOOKED.into()]), ..all });
    assert_eq!((booked.events.len(), booked.last), (1, whole.last));
}

pub(crate) fn an_event_comes_until_it_is_acknowledged(world: &World<'_>) {
    world.note("a");
    let event = next(world.events(), "reader").unwrap();
    assert_eq!(next(world.events(), "reader").unwrap().id, event.id);
    let again = world.again();
    assert_eq!(next(again.events().unwrap(), "reader").unwrap().id, event.id, "after a crash");
    world.events().acknowledge("reader", event.id).unwrap();
    world.events().acknowledge("reader", event.id).unwrap();
    assert_eq!(next(world.events(), "reader"), None);
    assert_eq!(next(world.events(), "other").unwrap().id, event.id, "each has a cursor");
}

pub(crate) fn events_come_in_order_and_of_the_kinds_that_are_asked_for(world: &World<'_>) {
    let events = world.events();
    let (a, b) = (world.note("a"), world.note("b"));
    let ids = [publish(world, b.id), publish(world, a.id)];
    assert!(ids[0] < ids[1], "numbers rise");
    assert_eq!(events.pending("reader", KINDS).unwrap(), 4);
    assert_eq!(events.pending("reader", &[BOOKED]).unwrap(), 2);
    assert_eq!(events.pending("reader", &[]).unwrap(), 0);
    assert_eq!(events.next_event("reader", &[ENTRY_UPDATED]).unwrap(), None);
    assert_eq!(events.next_event("reader", &[BOOKED]).unwrap().unwrap().id, ids[0]);
    assert_eq!(drain(world, "reader"), ["a", "b", "b", "a"]);
    assert_eq!(events.pending("reader", KINDS).unwrap(), 0);
}

pub(crate) fn no_subscriber_receives_its_own_events(world: &World<'_>) {
    let made = create(world.entries(), Some("writer"), note("made")).unwrap().entry;
    publish(world, made.id);
    assert_eq!(next(world.events(), "writer"), None);
    assert_eq!(world.events().pending("writer", KINDS).unwrap(), 0);
    assert_eq!(drain(world, "reader"), ["made", "made"]);
}

pub(crate) fn a_removed_entry_takes_its_events_along(world: &World<'_>) {
    let (a, _) = (world.note("a"), world.note("b"));
    let event = next(world.events(), "reader").unwrap();
    world.events().fail("reader", event.id, &STAYS).unwrap();
    world.entries().delete_entry(None, a.id).unwrap();
    assert!(world.events().failures("reader").unwrap().is_empty());
    assert_eq!(drain(world, "other"), ["b"]);
    // Who still works on it may say so.
    world.events().acknowledge("reader", event.id).unwrap();
    world.events().fail("reader", event.id, &STAYS).unwrap();
    assert!(world.events().failures("reader").unwrap().is_empty());
    assert_eq!(drain(world, "reader"), ["b"]);
}

const CHANGES: &[&str] = &[ENTRY_MOVED, ENTRY_DELETED, ENTRY_RESTORED];

/// Returns kind and path of all changes that wait, each of which is acknowledged.
fn changes(world: &World<'_>, subscriber: &str) -> Vec<(String, String)> {
    let next = || {
        let event = world.events().next_event(subscriber, CHANGES).unwrap()?;
        world.events().acknowledge(subscriber, event.id).unwrap();
        Some((event.kind, event.entry.path))
    };
    std::iter::from_fn(next).collect()
}

fn change(kind: &str, path: &str) -> (String, String) {
    (kind.to_owned(), path.to_owned())
}

pub(crate) fn another_path_and_a_removal_make_events(world: &World<'_>) {
    let entry = world.note("a");
    world.entries().move_entry(entry.id, &"a".parse().unwrap()).unwrap();
    assert_eq!(changes(world, "early"), [], "it is where it was");
    world.entries().move_entry(entry.id, &"b".parse().unwrap()).unwrap();
    assert_eq!(changes(world, "early"), [change(ENTRY_MOVED, "b")]);
    world.entries().delete_entry(None, entry.id).unwrap();
    world.entries().delete_entry(None, entry.id).unwrap();
    assert_eq!(changes(world, "early"), [change(ENTRY_DELETED, "b")], "once");
    assert_eq!(changes(world, "late"), [change(ENTRY_DELETED, "b")], "it is no longer there");
    let made = create(world.entries(), Some("writer"), note("made")).unwrap().entry;
    world.entries().delete_entry(Some("writer"), made.id).unwrap();
    assert_eq!(changes(world, "writer"), [change(ENTRY_DELETED, "b")], "not its own");
    let event = world.events().next_event("early", CHANGES).unwrap().unwrap();
    assert_eq!(event.entry, made, "as it was");
    let under = |path: &str| ListEventsInput { under: Some(path.into()), ..Default::default() };
    let logged = world.events().list_events(&under("made")).unwrap().events;
    let logged: Vec<_> = logged.into_iter().map(|it| (it.id, it.kind, it.entry)).collect();
    assert_eq!(logged, [(event.id, event.kind, event.entry)], "the log has it as well");
    assert!(world.events().list_events(&under("mad")).unwrap().events.is_empty());
    assert_eq!(world.events().pending("early", CHANGES).unwrap(), 1);
}

pub(crate) fn the_event_of_a_removal_is_tried_again(world: &World<'_>) {
    let (a, b) = (world.note("a"), world.note("b"));
    world.entries().delete_entry(None, a.id).unwrap();
    let events = world.events();
    let event = events.next_event("reader", CHANGES).unwrap().unwrap();
    assert!(events.fail("reader", event.id, &PASSES).unwrap());
    assert!(events.next_retry("reader").unwrap().is_some());
    assert_eq!(events.next_event("reader", CHANGES).unwrap(), None, "not before its time");
    assert!(!events.fail("reader", event.id, &STAYS).unwrap());
    let failed = events.failures("reader").unwrap().remove(0);
    assert_eq!((failed.event_id, failed.entry_id, failed.attempts), (event.id, a.id, 2));
    assert_eq!((failed.entry_name.as_str(), failed.kind.as_str()), ("a", ENTRY_DELETED));
    assert_eq!(events.replay("reader", Some(event.id)).unwrap(), 1);
    world.entries().delete_entry(None, b.id).unwrap();
    assert_eq!(changes(world, "reader"), [change(ENTRY_DELETED, "a"), change(ENTRY_DELETED, "b")]);
    assert!(events.failures("reader").unwrap().is_empty());
}

pub(crate) fn an_entry_that_comes_back_makes_an_event(world: &World<'_>) {
    let entry = world.note("a");
    world.entries().delete_entry(None, entry.id).unwrap();
    assert_eq!(changes(world, "early"), [change(ENTRY_DELETED, "a")]);
    world.bin().restore_entry(entry.id, Some(&"b".parse().unwrap())).unwrap();
    for subscriber in ["early", "late"] {
        assert_eq!(changes(world, subscriber), [change(ENTRY_RESTORED, "b")], "{subscriber}");
    }
    let updated = world.events().next_event("other", &[ENTRY_UPDATED]).unwrap().unwrap();
    assert_eq!(updated.entry.id, entry.id, "whoever works on contents looks at it anew");
}

pub(crate) fn a_published_event_carries_its_data(world: &World<'_>) {
    let (entry, data) = (world.note("a"), json!({ "n": 1, "deep": [null, "ü"] }));
    let id = world.events().publish("writer", BOOKED, entry.id, Some(&data)).unwrap();
    let event = world.events().next_event("reader", &[BOOKED]).unwrap().unwrap();
    assert_eq!((event.id, event.kind.as_str()), (id, BOOKED));
    assert_eq!((event.entry.id, event.data), (entry.id, Some(data)));
    let nobody = Uuid::from_u128(7);
    assert_eq!(code(world.events().publish("writer", BOOKED, nobody, None)), ErrorCode::NotFound);
}

pub(crate) fn a_transient_failure_is_tried_five_times_and_then_dead(world: &World<'_>) {
    assert_eq!(MAX_ATTEMPTS, 5);
    world.note("a");
    let events = world.events();
    let event = next(events, "reader").unwrap();
    assert_eq!(events.next_retry("reader").unwrap(), None);
    assert!(events.fail("reader", event.id, &PASSES).unwrap());
    assert!(events.next_retry("reader").unwrap().is_some());
    assert_eq!(next(events, "reader"), None, "not before its time");
    let tries: Vec<bool> =
        (1..5).map(|_| events.fail("reader", event.id, &PASSES).unwrap()).collect();
    assert_eq!(tries, [true, true, true, false]);
    assert_eq!(events.next_retry("reader").unwrap(), None);
    let failures = events.failures("reader").unwrap();
    assert_eq!((failures[0].attempts, failures[0].retry_at.as_deref()), (5, None));
    assert!(!events.fail("reader", event.id, &STAYS).unwrap());
}

pub(crate) fn a_permanent_failure_is_a_dead_letter(world: &World<'_>) {
    let entry = world.note("a");
    world.note("b");
    let events = world.events();
    let event = next(events, "reader").unwrap();
    assert!(!events.fail("reader", event.id, &STAYS).unwrap());
    let failures = events.failures("reader").unwrap();
    assert_eq!(failures.len(), 1);
    let failure = &failures[0];
    assert_eq!((failure.event_id, failure.entry_id), (event.id, entry.id));
    assert_eq!((failure.entry_name.as_str(), failure.kind.as_str()), ("a", ENTRY_CREATED));
    assert_eq!((failure.code, failure.message.as_str()), (ErrorCode::DocMalformed, "torn"));
    assert_eq!((failure.attempts, failure.retry_at.as_deref()), (1, None));
    assert!(events.failures("other").unwrap().is_empty());
    assert_eq!(drain(world, "reader"), ["b"], "it blocks nobody");
    assert_eq!(events.failures("reader").unwrap().len(), 1, "and is kept");
}

pub(crate) fn dead_letters_are_replayed(world: &World<'_>) {
    let events = world.events();
    for path in ["a", "b", "c"] {
        world.note(path);
        let event = next(events, "reader").unwrap();
        events.fail("reader", event.id, &STAYS).unwrap();
    }
    let dead: Vec<u64> =
        events.failures("reader").unwrap().iter().map(|failure| failure.event_id).collect();
    assert_eq!(events.replay("other", None).unwrap(), 0);
    assert_eq!(events.replay("reader", Some(dead[1])).unwrap(), 1);
    assert_eq!(next(events, "reader").unwrap().id, dead[1]);
    assert!(events.fail("reader", dead[1], &PASSES).unwrap(), "its attempts are new");
    assert_eq!(
        events.replay("reader", None).unwrap(),
        2,
        "the one that is tried again is not dead"
    );
    assert_eq!(drain(world, "reader"), ["a", "c"]);
    assert_eq!(events.failures("reader").unwrap().len(), 1);
}

pub(crate) fn failed_entries_are_retried_before_newer_ones(world: &World<'_>) {
    let events = world.events();
    let (a, b) = (world.note("a"), world.note("b"));
    for error in [&PASSES, &STAYS] {
        let event = next(events, "reader").unwrap();
        events.fail("reader", event.id, error).unwrap();
    }
    world.note("c");
    assert_eq!(events.retry("reader", &[]).unwrap(), 0);
    assert_eq!(events.retry("other", &[a.id]).unwrap(), 0);
    assert_eq!(events.retry("reader", &[a.id, b.id, Uuid::from_u128(7)]).unwrap(), 2);
    assert_eq!(drain(world, "reader"), ["a", "b", "c"]);
    assert!(events.failures("reader").unwrap().is_empty(), "what went well is not a failure");
}

pub(crate) fn evt_11_the_events_of_an_entry_keep_their_order_while_one_is_tried_again(
    world: &World<'_>,
) {
    let events = world.events();
    let entries = [world.note("a"), world.note("b")];
    let a_again = publish(world, entries[0].id);
    let next = || next(events, "reader");
    let first = next().unwrap();
    assert_eq!(first.entry.path, entries[0].path);
    assert!(events.fail("reader", first.id, &PASSES).unwrap());
    let second = next().unwrap();
    assert_eq!(second.entry.path, entries[1].path, "another entry does not wait");
    events.acknowledge("reader", second.id).unwrap();
    assert_eq!(next().map(|event| event.id), None, "the later event of `a` waits for the first");
    sleep(Duration::from_millis(1100));
    assert_eq!(next().unwrap().id, first.id);
    events.acknowledge("reader", first.id).unwrap();
    assert_eq!(next().unwrap().id, a_again);
    events.acknowledge("reader", a_again).unwrap();
    assert!(next().is_none());
}

pub(crate) fn evt_11_an_event_that_was_passed_over_is_not_lost(world: &World<'_>) {
    let events = world.events();
    let a = world.note("a");
    let later = publish(world, a.id);
    world.note("b");
    let first = next(events, "reader").unwrap();
    events.fail("reader", first.id, &PASSES).unwrap();
    let other = next(events, "reader").unwrap();
    assert!(other.id > later, "the cursor goes past the one that waits");
    events.acknowledge("reader", other.id).unwrap();
    // The first becomes a dead letter: those that waited for it come.
    events.fail("reader", first.id, &STAYS).unwrap();
    assert_eq!(next(events, "reader").unwrap().id, later);
}

pub(crate) fn subscriptions_are_kept_until_they_are_taken_back(world: &World<'_>) {
    let events = world.events();
    assert!(events.subscriptions("reader").unwrap().is_empty());
    assert_eq!(events.subscribe("reader", BOOKED).unwrap(), Subscribed::Created);
    assert_eq!(events.subscribe("reader", ENTRY_CREATED).unwrap(), Subscribed::Created);
    assert_eq!(events.subscribe("reader", BOOKED).unwrap(), Subscribed::Existing);
    let again = world.again();
    let kept = again.events().unwrap().subscriptions("reader").unwrap();
    assert_eq!(kept, [ENTRY_CREATED, BOOKED], "sorted");
    assert!(events.subscriptions("other").unwrap().is_empty());
    assert!(events.unsubscribe("reader", BOOKED).unwrap());
    assert!(!events.unsubscribe("reader", BOOKED).unwrap());
    assert_eq!(events.subscriptions("reader").unwrap(), [ENTRY_CREATED]);
}

pub(crate) fn subscriptions_have_a_bound(world: &World<'_>) {
    let subscribe = |n: u64| world.events().subscribe("reader", &format!("ext.demo.e{n}")).unwrap();
    for n in 0..MAX_SUBSCRIPTIONS {
        assert_eq!(subscribe(n), Subscribed::Created);
    }
    assert_eq!(subscribe(MAX_SUBSCRIPTIONS), Subscribed::Full);
    assert_eq!(subscribe(0), Subscribed::Existing);
    world.events().unsubscribe("reader", "ext.demo.e0").unwrap();
    assert_eq!(subscribe(MAX_SUBSCRIPTIONS), Subscribed::Created);
}

pub(crate) fn delivery_resumes_where_it_stopped(world: &World<'_>) {
    for path in ["a", "b", "c"] {
        world.note(path);
    }
    let first = next(world.events(), "reader").unwrap();
    world.events().acknowledge("reader", first.id).unwrap();
    let second = next(world.events(), "reader").unwrap();
    world.events().fail("reader", second.id, &STAYS).unwrap();
    let again = world.again();
    let events = again.events().unwrap();
    assert_eq!(next(events, "reader").unwrap().entry.path, "c");
    assert_eq!(events.failures("reader").unwrap()[0].event_id, second.id);
}
