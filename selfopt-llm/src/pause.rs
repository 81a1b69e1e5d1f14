//! Waiting between tries, as a port: tests wait for nothing.

use std::time::Duration;

use async_trait::async_trait;
use selfopt_core::digest::Digest;

/// Waits.
#[async_trait]
pub trait Pause: Send + Sync {
    /// Returns after this long.
    async fn wait(&self, duration: Duration);
}

/// Waits on the runtime's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemPause;

#[async_trait]
impl Pause for SystemPause {
    async fn wait(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// How often a call is tried, and how long is waited in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Tries, the first one too.
    pub tries: u32,
    /// The wait after the first; it doubles.
    pub first_wait: Duration,
    /// The longest wait. A provider that asks for more is not asked again.
    pub longest_wait: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { tries: 4, first_wait: Duration::from_secs(1), longest_wait: Duration::from_mins(1) }
    }
}

impl RetryPolicy {
    /// The wait after a try (from 1), at least what the provider asks for;
    /// `None` when that is too long or there is no further try. Up to a quarter
    /// is added, by the request's name, so that runs do not come back together.
    pub fn wait(&self, tried: u32, asked: Option<Duration>, request: &Digest) -> Option<Duration> {
        if tried >= self.tries || asked.is_some_and(|asked| asked > self.longest_wait) {
            return None;
        }
        let doubled = self.first_wait.saturating_mul(1 << tried.saturating_sub(1).min(16));
        let spread = u32::from_str_radix(request.prefix(4), 16).unwrap_or_default() % 256;
        let wait = doubled + doubled.saturating_mul(spread) / 1024;
        Some(wait.max(asked.unwrap_or_default()).min(self.longest_wait))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_heed_the_provider() {
        let policy = RetryPolicy::default();
        let request = Digest::of(b"request");
        let wait = |tried, asked| policy.wait(tried, asked, &request);
        let (first, second) = (wait(1, None).unwrap(), wait(2, None).unwrap());
        assert!(first >= Duration::from_secs(1) && first <= Duration::from_millis(1250));
        assert_eq!(second, first * 2);
        assert_eq!(wait(1, Some(Duration::from_secs(30))), Some(Duration::from_secs(30)));
        assert_eq!(wait(1, Some(Duration::from_secs(61))), None);
        assert_eq!(wait(4, None), None);
    }
}
