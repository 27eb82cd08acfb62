//! Whatever is called with whatever bytes: an answer or an error, and the extension lives on.

use std::sync::LazyLock;

use crate::common::{ECHO, LIBRARY, MANIFEST, load, working};
use bytes::Bytes;
use ext_manager::Manager;
use ext_perm::Engine;
use ext_wire::ErrorCode;
use proptest::{collection::vec, prelude::*};

static MANAGER: LazyLock<Manager> =
    LazyLock::new(|| load(MANIFEST, &working(ECHO, "(i32.const 0)")).unwrap().0);

proptest! {
    #[test]
    fn json_comes_back_as_it_went(value in "[ -~]{0,40}", number in any::<i64>()) {
        let input = serde_json::json!({ "value": value, "number": number });
        let payload = Bytes::from(serde_json::to_vec(&input)?);
        let reply = MANAGER.call(&Engine::for_user(), "query:guest.run.v1", Some(LIBRARY), payload)?;
        let reply: serde_json::Value = serde_json::from_slice(&reply)?;
        prop_assert_eq!(&reply["echo"], &input);
    }

    #[test]
    fn arbitrary_payloads_never_fault(payload in vec(any::<u8>(), 0..200), envelope in any::<bool>()) {
        let mut bytes = if envelope { ext_abi::attachment::MAGIC.to_vec() } else { Vec::new() };
        bytes.extend(payload);
        let result = MANAGER.call(&Engine::for_user(), "query:guest.run.v1", Some(LIBRARY), bytes.into());
        if let Err(error) = result {
            prop_assert!(![ErrorCode::Trap, ErrorCode::Internal].contains(&error.code()), "{}", error);
        }
        prop_assert!(MANAGER.list()[0].health.last_fault.is_none());
    }

    #[test]
    fn arbitrary_methods_are_unknown(method in ".{0,300}") {
        let error = MANAGER.call(&Engine::for_user(), &method, None, Bytes::new()).unwrap_err();
        prop_assert_eq!(error.code(), ErrorCode::UnknownMethod);
    }
}
