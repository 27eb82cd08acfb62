//! Recordings that an extension does not play again as they are.

use std::fs;

use spacedrive_sdk::{ops::vdfs::GetEntry, prelude::*, testing::FakeHost};

mod sizes {
    use serde_json::{Value, json};
    use spacedrive_sdk::prelude::*;

    spacedrive_sdk::export!();

    #[query("query:sizes.of.v1")]
    fn of(client: &SpacedriveClient, id: Uuid) -> Result<u64> {
        let entry: Value = client.call("query:vdfs.get_entry.v1", &json!({ "entry_id": id }))?;
        Ok(entry["size"].as_u64().unwrap_or_default())
    }
}

const LIBRARY: &str = "00000000-0000-4000-8000-000000000001";

/// A recording of one run: the letter of the entry that was asked for, those of the calls, and the answer.
fn recording(entry: &str, calls: &[&str], (code, output): (&str, &str)) -> String {
    let id = |letter: &str| format!("00000000-0000-4000-8000-00000000000{letter}");
    let call = |entry: &&str| {
        format!(
            r#"{{"method":"query:vdfs.get_entry.v1","library_id":"{LIBRARY}","input":{{"entry_id":"{}"}},"answer":{{"code":"OK","output":{{"size":5}}}}}}"#,
            id(entry)
        )
    };
    let calls: Vec<String> = calls.iter().map(call).collect();
    format!(
        r#"{{"recording":1,"extension":"sizes","asked":{{"call":{{"method":"query:sizes.of.v1","payload":{{"library_id":"{LIBRARY}","input":"{}"}}}}}},"calls":[{}],"answer":{{"code":"{code}","output":{output}}},"is_whole":true}}"#,
        id(entry),
        calls.join(",")
    )
}

fn replayed(text: &str) -> Result<FakeHost> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sizes.calls");
    fs::write(&file, text).unwrap();
    FakeHost::replay(file)
}

#[test]
fn what_is_another_than_in_the_recording_is_told() {
    let five = ("OK", "5");
    let error = ("E_IO", r#"{"error":"no","code":"E_IO"}"#);
    for (text, said) in [
        (recording("a", &["a"], five), ""),
        (recording("a", &["b", "a"], five), "`query:vdfs.get_entry.v1` that was not made"),
        (recording("a", &["b"], five), "000a\"}; the next one of 1 has"),
        (recording("a", &[], five), "it has none of them that was not made yet"),
        (recording("a", &["a"], ("OK", "6")), "run 1 of the recording, `query:sizes.of.v1`"),
        (recording("a", &["a"], ("OK", "6")), "the answer was 6, and is 5"),
        (recording("a", &["a"], error), "the answer was E_IO, and is no error"),
    ] {
        let outcome = replayed(&text).unwrap().rerun::<sizes::Extension>();
        let told = outcome.err().map(|error| error.message().to_owned()).unwrap_or_default();
        assert!(told.contains(said) && told.is_empty() == said.is_empty(), "{told}\n{text}");
    }
}

#[test]
fn runs_are_played_in_their_order() {
    let two = [recording("a", &["a"], ("OK", "5")), recording("a", &["a"], ("OK", "5"))];
    let host = replayed(&two.join("\n")).unwrap();
    host.rerun::<sizes::Extension>().unwrap();
    assert_eq!(host.calls().len(), 2);
    assert_eq!(host.library_id().to_string(), LIBRARY);
}

#[test]
fn what_a_test_answers_itself_goes_before_the_recording() {
    let host = replayed(&recording("a", &[], ("E_NOT_FOUND", "null"))).unwrap();
    host.on::<GetEntry>(|_| Err(Error::new(ErrorCode::NotFound, "gone")));
    host.rerun::<sizes::Extension>().unwrap();
}

#[test]
fn a_file_that_cannot_be_played_says_why() {
    let whole = recording("a", &["a"], ("OK", "5"));
    for (text, said) in [
        ("", "nothing is recorded in it"),
        ("receipts", "line 1 is not one of a recording of calls"),
        (&whole.replace(r#""is_whole":true"#, r#""is_whole":false"#), "record less at once"),
        (&whole.replace(r#""recording":1"#, r#""recording":9"#), "is of version 9"),
    ] {
        let error = replayed(text).err().unwrap();
        assert_eq!(error.code(), ErrorCode::BadInput);
        assert!(error.message().contains(said), "{error}");
    }
    assert_eq!(FakeHost::replay("none.calls").err().unwrap().code(), ErrorCode::NotFound);
}
