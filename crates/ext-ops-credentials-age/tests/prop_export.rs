//! Round trips through a file: what comes out is what went in, or an error.

use std::collections::BTreeMap;

use age::{scrypt, secrecy::ExposeSecret, x25519};
use ext_ops_credentials_age::{
    Export, ExportError, FORMAT, Form, Identities, MAX_WORK_FACTOR, Protection, Recipient, Unlock,
    export,
};
use ext_services::credentials::{Credential, KeptCredential, Owner};
use ext_wire::{
    SecretText,
    ops::credentials::{OAuth2Tokens, Secret},
};
use proptest::{collection, option, prelude::*, sample::Index};
use uuid::Uuid;

const IDENTITY: &str = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";
const RECIPIENT: &str = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa";

/// Makes an identity that nothing is locked for.
fn another() -> (String, x25519::Recipient) {
    let identity = x25519::Identity::generate();
    (identity.to_string().expose_secret().to_owned(), identity.to_public())
}

fn for_recipient() -> Protection {
    Protection::Recipients(vec![RECIPIENT.parse().unwrap()])
}

fn with(identity: &str) -> Unlock {
    Unlock::Identities(Identities::parse(identity).unwrap())
}

fn open(file: &[u8]) -> Result<Vec<KeptCredential>, ExportError> {
    Export::read(file)?.open(&with(IDENTITY))
}

fn one(password: &str) -> Vec<KeptCredential> {
    let owner = Owner { extension: "demo".into(), library: Uuid::from_u128(7) };
    let secret = Secret::Basic { username: "ada".into(), password: password.into() };
    let credential = Credential::new(vec!["https://api.example.com".into()], secret);
    vec![KeptCredential { owner, name: "api".into(), credential }]
}

fn secret_text() -> impl Strategy<Value = SecretText> {
    any::<String>().prop_map(SecretText::from)
}

fn tokens() -> impl Strategy<Value = OAuth2Tokens> {
    let texts = (secret_text(), option::of(secret_text()), option::of(secret_text()));
    let open = (option::of(any::<i64>()), ".*", ".*", collection::vec(".*", 0..3));
    (texts, open).prop_map(|(texts, (expires_at, token_url, client_id, scopes))| {
        let (access_token, refresh_token, client_secret) = texts;
        OAuth2Tokens {
            access_token,
            expires_at,
            refresh_token,
            token_url,
            client_id,
            client_secret,
            scopes,
        }
    })
}

fn secret() -> impl Strategy<Value = Secret> {
    let fields = collection::btree_map(".*", secret_text(), 0..4);
    prop_oneof![
        (secret_text(), ".*", ".*").prop_map(|(key, header, prefix)| Secret::ApiKey {
            key,
            header,
            prefix
        }),
        (".*", secret_text()).prop_map(|(username, password)| Secret::Basic { username, password }),
        tokens().prop_map(Secret::OAuth2),
        fields.prop_map(|fields: BTreeMap<_, _>| Secret::Custom { fields }),
    ]
}

fn credentials() -> impl Strategy<Value = Vec<KeptCredential>> {
    let place = ("[a-z]{0,8}", any::<u128>(), "[a-z0-9._-]{1,16}");
    let credential = (collection::vec(".*", 0..3), secret(), any::<bool>(), any::<u8>());
    collection::btree_map(place, credential, 0..6).prop_map(|all| {
        let kept = |((extension, library, name), parts)| {
            let (hosts, secret, needs_login, unfinished_renewals) = parts;
            let owner = Owner { extension, library: Uuid::from_u128(library) };
            let credential =
                Credential { needs_login, unfinished_renewals, ..Credential::new(hosts, secret) };
            KeptCredential { owner, name, credential }
        };
        all.into_iter().map(kept).collect()
    })
}

