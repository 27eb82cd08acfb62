//! Faults of the host do not cross to an extension.

use ext_registry::OpError;
use ext_wire::ErrorCode;

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
