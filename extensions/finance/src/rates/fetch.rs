//! Rates fetched from the European Central Bank, when a person asks for it.

use jiff::civil::Date;
use jiff::fmt::rfc2822;
use serde::Deserialize;
use spacedrive_sdk::prelude::*;

use super::{RatesKept, keep, kept, of_xml};

/// Server of the bank.
const SERVER: &str = "https://www.ecb.europa.eu";
/// Bytes of a file of rates: that of 90 days has fewer than 100 KB.
const MAX_BYTES: u64 = 1 << 20;
/// Days without a rate after which the newest one is said to be old: the bank states none on weekends and
/// holidays, of which there are four days around Easter.
const MAX_AGE_DAYS: i32 = 5;

/// Rates to be fetched.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FetchInput {
    /// Days of the file; left out: the last one.
    pub period: Period,
    /// URL of a server that has the files of the bank; left out: the bank's own.
    pub server: Option<String>,
}

/// Days that a file of the bank has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Period {
    /// The last day on which the bank states rates.
    #[default]
    #[serde(rename = "daily")]
    Daily,
    /// The last 90 days.
    #[serde(rename = "90-days")]
    Days90,
}

impl Period {
    const fn path(self) -> &'static str {
        match self {
            Self::Daily => "stats/eurofxref/eurofxref-daily.xml",
            Self::Days90 => "stats/eurofxref/eurofxref-hist-90d.xml",
        }
    }
}

/// Fetches rates, and keeps them beside those that are there.
///
/// # Errors
/// [`ErrorCode::Net`] for an answer that is not a file of rates; those of `http.request` and of the `vdfs`
/// operations. Each says which rates are there.
pub(crate) fn fetch(client: &SpacedriveClient, input: &FetchInput) -> Result<RatesKept> {
    let server = input.server.as_deref().unwrap_or(SERVER).trim_end_matches('/');
    let url = format!("{server}/{}", input.period.path());
    let (read, today) = match download(client, &url) {
        Ok((text, today)) => (of_xml(&text).unwrap_or_default(), today),
        Err(error) => return Err(error.context(not_fetched(client)?)),
    };
    if read.is_empty() {
        let message = format!("{}: the answer of {url} has no rates", not_fetched(client)?);
        return Err(Error::new(ErrorCode::Net, message));
    }
    let kept = keep(client, read)?;
    let note = kept.to.as_deref().zip(today).and_then(|(last, today)| note(last, today));
    Ok(RatesKept { note, ..kept })
}

/// Fetches a file, and the day of which the server says that it is today: a guest has no clock.
fn download(client: &SpacedriveClient, url: &str) -> Result<(String, Option<Date>)> {
    let answer = client.http().get(url).max_body_bytes(MAX_BYTES).send()?.error_for_status()?;
    let now = answer.header("date").and_then(|text| rfc2822::parse(text).ok());
    Ok((answer.text(), now.map(|now| now.date())))
}

/// Says that nothing was fetched, and which rates there are all the same.
fn not_fetched(client: &SpacedriveClient) -> Result<String> {
    Ok(match kept(client)?.keys().next_back() {
        Some(last) => format!("no exchange rates were fetched, those until {last} stay"),
        None => "no exchange rates were fetched, and there are none yet".to_owned(),
    })
}

/// Says that the newest rate is old; `None` where it is not.
fn note(last: &str, today: Date) -> Option<String> {
    let days = today.since(last.parse::<Date>().ok()?).ok()?.get_days();
    let is_old = days > MAX_AGE_DAYS;
    is_old
        .then(|| format!("the newest rates are {days} days old: the bank has published none since"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rates_that_a_holiday_does_not_explain_are_old() {
        let today = jiff::civil::date(2026, 4, 7);
        assert_eq!(note("2026-04-02", today), None, "the days around Easter");
        assert!(note("2026-04-01", today).unwrap().contains("6 days old"));
        assert!(note("2026-01-01", today).unwrap().contains("96 days old"));
        assert_eq!(note("2026-04-08", today), None);
    }
}
