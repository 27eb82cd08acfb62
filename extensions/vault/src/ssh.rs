//! Private keys of SSH, as far as their form can be checked without their passphrase.

use data_encoding::BASE64;
use spacedrive_sdk::{Error, Result};
use zeroize::Zeroizing;

/// The first line of PuTTY's keys.
const PUTTY: &str = "PuTTY-User-Key-File-";
/// How the bytes of OpenSSH's keys begin.
const OPENSSH: &[u8] = b"openssh-key-v1\0";
/// How a sequence of ASN.1 begins, which the older forms are.
const SEQUENCE: u8 = 0x30;

/// Checks that a text is a private key of OpenSSH, in PEM or of PuTTY.
///
/// # Errors
/// [`spacedrive_sdk::ErrorCode::BadInput`], without the text: it is secret.
pub(crate) fn check(text: &str) -> Result<()> {
    let text = text.trim();
    if is_public(text) {
        return Err(Error::bad_input(
            "this is a public key of SSH: the private one is in the file without `.pub`",
        ));
    }
    match text.starts_with(PUTTY) || is_pem(text) {
        true => Ok(()),
        false => Err(Error::bad_input(
            "this is not a private key of SSH: OpenSSH's, PEM and PuTTY's are supported",
        )),
    }
}

fn is_public(text: &str) -> bool {
    let names = ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"];
    let pem = text.starts_with("-----BEGIN ") && text.contains("PUBLIC KEY-----");
    names.iter().any(|name| text.starts_with(name)) || pem
}

fn is_pem(text: &str) -> bool {
    let parts = || {
        let (label, rest) = text.strip_prefix("-----BEGIN ")?.split_once("-----")?;
        let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
        Some((label, body))
    };
    let Some((label, body)) = parts().filter(|(label, _)| label.ends_with("PRIVATE KEY")) else {
        return false;
    };
    // Older keys with a passphrase have heads, and bytes that are encrypted as a whole.
    let is_encrypted = body.contains("Proc-Type:");
    let lines = body.lines().filter(|line| !line.contains(':'));
    let text: Zeroizing<String> = Zeroizing::new(lines.flat_map(str::split_whitespace).collect());
    let Ok(bytes) = BASE64.decode(text.as_bytes()).map(Zeroizing::new) else { return false };
    match label {
        "OPENSSH PRIVATE KEY" => bytes.starts_with(OPENSSH),
        _ if is_encrypted => !bytes.is_empty(),
        _ => bytes.first() == Some(&SEQUENCE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pem(label: &str, body: &str) -> String {
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
    }

    #[test]
    fn private_keys_are_taken_by_their_form_and_nothing_else_is() {
        let openssh = BASE64.encode(b"openssh-key-v1\0none and so on");
        let der = BASE64.encode(&[SEQUENCE, 3, 2, 1, 0]);
        let encrypted = format!("Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n{der}");
        for key in [
            pem("OPENSSH PRIVATE KEY", &openssh),
            pem("RSA PRIVATE KEY", &der),
            pem("RSA PRIVATE KEY", &encrypted),
            pem("PRIVATE KEY", &format!("{}\r\n{}", &der[..4], &der[4..])),
            format!("{PUTTY}3: ssh-ed25519\nEncryption: none"),
        ] {
            check(&key).unwrap();
        }
        for text in [
            "".to_owned(),
            "key-canary".to_owned(),
            pem("OPENSSH PRIVATE KEY", &der),
            pem("OPENSSH PRIVATE KEY", "not base64"),
            pem("PRIVATE KEY", ""),
            pem("CERTIFICATE", &der),
            openssh,
            "-----BEGIN PRIVATE KEY-----\nMAM=".to_owned(),
        ] {
            let error = check(&text).unwrap_err();
            assert!(error.message().contains("not a private key"), "{text}: {error}");
            assert!(!error.message().contains("canary"), "{error}");
        }
        for public in ["ssh-ed25519 AAAA a@b", "ecdsa-sha2-nistp256 AAAA", &pem("PUBLIC KEY", &der)]
        {
            assert!(check(public).unwrap_err().message().contains("public"), "{public}");
        }
    }
}
