//! Record of what a scan has seen of a mailbox, so that the next one looks at the rest.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Messages that are remembered so that they are not fetched again.
const MAX_RECENT: usize = 1000;
/// Messages that are remembered because the server did not send them.
pub(super) const MAX_WITHHELD: usize = 50;
/// Most by which a message may be older than the newest one and still arrive later, in
/// milliseconds.
const OVERLAP_MS: u64 = 24 * 60 * 60 * 1000;

/// What was seen of a mailbox. All of it is written each time: what a patch of metadata leaves out
/// stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Seen {
    /// IMAP: the UIDVALIDITY of the folder (RFC 9051), for which `uid` counts. States that exist have
    /// it as `validity`.
    #[serde(rename = "validity", alias = "uid_validity")]
    pub(super) uid_validity: u32,
    /// IMAP: number of the last message.
    pub(super) uid: u32,
    /// All but files: when the newest message came, in milliseconds since 1970.
    pub(super) time_ms: u64,
    /// When the job was made that scans, in milliseconds since 1970, as far as that is known: a guest has
    /// no clock. It is not kept.
    #[serde(skip)]
    now_ms: Option<u64>,
    /// Time from which messages were asked for, in milliseconds since 1970; 0: all were. `None` in states
    /// that do not say it.
    since_ms: Option<u64>,
    /// When the newest message came at the end of the last scan that reached the end: all up to it were
    /// looked at. `None` before.
    done_ms: Option<u64>,
    /// Gmail, JMAP, Graph: the last messages, the newest at the end.
    recent: Vec<Remembered>,
    /// Gmail: the newest message that is not among these any more.
    forgotten: Remembered,
    /// Messages that the server has and did not send, as references of the kind of mailbox: later scans
    /// ask for them again.
    pub(super) withheld: Vec<Value>,
    /// JMAP: the state since which changes are asked for. Graph: the link that is followed next.
    pub(super) cursor: String,
    /// JMAP: all messages are listed, before changes are asked for.
    pub(super) listing: bool,
    /// JMAP: the last message of that list.
    pub(super) anchor: String,
    /// JMAP, Graph: only messages that came then or later, since older ones were looked at.
    pub(super) floor_ms: u64,
    /// Files: number of the file in its archive.
    pub(super) file: u64,
    /// Files: byte of that file at which the next message begins.
    pub(super) offset: u64,
}

/// A message that is remembered, as `ID@TIME`; states that exist may have the id alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
struct Remembered {
    id: String,
    /// When it came, in milliseconds since 1970; 0 when that is not known.
    time_ms: u64,
}

impl From<String> for Remembered {
    fn from(text: String) -> Self {
        let parts = text.rsplit_once('@').and_then(|(id, time)| Some((id, time.parse().ok()?)));
        match parts {
            Some((id, time_ms)) => Self { id: id.to_owned(), time_ms },
            None => Self { id: text, time_ms: 0 },
        }
    }
}

impl From<Remembered> for String {
    fn from(message: Remembered) -> Self {
        match message.time_ms {
            0 => message.id,
            time_ms => format!("{}@{time_ms}", message.id),
        }
    }
}

impl Seen {
    /// Notes the time from which messages are asked for now. Begins anew where older ones were left out
    /// before; booking is idempotent.
    pub(super) fn ask_since(&mut self, since_ms: u64) {
        let narrows = match self.since_ms {
            Some(before_ms) if since_ms < before_ms => {
                let (uid_validity, withheld) =
                    (self.uid_validity, std::mem::take(&mut self.withheld));
                let now_ms = self.now_ms;
                *self = Self { uid_validity, withheld, now_ms, ..Self::default() };
                false
            }
            // What is older than this day was looked at already, when the end was reached.
            Some(before_ms) => {
                since_ms > before_ms && self.done_ms.is_some_and(|done_ms| since_ms <= done_ms)
            }
            None => false,
        };
        if !narrows {
            self.since_ms = Some(since_ms);
        }
    }

    /// Notes when a message came, and returns it. A time that is yet to come, which a sender or a clock
    /// may make up, says nothing about when others come: 0.
    pub(super) fn note_time(&mut self, time_ms: u64) -> u64 {
        let time_ms = if self.is_to_come(time_ms) { 0 } else { time_ms };
        self.time_ms = self.time_ms.max(time_ms);
        time_ms
    }

    /// Remembers a message, so that it is not fetched again.
    pub(super) fn remember(&mut self, id: &str, time_ms: u64) {
        let time_ms = self.note_time(time_ms);
        self.recent.push(Remembered { id: id.to_owned(), time_ms });
        let surplus = self.recent.len().saturating_sub(MAX_RECENT);
        for message in self.recent.drain(..surplus) {
            if message.time_ms > 0 && message.time_ms >= self.forgotten.time_ms {
                self.forgotten = message;
            }
        }
    }

    /// Takes a state up at a time, without times that are yet to come: they would leave out what comes
    /// until then. Messages that came meanwhile are listed again.
    pub(super) fn taken_up_at(mut self, now_ms: Option<u64>) -> Self {
        self.now_ms = now_ms;
        if self.is_to_come(self.time_ms) {
            self.time_ms = 0;
            self.recent.clear();
        }
        if self.is_to_come(self.floor_ms) {
            self.floor_ms = 0;
            self.cursor.clear();
        }
        self
    }

    /// Returns whether a time is one that is yet to come, by more than lists overlap.
    fn is_to_come(&self, time_ms: u64) -> bool {
        self.now_ms.is_some_and(|now_ms| time_ms > now_ms.saturating_add(OVERLAP_MS))
    }

