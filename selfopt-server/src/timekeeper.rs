//! Schedules: which times are due, and the requests that they make. What is due
//! is worked out from the store alone, so that a server that was down, or
//! several at once, make neither fewer nor more runs.

use chrono::{DateTime, Datelike as _, Utc};
use croner::Cron;
use croner::errors::CronError;
use selfopt_core::{Clock, ServiceStore, StoreError, Timestamp};

/// The next times of a schedule after now.
pub(crate) fn next_times(
    cron: &str,
    now: Timestamp,
    count: usize,
) -> Result<Vec<Timestamp>, CronError> {
    let cron: Cron = cron.parse()?;
    // One that never comes, such as the 31st of February, is refused here.
    cron.find_next_occurrence(&utc(now), false)?;
    Ok(cron.iter_after(utc(now)).take(count).map(timestamp).collect())
}

/// The newest time of a schedule that is due: after `since`, and not after now.
/// Those missed before it make no run of their own.
fn due(cron: &str, since: Timestamp, now: Timestamp) -> Result<Option<Timestamp>, CronError> {
    let cron: Cron = cron.parse()?;
    let newest = cron.find_previous_occurrence(&utc(now), true)?;
    Ok(Some(timestamp(newest)).filter(|due| *due > since))
}

/// Asks for the runs that are due. How many it asked for.
pub(crate) async fn keep_time(
    store: &dyn ServiceStore,
    clock: &dyn Clock,
) -> Result<usize, StoreError> {
    let now = clock.now();
    let mut asked = 0;
    for schedule in store.schedules().await? {
        match due(&schedule.cron, schedule.since, now) {
            Ok(Some(due)) => {
                if let Some(request) = store.tick(schedule.repo, due).await? {
                    tracing::info!(repository = %schedule.repo, %request, "a run is due");
                    asked += 1;
                }
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(repository = %schedule.repo, %error, "the schedule cannot be read");
            }
        }
    }
    Ok(asked)
}

/// The calendar month in UTC: `2026-11`.
pub(crate) fn month(now: Timestamp) -> String {
    let now = utc(now);
    format!("{:04}-{:02}", now.year(), now.month())
}

fn utc(at: Timestamp) -> DateTime<Utc> {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn timestamp(at: DateTime<Utc>) -> Timestamp {
    Timestamp(u64::try_from(at.timestamp_millis()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use selfopt_core::{
        Millis, RepoSettingsStore as _, RepositorySettings, RepositoryStore as _, RequestOrigin,
        RunRequests as _,
    };
    use selfopt_store::SqliteStore;

    use super::*;

    const HOUR: u64 = 3_600_000;
    const DAY: u64 = 24 * HOUR;
    /// 2026-11-24 00:00 UTC.
    const MIDNIGHT: u64 = 1_795_478_400_000;

    #[test]
    fn the_next_times_follow_each_other() {
        let times = next_times("30 2 * * *", Timestamp(MIDNIGHT), 2).unwrap();
        let first = MIDNIGHT + 2 * HOUR + HOUR / 2;
        assert_eq!(times, [Timestamp(first), Timestamp(first + DAY)]);
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for cron in ["", "x", "61 * * * *", "* * *", "0 0 31 2 *"] {
            assert!(next_times(cron, Timestamp(MIDNIGHT), 1).is_err(), "{cron}");
        }
    }

    #[test]
    fn of_missed_times_the_newest_is_due_once() {
        let at = |hours| Timestamp(MIDNIGHT + hours * HOUR);
        let due = |since, now| due("0 2 * * *", since, now).unwrap();
        assert_eq!(due(at(0), at(1)), None);
        assert_eq!(due(at(0), at(2)), Some(at(2)));
        assert_eq!(due(at(2), at(3)), None);
        assert_eq!(due(at(0), at(3 * 24)), Some(at(2 * 24 + 2)));
    }

    /// A clock that is set.
    struct SetClock(AtomicU64);

    impl Clock for SetClock {
        fn now(&self) -> Timestamp {
            Timestamp(self.0.load(Ordering::Relaxed))
        }

        fn monotonic(&self) -> Millis {
            Millis(self.0.load(Ordering::Relaxed))
        }
    }

    #[tokio::test]
    async fn a_server_that_was_down_for_days_makes_one_run() {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(SetClock(AtomicU64::new(MIDNIGHT)));
        let open =
            || async { SqliteStore::open_with_clock(dir.path(), clock.clone()).await.unwrap() };
        let (store, other) = (open().await, open().await);
        let repo = store.repository("/a").await.unwrap();
        let nightly = Some("30 2 * * *".to_owned());
        let settings = RepositorySettings { schedule: nightly, ..RepositorySettings::default() };
        store.set_settings(repo, &settings).await.unwrap();
        assert_eq!(keep_time(&store, &*clock).await.unwrap(), 0);

        clock.0.store(MIDNIGHT + 3 * DAY, Ordering::Relaxed);
        let (one, two) = tokio::join!(keep_time(&store, &*clock), keep_time(&other, &*clock));
        assert_eq!(one.unwrap() + two.unwrap(), 1);
        // The clock was set back: what is kept is not kept again.
        clock.0.store(MIDNIGHT + DAY, Ordering::Relaxed);
        assert_eq!(keep_time(&store, &*clock).await.unwrap(), 0);
        let asked = store.run_requests(repo, None, 10).await.unwrap();
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].origin, RequestOrigin::Schedule);
    }

    #[test]
    fn a_month_is_that_of_utc() {
        assert_eq!(month(Timestamp(MIDNIGHT)), "2026-11");
        assert_eq!(month(Timestamp(0)), "1970-01");
    }
}
