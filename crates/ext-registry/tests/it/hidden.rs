//! Faults of the host do not cross to an extension.

use ext_perm::Engine;
use ext_registry::{
    Call, Context, CoreQuery, Deadline, OpError, Progress, Registry, Services,
    execute_json_operation_blocking,
};
use ext_wire::{ErrorBody, ErrorCode, body::BlobStyle};
use serde::{Deserialize, Serialize, Serializer, ser::Error};

#[test]
fn log_09_the_cause_of_a_fault_stays_in_the_log() {
    let cause = "UNIQUE constraint failed: /home/ann/library.db at 10.0.0.7, token hunter2";
    for error in
        [OpError::internal(cause), OpError::hidden(ErrorCode::Io, "the library failed", cause)]
    {
        let body = error.into_body();
        let told = String::from_utf8(body.to_json()).unwrap();
        for secret in ["constraint", "/home", "10.0.0.7", "hunter2"] {
            assert!(!told.contains(secret), "{told}");
        }
        let reference = body.details.as_ref().unwrap()["ref"].as_str().unwrap();
        assert!(!reference.is_empty() && body.error.contains(reference));
    }
    // What a caller can mend is told.
    let body = OpError::new(ErrorCode::BadInput, "the page is 0, expected 1 or more").into_body();
    assert_eq!(body.error, "the page is 0, expected 1 or more");
}

/// An output that JSON has no form for, when it is true.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
struct Formless(bool);

impl Serialize for Formless {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            true => Err(S::Error::custom("a number of /home/ann/library.db is not finite")),
            false => serializer.serialize_bool(false),
        }
    }
}

ext_wire::wire! {
    /// Answers.
    CoreQuery Answer = "query:answers.get.v1", bool => Formless;
}

impl CoreQuery for Answer {
    async fn execute(formless: bool, _: Context<'_>) -> Result<Formless, OpError> {
        Ok(Formless(formless))
    }
}
ext_registry::register!(CoreQuery for Answer);

fn answer(payload: &'static str) -> Result<Vec<u8>, ErrorBody> {
    let registry = Registry::collect().unwrap().only(|method| method.family() == "answers");
    let call = Call {
        method: "query:answers.get.v1",
        library: None,
        payload: payload.into(),
        blobs: BlobStyle::Base64,
        deadline: Deadline::NONE,
        progress: Progress::NONE,
    };
    let (services, user, mut out) = (Services::default(), Engine::for_user(), Vec::new());
    let done = execute_json_operation_blocking(&registry, &services, &user, call, &mut out);
    done.map(|()| out).map_err(OpError::into_body)
}

#[test]
fn json_14_an_answer_without_a_form_in_json_is_a_fault_of_the_host() {
    assert_eq!(answer("false").unwrap(), b"false");
    assert_eq!(answer("true").unwrap_err().code, ErrorCode::Internal);
}