    /// Returns whether a message is remembered.
    pub(super) fn remembers(&self, id: &str) -> bool {
        self.recent.iter().any(|message| message.id == id)
    }

    /// Returns the time from which messages have to be listed again, since they may not have been looked
    /// at: that of the newest one, less what a message may be late, but none before those that are
    /// remembered.
    pub(super) fn resume_ms(&self) -> u64 {
        // Servers count in seconds, and others may have come in the same one.
        let remembered_ms = self.forgotten.time_ms.saturating_sub(1000);
        self.time_ms.saturating_sub(OVERLAP_MS).max(remembered_ms)
    }

    /// Takes those that were looked at out of a list, the oldest first, of the messages since
    /// [`Self::resume_ms`]. However many came at one time, those up to the last that was forgotten were
    /// looked at.
    pub(super) fn take_out_of(&self, ids: &mut Vec<String>) {
        if let Some(at) = ids.iter().position(|id| *id == self.forgotten.id) {
            ids.drain(..=at);
        }
        let known: HashSet<&str> = self.recent.iter().map(|message| message.id.as_str()).collect();
        ids.retain(|id| !known.contains(id.as_str()));
    }

    /// Remembers a message to ask for it again. Returns false when there is no room for it.
    pub(super) fn withhold(&mut self, message: &Value) -> bool {
        let is_known = self.withheld.contains(message);
        let is_kept = is_known || self.withheld.len() < MAX_WITHHELD;
        if is_kept && !is_known {
            self.withheld.push(message.clone());
        }
        is_kept
    }

    /// Notes that all messages were looked at that are there. Returns whether that is new.
    pub(super) fn reach_end(&mut self) -> bool {
        let done_ms = Some(self.time_ms);
        std::mem::replace(&mut self.done_ms, done_ms) != done_ms
    }

    /// Notes for a state that may not say so that a scan reached the end before.
    pub(super) fn reached_end_before(&mut self) {
        self.done_ms.get_or_insert(self.time_ms);
    }

    /// Begins anew where the server has forgotten the cursor: with what came since shortly before the
    /// newest message of the last scan that reached the end. Servers list in any order, so where none
    /// did, all is listed again.
    pub(super) fn forget_cursor(&mut self) {
        self.cursor.clear();
        if let Some(done_ms) = self.done_ms {
            self.floor_ms = done_ms.saturating_sub(OVERLAP_MS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn seen_keeps_the_name_that_saved_states_have() {
        let saved = json!({ "validity": 7, "uid": 3, "time_ms": 0 });
        let seen: Seen = serde_json::from_value(saved).unwrap();
        assert_eq!((seen.uid_validity, seen.uid), (7, 3));
        assert_eq!(serde_json::to_value(&seen).unwrap()["validity"], 7);
    }

    #[test]
    fn messages_are_remembered_by_states_that_were_saved_with_and_without_their_times() {
        let saved = json!({ "recent": ["18c", "18d@1700000000000"] });
        let mut seen: Seen = serde_json::from_value(saved).unwrap();
        seen.remember("18e", 1_700_000_001_000);
        assert!(["18c", "18d", "18e"].iter().all(|id| seen.remembers(id)));
        let saved = serde_json::to_value(&seen).unwrap();
        assert_eq!(saved["recent"], json!(["18c", "18d@1700000000000", "18e@1700000001000"]));
        assert_eq!(serde_json::from_value::<Seen>(saved).unwrap(), seen);
    }

    #[test]
    fn a_list_begins_with_the_oldest_that_is_remembered_once_some_were_forgotten() {
        let day = 86_400_000;
        let mut seen = Seen::default();
        let id = |number: u64| format!("{number:x}");
        (1..=1000).for_each(|number| seen.remember(&id(number), 9 * day + number * 1000));
        assert_eq!(seen.resume_ms(), 8 * day + 1_000_000);
        (1001..=1500).for_each(|number| seen.remember(&id(number), 9 * day + number * 1000));
        assert_eq!(seen.resume_ms(), 9 * day + 499_000);
        let mut listed: Vec<String> = (499..=1503).map(id).collect();
        seen.take_out_of(&mut listed);
        assert_eq!(listed, [id(1501), id(1502), id(1503)]);
        // One that came late is none of those that the list begins with.
        seen.remember("late", day);
        (1501..=2501).for_each(|number| seen.remember(&id(number), 9 * day + number * 1000));
        assert_eq!(seen.resume_ms(), 9 * day + 1_500_000);
    }
    #[test]
    fn a_state_that_was_saved_with_a_time_to_come_lists_again() {
        let future_ms = 4_102_444_800_000_u64;
        let saved = json!({ "time_ms": future_ms, "floor_ms": future_ms, "cursor": "c", "uid": 7,
            "recent": ["18c"] });
        let now_ms = Some(future_ms - 2 * OVERLAP_MS);
        let seen = serde_json::from_value::<Seen>(saved).unwrap().taken_up_at(now_ms);
        assert_eq!(seen, Seen { uid: 7, now_ms, ..Seen::default() });
        let saved = json!({ "time_ms": 7, "floor_ms": 5, "cursor": "c" });
        let mut seen: Seen = serde_json::from_value(saved).unwrap();
        assert_eq!(seen.clone().taken_up_at(None), seen);
        seen.now_ms = Some(6);
        assert_eq!(seen.clone().taken_up_at(Some(6)), seen);
    }
}
