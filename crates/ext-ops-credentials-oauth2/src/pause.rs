//! Pauses between renewals that fail: they grow, so that a provider in trouble is not asked all the time,
//! and end by themselves, so that its trouble ends no login.

use std::time::Duration;

use ext_services::credentials::{CredentialError, RenewalPause};

/// The first pause, and every one after a request that was not sent.
pub(crate) const FIRST: Duration = Duration::from_secs(1);

/// The longest pause without a word of the provider.
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// The longest pause that a provider may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(60 * 60);

/// Returns the next pause from `now`, in milliseconds since 1970: twice as long as the last one, or as
/// long as the provider asks.
pub(crate) fn next(last: Option<RenewalPause>, asked: Option<Duration>, now: i64) -> RenewalPause {
    let longer = last.map_or(FIRST, |last| Duration::from_millis(last.length.into()) * 2);
    let asked = asked.unwrap_or_default().min(LONGEST_ASKED);
    begin(longer.min(LONGEST).max(asked), now)
}

/// Returns the pause after a request that was not sent, which does not grow: when the network is back, the
/// login works.
pub(crate) fn short(now: i64) -> RenewalPause {
    begin(FIRST, now)
}

fn begin(length: Duration, now: i64) -> RenewalPause {
    let length = u32::try_from(length.as_millis()).unwrap_or(u32::MAX);
    RenewalPause { until: now.saturating_add(length.into()), length }
}

/// Checks that no pause is in force.
///
/// # Errors
/// [`CredentialError::Provider`] with the time that is left.
pub(crate) fn check(pause: Option<RenewalPause>, now: i64) -> Result<(), CredentialError> {
    let Some(pause) = pause else { return Ok(()) };
    match pause.until.checked_sub(now) {
        // A clock that was set back must not make it longer.
        Some(left) if left > 0 && left <= pause.length.into() => Err(CredentialError::Provider {
            reason: "the last attempt failed a moment ago".to_owned(),
            retry_after: u64::try_from(left).ok().map(Duration::from_millis),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let mut pause = None;
        let mut lengths = Vec::new();
        for _ in 0..12 {
            pause = Some(next(pause, None, 0));
            lengths.push(pause.map_or(0, |pause| pause.length));
        }
        assert_eq!(lengths[..4], [1000, 2000, 4000, 8000]);
        assert_eq!(lengths[11], 300_000);
        assert!(check(pause, 299_999).is_err());
        assert!(check(pause, 300_000).is_ok() && check(None, 0).is_ok());
    }

    #[test]
    fn a_provider_may_ask_for_longer_within_reason() {
        assert_eq!(next(None, Some(Duration::from_secs(7)), 0).length, 7000);
        assert_eq!(next(None, Some(Duration::MAX), 0).length, 3_600_000);
        assert_eq!(short(5), RenewalPause { until: 1005, length: 1000 });
    }

    #[test]
    fn a_clock_that_was_set_back_makes_no_pause_longer() {
        let pause = Some(RenewalPause { until: 1_000_000, length: 1000 });
        assert!(check(pause, 0).is_ok());
        assert!(check(pause, i64::MIN).is_ok());
    }
}
