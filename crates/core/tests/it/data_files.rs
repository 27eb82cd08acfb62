//! Small files of the data folder that are damaged.

use std::{fs, sync::atomic::AtomicBool};

use ext_wire::{ErrorCode, ops::schedules};
use serde_json::json;
use spacedrive_core::permissions::Consent;

use crate::demo::{LIST, Place};

#[test]
fn each_damaged_file_of_the_data_folder_is_named_once() {
    let place = Place::installed(Consent::All);
    fs::create_dir_all(place.data.path().join("settings")).unwrap();
    assert!(place.core.unreadable_files().is_empty());
    let files = [
        "locations.json",
        "schedules.json",
        "publishers.json",
        "registries.json",
        "origins.json",
        "settings/demo.json",
        "settings/demo.told.json",
        "grants/demo.json",
    ];
    for name in files {
        let file = place.data.path().join(name);
        let before = fs::read(&file).ok();
        for damage in ["", "{", "\u{0}"] {
            fs::write(&file, damage).unwrap();
            let errors = place.core.unreadable_files();
            let [error] = errors.as_slice() else { panic!("{name}: {errors:?}") };
            assert_eq!(error.code, ErrorCode::Corrupt, "{error}");
            let start = format!("{} is damaged: ", file.display());
            assert!(error.error.starts_with(&start), "{error}");
        }
        match before {
            Some(before) => fs::write(&file, before).unwrap(),
            None => fs::remove_file(&file).unwrap(),
        }
    }
    assert!(place.core.unreadable_files().is_empty());
}

#[test]
fn the_error_of_a_scheduled_call_has_its_code_once() {
    let place = Place::new();
    let input = json!({ "method": LIST, "library_id": place.library, "every_s": 60 });
    let input = serde_json::from_value(input).unwrap();
    let added = place.core.call_typed::<schedules::Add>(None, &input);
    let id = added.unwrap().id;
    let file = place.data.path().join("schedules.json");
    let mut kept: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    kept[0]["library_id"] = json!(uuid::Uuid::nil());
    kept[0]["next_at"] = json!("2020-01-01T00:00:00Z");
    fs::write(&file, kept.to_string()).unwrap();
    let made = place.core.run_due_schedules(&AtomicBool::new(false)).unwrap();
    let error = made.iter().find(|it| it.id == id).unwrap().last_error.clone().unwrap();
    assert_eq!(error.matches("(E_").count(), 1, "{error}");
}
