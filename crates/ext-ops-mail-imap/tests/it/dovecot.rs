//! Mailboxes of a real Dovecot.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use ext_dial::Dialler;
use ext_net::{AddressPolicy, NetError, VettedUrl};
use ext_ops_mail_imap::ImapReader;
use ext_services::mail::{MailAccount, MailError, MailLogin, MailReader, MessageQuery, MessageRef};
use ext_testing::dovecot::{Dovecot, PASSWORD, USER};
use ext_wire::ops::mail::{ListMessagesOutput, MAX_MESSAGE_BYTES};
use pollster::block_on;

const MAIL: &[u8] = b"From: till@kiosk.example\r\nSubject: Receipt\r\n\r\nTea 2.00\r\n";

struct Case {
    dovecot: Dovecot,
    reader: ImapReader,
}

impl Case {
    fn new() -> Option<Self> {
        let dovecot = Dovecot::start(&checker())?;
        let policy = AddressPolicy::new(vec![dovecot.address, dovecot.plain_address], Vec::new());
        let roots = [dovecot.certificate.clone()];
        let reader = ImapReader::new(Dialler::new(policy), &roots).unwrap();
        Some(Self { dovecot, reader })
    }

    fn policy(&self) -> AddressPolicy {
        AddressPolicy::new(vec![self.dovecot.address, self.dovecot.plain_address], Vec::new())
    }

    fn account(&self, login: MailLogin) -> MailAccount {
        self.account_at(&self.dovecot.server(), login)
    }

    fn account_at(&self, server: &str, login: MailLogin) -> MailAccount {
        let server = VettedUrl::vet_mail_server(server, &self.policy(), |_, _, _| true);
        let deadline = Instant::now() + Duration::from_secs(30);
        let (server, received) = (server.unwrap(), Default::default());
        MailAccount { server, login, pool: "test".into(), deadline, received }
    }

    fn ada(&self) -> MailAccount {
        self.account(MailLogin::Password { user: USER.into(), password: PASSWORD.into() })
    }

    fn list(&self, query: MessageQuery) -> Result<ListMessagesOutput, MailError> {
        block_on(self.reader.messages(self.ada(), query))
    }

    fn fetch(&self, uid_validity: u32, uid: u32, max_bytes: u32) -> Result<Vec<u8>, MailError> {
        let message = MessageRef { folder: "INBOX".into(), uid_validity, uid, max_bytes };
        block_on(self.reader.message(self.ada(), message)).map(|bytes| bytes.to_vec())
    }

    fn folders(&self, login: MailLogin) -> Result<Vec<String>, MailError> {
        let folders = block_on(self.reader.folders(self.account(login)))?;
        Ok(folders.into_iter().map(|folder| folder.name).collect())
    }
}

fn inbox() -> MessageQuery {
    MessageQuery { folder: "INBOX".into(), after: 0, since: None, limit: 100 }
}

/// Answers requests with the token `good`; Dovecot asks it.
fn checker() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/check", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let head: Vec<String> = BufReader::new(&stream)
                .lines()
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty())
                .collect();
            let good =
                head.iter().any(|line| line.eq_ignore_ascii_case("authorization: bearer good"));
            let (status, body) = match good {
                true => ("200 OK", r#"{"subject":"ada"}"#),
                // Of an answer without a user Dovecot says that it may pass.
                false => ("200 OK", r#"{"subject":"nobody"}"#),
            };
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
        }
    });
    url
}

#[test]
fn call_02_what_the_server_sends_is_counted_for_the_call() {
    let Some(case) = Case::new() else { return };
    for _ in 0..2 {
        let account = case.ada();
        let received = account.received.clone();
        block_on(case.reader.folders(account)).unwrap();
        assert!(received.take() > 20);
    }
    let (account, query) = (case.ada(), MessageQuery { folder: "Nope".into(), ..inbox() });
    let received = account.received.clone();
    block_on(case.reader.messages(account, query)).unwrap_err();
    assert!(received.take() > 10, "it failed");
}

#[test]
fn messages_are_listed_and_fetched_as_they_are() {
    let Some(case) = Case::new() else { return };
    assert_eq!(case.list(inbox()).unwrap().messages, []);
    let long = [MAIL, "x\r\n".repeat(1 << 20).as_bytes()].concat();
    for (name, mail) in [("1", MAIL), ("2", &long), ("3", MAIL)] {
        case.dovecot.deliver("", name, mail);
        case.list(inbox()).unwrap();
    }
    let found = case.list(inbox()).unwrap();
    let shape: Vec<(u32, usize)> =
        found.messages.iter().map(|info| (info.uid, info.bytes as usize)).collect();
    assert_eq!(shape, [(1, MAIL.len()), (2, long.len()), (3, MAIL.len())]);
    assert!(found.messages.iter().all(|info| info.received_at.is_some()), "{found:?}");
    assert_eq!(case.fetch(found.uid_validity, 1, MAX_MESSAGE_BYTES).unwrap(), MAIL);
    assert_eq!(case.fetch(found.uid_validity, 2, MAX_MESSAGE_BYTES).unwrap(), long);
    // Nothing is changed: what was read stays new.
    assert!(case.dovecot.flags().iter().all(String::is_empty), "{:?}", case.dovecot.flags());
}

