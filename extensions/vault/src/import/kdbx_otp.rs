//! Seeds of one-time passwords in KeePass databases, in the form of each program.

use data_encoding::{BASE32_NOPAD, BASE64, HEXLOWER_PERMISSIVE};
use keepass::db::{Entry, fields};
use spacedrive_sdk::{Error, Result, wire::SecretText};
use url::form_urlencoded;

use crate::totp::{self, Parameters, Totp};

/// The fields of KeePass from 2.47 on: a seed in one of four codes, and its parameters.
const KEEPASS: [&str; 7] = [
    "TimeOtp-Secret",
    "TimeOtp-Secret-Hex",
    "TimeOtp-Secret-Base32",
    "TimeOtp-Secret-Base64",
    "TimeOtp-Length",
    "TimeOtp-Period",
    "TimeOtp-Algorithm",
];
/// The fields of older KeePassXC and of the plugin TrayTOTP: a seed, and `PERIOD;DIGITS`.
const TRAY: [&str; 2] = ["TOTP Seed", "TOTP Settings"];

/// The seed of an entry, and what else there is.
#[derive(Default)]
pub(super) struct Found {
    /// The seed with its parameters.
    pub(super) totp: Option<SecretText>,
    /// Names of the fields that say no more than `totp`.
    pub(super) used: Vec<&'static str>,
    /// Reasons for which other fields are no seed.
    pub(super) problems: Vec<Error>,
}

/// Reads the seed of an entry.
pub(super) fn read(entry: &Entry) -> Found {
    let forms: [(&[&'static str], Option<Result<SecretText>>); 3] =
        [(&[fields::OTP], of_otp(entry)), (&KEEPASS, of_keepass(entry)), (&TRAY, of_tray(entry))];
    let mut found = Found::default();
    for (names, read) in forms {
        match read {
            Some(Ok(totp)) if found.totp.as_ref().is_none_or(|other| is_same(other, &totp)) => {
                found.totp.get_or_insert(totp);
                found.used.extend(names);
            }
            // Another seed than the first: its fields stay as they are.
            Some(Ok(_)) | None => {}
            Some(Err(error)) => found.problems.push(error),
        }
    }
    found
}

fn is_same(one: &SecretText, other: &SecretText) -> bool {
    let [one, other] = [one, other].map(|totp| Totp::parse(totp.expose()).ok());
    one == other
}

/// Tells whether a field is a part of a seed.
pub(super) fn is_part(name: &str) -> bool {
    name == fields::OTP || KEEPASS.contains(&name) || TRAY.contains(&name)
}

/// Returns the text of a field that is not empty.
fn text<'e>(entry: &'e Entry, name: &str) -> Option<&'e str> {
    entry.get(name).map(str::trim).filter(|text| !text.is_empty())
}

/// Reads the field of KeePassXC, an `otpauth:` URL; the plugin KeeOtp has `key=…&step=…&size=…` in it.
fn of_otp(entry: &Entry) -> Option<Result<SecretText>> {
    let text = text(entry, fields::OTP)?;
    if !text.starts_with("key=") {
        return Some(Totp::parse(text).map(|_| totp::of_url(text)));
    }
    let pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).collect();
    let value = |name: &str| {
        let found = pairs.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_ref())
    };
    let parameters = Parameters {
        algorithm: value("otpHashMode"),
        digits: value("size"),
        period: value("step"),
    };
    Some(totp::with_parameters(value("key").unwrap_or_default(), parameters))
}

fn of_keepass(entry: &Entry) -> Option<Result<SecretText>> {
    let [plain, hex, base32, base64, digits, period, algorithm] =
        KEEPASS.map(|name| text(entry, name));
    let compact = |text: &str| text.split_whitespace().collect::<String>();
    let seed = match (base32, base64, hex, plain) {
        (Some(seed), ..) => Some(seed.to_owned()),
        (_, Some(seed), ..) => BASE64.decode(compact(seed).as_bytes()).ok().map(base32_of),
        (_, _, Some(seed), _) => {
            HEXLOWER_PERMISSIVE.decode(compact(seed).as_bytes()).ok().map(base32_of)
        }
        (.., Some(seed)) => Some(base32_of(seed.as_bytes().to_vec())),
        (None, None, None, None) => return None,
    };
    let parameters = Parameters { algorithm, digits, period };
    let unreadable = || Error::bad_input("the seed of the one-time password cannot be read");
    Some(seed.ok_or_else(unreadable).and_then(|seed| totp::with_parameters(&seed, parameters)))
}

#[expect(clippy::needless_pass_by_value, reason = "it is the end of a chain of owned bytes")]
fn base32_of(seed: Vec<u8>) -> String {
    BASE32_NOPAD.encode(&seed)
}

fn of_tray(entry: &Entry) -> Option<Result<SecretText>> {
    let [seed, settings] = TRAY.map(|name| text(entry, name));
    let mut settings = settings.unwrap_or_default().split(';').map(str::trim);
    let mut next = || settings.next().filter(|text| !text.is_empty());
    let (period, digits) = (next(), next());
    Some(totp::with_parameters(seed?, Parameters { algorithm: None, digits, period }))
}