proptest! {
    #[test]
    fn whatever_is_exported_comes_back(all in credentials(), armored: bool) {
        let form = if armored { Form::Armored } else { Form::Binary };
        let file = export(&all, &for_recipient(), form).unwrap();
        prop_assert_eq!(open(&file).unwrap(), all);
        prop_assert_eq!(armored, std::str::from_utf8(&file).is_ok_and(str::is_ascii));
    }

    #[test]
    fn cred_07_a_changed_file_is_an_error(at: Index, other in 1_u8.., password in ".{0,40}") {
        let mut file = export(&one(&password), &for_recipient(), Form::Binary).unwrap();
        let at = at.index(file.len());
        file[at] ^= other;
        prop_assert!(open(&file).is_err(), "byte {}", at);
    }

    #[test]
    fn cred_07_a_longer_file_is_an_error(more in collection::vec(any::<u8>(), 1..80)) {
        let file = export(&one("x"), &for_recipient(), Form::Binary).unwrap();
        prop_assert_eq!(open(&[file, more].concat()).unwrap_err(), ExportError::Damaged);
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(open(&bytes).is_err());
        let inside = age::encrypt(&RECIPIENT.parse::<x25519::Recipient>().unwrap(), &bytes).unwrap();
        prop_assert!(open(&inside).is_err());
    }

    #[test]
    fn any_text_is_read_as_identities_without_panic(text in ".*\n.*\n.*") {
        let _ = Identities::parse(&text);
    }
}

#[test]
fn cred_07_a_file_cut_at_any_length_is_an_error() {
    for form in [Form::Binary, Form::Armored] {
        let file = export(&one("secret"), &for_recipient(), form).unwrap();
        // The last line feed of the armored form means nothing.
        let whole = file.len() - usize::from(form == Form::Armored);
        for length in 0..whole {
            assert!(open(&file[..length]).is_err(), "{form:?} {length}");
        }
        assert!(open(&file[..whole]).is_ok());
    }
}

#[test]
fn cred_26_a_file_shows_neither_secrets_nor_names() {
    for form in [Form::Binary, Form::Armored] {
        let file = export(&one("canary-77c1"), &for_recipient(), form).unwrap();
        let text = String::from_utf8_lossy(&file);
        for hidden in ["canary", "ada", "demo", "api.example.com"] {
            assert!(!text.contains(hidden), "{form:?}: {hidden}");
        }
    }
}

#[test]
fn each_of_several_recipients_opens_it() {
    let (other, recipient) = another();
    let both = [RECIPIENT, &recipient.to_string()].map(|text| text.parse().unwrap());
    let file = export(&one("x"), &Protection::Recipients(both.to_vec()), Form::Binary).unwrap();
    for identity in [IDENTITY, &other, &format!("# a comment\n\n{other}\n{IDENTITY}\n")] {
        assert_eq!(Export::read(&file).unwrap().open(&with(identity)).unwrap(), one("x"));
    }
}

#[test]
fn the_wrong_key_is_told_from_a_damaged_file() {
    let file = export(&one("x"), &for_recipient(), Form::Binary).unwrap();
    let opened = |unlock: &Unlock| Export::read(&file).unwrap().open(unlock).unwrap_err();
    assert_eq!(opened(&with(&another().0)), ExportError::WrongIdentity);
    assert_eq!(opened(&Unlock::Passphrase("x".into())), ExportError::NeedsIdentity);
    let nobody = Err(ExportError::NoRecipient);
    assert_eq!(export(&one("x"), &Protection::Recipients(vec![]), Form::Binary), nobody);
}

#[test]
fn a_passphrase_opens_what_it_locked() {
    let lock = Protection::Passphrase("correct horse".into());
    let file = export(&one("x"), &lock, Form::Binary).unwrap();
    let read = || Export::read(&file).unwrap();
    assert!(read().needs_passphrase());
    assert_eq!(read().open(&Unlock::Passphrase("correct horse".into())).unwrap(), one("x"));
    let wrong = read().open(&Unlock::Passphrase("battery staple".into()));
    assert_eq!(wrong.unwrap_err(), ExportError::WrongPassphrase);
    assert_eq!(read().open(&with(IDENTITY)).unwrap_err(), ExportError::NeedsPassphrase);
    // The file says itself what trying costs.
    let head = String::from_utf8_lossy(&file[..100]).into_owned();
    assert!(head.lines().nth(1).is_some_and(|line| line.ends_with(" 18")), "{head}");
}

