//! Schedules whose calls take longer than their interval.

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

use ext_services::embeddings::{EmbedError, Embedder};
use ext_wire::{
    Wire,
    ops::{
        ai::Embed,
        schedules::{Add, AddScheduleInput},
    },
};
use serde_json::{Value, json};

use crate::common::World;

/// An embedder in whose calls all schedules become due again.
#[derive(Default)]
struct Slow {
    file: OnceLock<PathBuf>,
    /// The texts of the calls.
    calls: Mutex<Vec<String>>,
    /// True when a call asks for the end of the run.
    ends: AtomicBool,
    stop: AtomicBool,
}

impl Slow {
    /// Makes the schedules due at these hours of a day that is long gone.
    fn make_due(&self, hours: &[u32]) {
        let file = self.file.get().unwrap();
        let mut all: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        for (schedule, hour) in all.as_array_mut().unwrap().iter_mut().zip(hours) {
            schedule["next_at"] = json!(format!("2020-01-01T{hour:02}:00:00Z"));
        }
        fs::write(file, all.to_string()).unwrap();
    }
}

impl Embedder for Slow {
    fn name(&self) -> &str {
        "slow"
    }

    fn dimension(&self) -> usize {
        2
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        self.stop.store(self.ends.load(SeqCst), SeqCst);
        let mut calls = self.calls.lock().unwrap();
        calls.extend(texts.iter().map(|text| (*text).to_owned()));
        // Not for ever, if they are called again and again.
        if calls.len() < 10 {
            self.make_due(&[2, 1, 3]);
        }
        Ok(vec![vec![1.0, 0.0]; texts.len()])
    }
}

#[test]
fn a_call_that_takes_longer_than_its_interval_holds_up_no_other_for_ever() {
    let slow = Arc::new(Slow::default());
    let world = World::with_service(Arc::clone(&slow) as Arc<dyn Embedder>);
    for text in ["a", "b", "c"] {
        let input = AddScheduleInput {
            method: Embed::METHOD.into(),
            library_id: Some(world.library),
            input: json!({ "texts": [text] }),
            every_s: Some(60),
            ..Default::default()
        };
        world.core.call_typed::<Add>(None, &input).unwrap();
    }
    slow.file.set(world.data.path().join("schedules.json")).unwrap();
    slow.make_due(&[2, 1, 3]);
    let run = || {
        let made = world.core.run_due_schedules(&slow.stop).unwrap();
        assert!(made.iter().all(|made| made.last_error.is_none()), "{made:?}");
        std::mem::take(&mut *slow.calls.lock().unwrap())
    };
    assert_eq!(run(), ["b", "a", "c"], "each once, the one first that waited longest");
    slow.ends.store(true, SeqCst);
    assert_eq!(run(), ["b"], "the run was asked to stop");
    assert_eq!(run(), [""; 0], "it is stopped before it begins");
}
