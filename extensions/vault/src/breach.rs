//! Passwords that are known from breaches, by the service Pwned Passwords. The server gets five digits of
//! a hash, answers with all hashes that begin so, and learns no more (k-anonymity).

use std::collections::BTreeMap;

use data_encoding::HEXUPPER;
use sha1::{Digest, Sha1};
use spacedrive_sdk::prelude::*;

/// The server, unless the user names another one that speaks its protocol.
const SERVER: &str = "https://api.pwnedpasswords.com";
/// Digits of a hash that the server gets.
const PREFIX_DIGITS: usize = 5;

/// Hashes that begin alike, and how often each was found.
type Range = BTreeMap<String, u64>;

/// Returns for each password how often it was found in breaches, or why that is not known.
pub(crate) fn ask<'p>(
    client: &SpacedriveClient,
    server: Option<&str>,
    passwords: impl Iterator<Item = &'p str>,
) -> BTreeMap<&'p str, Result<u64>> {
    let server = server.unwrap_or(SERVER).trim_end_matches('/');
    let mut ranges: BTreeMap<String, Result<Range>> = BTreeMap::new();
    let mut answers = BTreeMap::new();
    for password in passwords {
        let hash = HEXUPPER.encode(&Sha1::digest(password.as_bytes()));
        let Some((prefix, rest)) = hash.split_at_checked(PREFIX_DIGITS) else { continue };
        let range =
            ranges.entry(prefix.to_owned()).or_insert_with(|| request(client, server, prefix));
        let answer = range.as_ref().map(|range| range.get(rest).copied().unwrap_or_default());
        answers.insert(password, answer.map_err(Clone::clone));
    }
    answers
}

fn request(client: &SpacedriveClient, server: &str, prefix: &str) -> Result<Range> {
    // Without padding the length of the answer tells which hashes were asked for.
    let request = client.http().get(format!("{server}/range/{prefix}"));
    let answer = request.header("Add-Padding", "true").send()?.error_for_status()?;
    let unknown = || Error::new(ErrorCode::Net, "the answer is not one of Pwned Passwords");
    read(&answer.text()).ok_or_else(unknown)
}

/// Reads lines such as `0018A45C4D1DEF81644B54AB7F969B88D65:3`. Those with 0 are padding.
fn read(text: &str) -> Option<Range> {
    let line = |line: &str| {
        let (hash, count) = line.trim().split_once(':')?;
        Some((hash.to_ascii_uppercase(), count.parse().ok()?))
    };
    text.lines().filter(|text| !text.trim().is_empty()).map(line).collect()
}