/// Refuses before anything is computed: the cost stands in clear, and is read first.
#[test]
fn a_file_that_costs_too_much_is_not_tried() {
    let mut recipient = scrypt::Recipient::new("x".to_owned().into());
    recipient.set_work_factor(2);
    let file = age::encrypt(&recipient, b"").unwrap();
    let text = String::from_utf8_lossy(&file[..80]).into_owned();
    let end = text.match_indices('\n').nth(1).unwrap().0;
    assert_eq!(&file[end - 2..end], b" 2");
    let dear = format!(" {}", MAX_WORK_FACTOR + 1);
    let dear = [&file[..end - 2], dear.as_bytes(), &file[end..]].concat();
    let opened = Export::read(&dear).unwrap().open(&Unlock::Passphrase("x".into()));
    assert_eq!(opened.unwrap_err(), ExportError::Work(MAX_WORK_FACTOR + 1));
}

fn with_json(json: &str) -> Result<Vec<KeptCredential>, ExportError> {
    let recipient: x25519::Recipient = RECIPIENT.parse().unwrap();
    open(&age::encrypt(&recipient, json.as_bytes()).unwrap())
}

fn entry(name: &str) -> String {
    let library = Uuid::from_u128(7);
    format!(
        r#"{{"extension":"demo","library":"{library}","name":"{name}","hosts":[],
            "secret":{{"type":"basic","username":"ada","password":"canary-1b"}},
            "needs_login":false,"unfinished_renewals":0}}"#
    )
}

fn file_of(format: u64, more: &str, entries: &[String]) -> String {
    let secrets = entries.join(",");
    format!(r#"{{"kind":"spacedrive secrets","format":{format},{more}"secrets":[{secrets}]}}"#)
}

#[test]
fn the_documented_json_is_read() {
    assert_eq!(with_json(&file_of(1, "", &[entry("a"), entry("b")])).unwrap().len(), 2);
    assert_eq!(with_json(&file_of(1, "", &[])).unwrap(), []);
}

#[test]
fn cred_07_other_formats_and_doubles_are_refused() {
    let newer = file_of(FORMAT + 1, r#""keys":{"of":"tomorrow"},"#, &[]);
    assert_eq!(with_json(&newer).unwrap_err(), ExportError::Newer(FORMAT + 1));
    let twice = ExportError::Twice { extension: "demo".into(), name: "a".into() };
    assert_eq!(with_json(&file_of(1, "", &[entry("a"), entry("a")])).unwrap_err(), twice);
    let old = with_json(&file_of(0, "", &[])).unwrap_err();
    let strange = with_json(&file_of(1, r#""more":1,"#, &[])).unwrap_err();
    let other = with_json(r#"{"kind":"something else","format":1,"secrets":[]}"#).unwrap_err();
    for error in [old, strange, other] {
        assert!(matches!(error, ExportError::Content { .. }), "{error:?}");
    }
}

#[test]
fn cred_20_neither_errors_nor_debug_show_a_secret() {
    let wrong = entry("a").replace("\"basic\"", "\"canary-1b\"");
    let error = with_json(&file_of(1, "", &[wrong])).unwrap_err();
    let identities = Identities::parse(IDENTITY).unwrap();
    let mistyped = Identities::parse(&IDENTITY.replace("Y5J33", "Y5J34")).unwrap_err();
    let keys = (Protection::Passphrase("canary-1b".into()), Unlock::Passphrase("canary-1b".into()));
    let shown = format!("{error} {error:?} {identities:?} {mistyped:?} {mistyped} {keys:?}");
    assert!(!shown.contains("canary") && !shown.contains("GQ9778"), "{shown}");
    assert_eq!(mistyped, ExportError::Identity { line: 1 });
    assert_eq!(Identities::parse("# nothing\n").unwrap_err(), ExportError::NoIdentity);
    let private = IDENTITY.parse::<Recipient>().unwrap_err();
    assert!(!format!("{private} {private:?}").contains("GQ9778"));
}
