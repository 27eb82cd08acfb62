//! `STARTTLS` (RFC 9051, section 6.2.1): the one command that is sent without TLS.
//!
//! Nothing that comes before TLS is believed: neither what a greeting says the server can do, nor what
//! stands behind the answer, which a man in the middle could have put there. The answer is read up to
//! its last byte and no further, so that what follows it is taken for TLS, and fails as such.

use ext_net::NetError;
use ext_services::mail::MailError;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::session::Stream;

/// Tag of the command, and the command.
const TAG: &str = "tls";
const COMMAND: &[u8] = b"tls STARTTLS\r\n";
/// Longest line that is read, in bytes.
const MAX_LINE_BYTES: usize = 8 << 10;
/// Most lines before the answer.
const MAX_LINES: usize = 32;

/// Waits for the server's greeting and has it turn to TLS, which is to be begun then.
///
/// # Errors
/// [`NetError::Connection`] when the server refuses, or says something else.
pub(crate) async fn ask<S: Stream>(host: &str, mut stream: S) -> Result<S, MailError> {
    let broken = |reason| NetError::Connection { host: host.to_owned(), reason };
    let lost = || broken("the connection broke");
    let greeting = line(&mut stream).await.ok_or_else(lost)?;
    // One that is past the login cannot turn to TLS.
    if !greeting.to_ascii_uppercase().starts_with("* OK") {
        return Err(broken("the server refuses the connection").into());
    }
    stream.write_all(COMMAND).await.map_err(|_| lost())?;
    stream.flush().await.map_err(|_| lost())?;
    for _ in 0..MAX_LINES {
        let answer = line(&mut stream).await.ok_or_else(lost)?;
        match answer.strip_prefix(TAG).and_then(|rest| rest.strip_prefix(' ')) {
            Some(said) if said.to_ascii_uppercase().starts_with("OK") => return Ok(stream),
            Some(_) => return Err(broken("the server does not turn to TLS by STARTTLS").into()),
            None => {}
        }
    }
    Err(broken("the server sends more than it was asked for").into())
}

/// Reads a line and nothing behind it; `None` when the connection ends before, or the line does not.
async fn line(stream: &mut impl Stream) -> Option<String> {
    let mut line = Vec::new();
    while line.len() < MAX_LINE_BYTES {
        match stream.read_u8().await.ok()? {
            b'\n' => return Some(String::from_utf8_lossy(&line).trim_end().to_owned()),
            byte => line.push(byte),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Builder;

    use super::*;

    /// Lets a server say all of this; returns what was sent to it, and what is left to read.
    fn ask_of(said: &[u8]) -> (Result<Vec<u8>, String>, Vec<u8>) {
        Builder::new_current_thread().build().unwrap().block_on(async {
            let (ours, mut theirs) = tokio::io::duplex(64 << 10);
            theirs.write_all(said).await.unwrap();
            let asked = ask("imap.example.com", ours).await;
            let asked = match asked {
                Ok(mut stream) => {
                    theirs.shutdown().await.unwrap();
                    let mut rest = Vec::new();
                    stream.read_to_end(&mut rest).await.unwrap();
                    Ok(rest)
                }
                Err(error) => Err(error.to_string()),
            };
            let mut sent = Vec::new();
            theirs.read_to_end(&mut sent).await.unwrap();
            (asked, sent)
        })
    }

    #[test]
    fn nothing_but_the_command_is_sent_and_nothing_behind_the_answer_is_read() {
        let said = b"* OK [CAPABILITY IMAP4rev1] hi\r\n* OK hm\r\ntls OK go\r\n* CAPABILITY X\r\n";
        let (rest, sent) = ask_of(said);
        assert_eq!(rest.unwrap(), b"* CAPABILITY X\r\n", "TLS fails on what was put there");
        assert_eq!(sent, COMMAND);
    }

    #[test]
    fn net_43_a_server_that_does_not_turn_to_tls_gets_no_login() {
        let endless = b"* OK hi\r\n".repeat(100);
        let long = vec![b'a'; MAX_LINE_BYTES + 1];
        for (said, reason) in [
            (&b"* OK hi\r\ntls NO not here\r\n"[..], "STARTTLS"),
            (b"* OK hi\r\ntls BAD what\r\n", "STARTTLS"),
            (b"* PREAUTH hi\r\n", "refuses"),
            (b"* BYE full\r\n", "refuses"),
            (b"220 mail.example.com ESMTP\r\n", "refuses"),
            (&endless, "more than it was asked for"),
            (&long, "broke"),
        ] {
            let (asked, sent) = ask_of(said);
            let error = asked.unwrap_err();
            assert!(error.contains(reason), "{error}");
            assert!(sent.is_empty() || sent == COMMAND, "{sent:?}");
        }
    }
}
