//! Ids of what is made.

use std::time::{Duration, SystemTimeError, UNIX_EPOCH};

use uuid::{NoContext, Timestamp, Uuid};

/// Makes an id, which sorts behind those that this program made before. With a clock before 1970 it has
/// the time of 1970, where [`Uuid::now_v7`] panics.
///
/// ```
/// use ext_services::new_id;
///
/// assert!(new_id() < new_id());
/// ```
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place, which has looked at the clock"
)]
pub fn new_id() -> Uuid {
    if is_before_1970(&UNIX_EPOCH.elapsed()) { id_of_1970() } else { Uuid::now_v7() }
}

const fn is_before_1970(since: &Result<Duration, SystemTimeError>) -> bool {
    since.is_err()
}

fn id_of_1970() -> Uuid {
    Uuid::new_v7(Timestamp::from_unix(NoContext, 0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_before_1970_has_ids_as_well() {
        let before = UNIX_EPOCH - Duration::from_secs(60);
        assert!(is_before_1970(&before.duration_since(UNIX_EPOCH).map(|_| Duration::ZERO)));
        let [one, two] = [id_of_1970(), id_of_1970()];
        assert_eq!((one.get_version_num(), one == two), (7, false));
        assert!(one < new_id(), "the ids of a clock that is right come later");
    }
}