#[test]
fn a_page_is_what_comes_after_the_last_message() {
    let Some(case) = Case::new() else { return };
    for name in 1..=5 {
        case.dovecot.deliver("", &name.to_string(), MAIL);
        case.list(inbox()).unwrap();
    }
    let page = |after, since: Option<&str>, limit| {
        let since = since.map(str::to_owned);
        let found = case.list(MessageQuery { after, since, limit, ..inbox() }).unwrap();
        (found.total, found.messages.iter().map(|info| info.uid).collect::<Vec<_>>())
    };
    assert_eq!(page(0, None, 2), (5, vec![1, 2]));
    assert_eq!(page(2, None, 100), (3, vec![3, 4, 5]));
    // `6:*` would be the last one, too.
    assert_eq!(page(5, None, 100), (0, vec![]));
    assert_eq!(page(u32::MAX, None, 100), (0, vec![]));
    assert_eq!(page(0, Some("2001-01-31"), 100).0, 5);
    assert_eq!(page(0, Some("2099-01-31"), 100).0, 0);
    let wrong = case.list(MessageQuery { since: Some("yesterday".into()), ..inbox() });
    assert!(matches!(wrong, Err(MailError::BadInput(_))), "{wrong:?}");
}

#[test]
fn what_is_not_there_is_told() {
    let Some(case) = Case::new() else { return };
    case.dovecot.deliver("", "1", MAIL);
    let uid_validity = case.list(inbox()).unwrap().uid_validity;
    assert!(matches!(case.fetch(uid_validity, 9, 100), Err(MailError::Message(9))));
    assert!(matches!(case.fetch(uid_validity, 0, 100), Err(MailError::Message(0))));
    assert!(matches!(case.fetch(uid_validity, 1, 10), Err(MailError::Size { limit: 10 })));
    let exactly = u32::try_from(MAIL.len()).unwrap();
    assert_eq!(case.fetch(uid_validity, 1, exactly).unwrap(), MAIL);
    let renumbered = case.fetch(uid_validity + 1, 1, 100);
    assert!(matches!(renumbered, Err(MailError::Renumbered { now, .. }) if now == uid_validity));
    for folder in ["Nowhere", "a\u{1f600}b", "*", "\"", "../../etc"] {
        let missing = case.list(MessageQuery { folder: folder.into(), ..inbox() });
        assert!(matches!(missing, Err(MailError::Folder { .. })), "{folder}: {missing:?}");
    }
    assert_eq!(case.list(inbox()).unwrap().total, 1, "the session goes on");
}

#[test]
fn folders_have_the_names_that_people_read() {
    let Some(case) = Case::new() else { return };
    case.dovecot.deliver("Entw&APw-rfe", "1", MAIL);
    let login = MailLogin::Password { user: USER.into(), password: PASSWORD.into() };
    let mut folders = case.folders(login).unwrap();
    folders.sort();
    assert_eq!(folders, ["Entwürfe", "INBOX"]);
    let found = case.list(MessageQuery { folder: "Entwürfe".into(), ..inbox() }).unwrap();
    assert_eq!(found.total, 1);
}

#[test]
fn cred_16_only_the_right_password_or_token_opens_a_mailbox() {
    let Some(case) = Case::new() else { return };
    let password = |user: &str, password: &str| {
        case.folders(MailLogin::Password { user: user.into(), password: password.into() })
    };
    let token = |user: &str, token: &str| {
        case.folders(MailLogin::Token { user: user.into(), token: token.into() })
    };
    assert_eq!(password(USER, PASSWORD).unwrap(), ["INBOX"]);
    assert_eq!(token(USER, "good").unwrap(), ["INBOX"], "{}", case.dovecot.log());
    for refused in [
        password(USER, "wrong"),
        password("eve", PASSWORD),
        password(USER, ""),
        token(USER, "bad"),
        token(USER, ""),
        // The token is ada's.
        token("eve", "good"),
    ] {
        assert!(
            matches!(refused, Err(MailError::Login { .. })),
            "{refused:?} {}",
            case.dovecot.log()
        );
    }
}

#[test]
fn a_session_serves_the_next_call_with_its_login_only() {
    let Some(case) = Case::new() else { return };
    let logins = || case.dovecot.log().matches("Login: user=").count();
    for _ in 0..3 {
        case.list(inbox()).unwrap();
    }
    assert_eq!(logins(), 1, "{}", case.dovecot.log());
    case.folders(MailLogin::Token { user: USER.into(), token: "good".into() }).unwrap();
    assert_eq!(logins(), 2);
}

#[test]
fn net_18_the_server_has_to_prove_its_name() {
    let Some(case) = Case::new() else { return };
    let stranger = ImapReader::new(Dialler::new(case.policy()), &[]).unwrap();
    let refused = block_on(stranger.folders(case.ada()));
    assert!(matches!(refused, Err(MailError::Net(NetError::Tls { .. }))), "{refused:?}");
    let closed = ImapReader::new(Dialler::new(AddressPolicy::public_only()), &[]).unwrap();
    let refused = block_on(closed.folders(case.ada()));
    assert!(matches!(refused, Err(MailError::Net(NetError::Address { .. }))), "{refused:?}");
}

#[test]
fn a_server_that_turns_to_tls_is_read_as_one_with_tls_from_the_start() {
    let Some(case) = Case::new() else { return };
    case.dovecot.deliver("", "1", MAIL);
    let login = || MailLogin::Password { user: USER.into(), password: PASSWORD.into() };
    let plain = case.account_at(&case.dovecot.plain_server(), login());
    let listed = block_on(case.reader.messages(plain, inbox())).unwrap();
    assert_eq!(listed.messages.len(), 1);
    // Without STARTTLS in front, this port speaks no TLS; the other one speaks nothing else.
    let (one, other) = (case.dovecot.plain_server(), case.dovecot.server());
    for wrong in [one.replace("imap:", "imaps:"), other.replace("imaps:", "imap:")] {
        let mut account = case.account_at(&wrong, login());
        account.deadline = Instant::now() + Duration::from_secs(3);
        let failed = block_on(case.reader.messages(account, inbox())).unwrap_err();
        assert!(matches!(failed, MailError::Net(_)), "{failed:?}");
    }
}
