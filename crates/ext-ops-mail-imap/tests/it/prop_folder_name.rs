//! Round trips of names of folders.

use ext_ops_mail_imap::folder_name::{decode, encode};
use proptest::prelude::*;

proptest! {
    #[test]
    fn every_name_comes_back(name in any::<String>()) {
        let encoded = encode(&name);
        prop_assert!(encoded.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{encoded:?}");
        prop_assert_eq!(decode(&encoded), name);
    }

    #[test]
    fn what_a_server_writes_is_shown_and_found_again(written in "[ -~]{0,40}") {
        let shown = decode(&written);
        // Either it was this encoding, or it is shown as it stands.
        prop_assert!(encode(&shown) == written || shown == written);
    }
}
