//! What an answer says about asking again.

use http::{HeaderMap, StatusCode};
use selfopt_core::{Millis, Timestamp};

/// GitHub's advice where a secondary limit comes without a time: a minute,
/// then longer.
const MINUTE: Millis = Millis::from_secs(60);

/// The first wait after a failure of GitHub's own.
const SECOND: Millis = Millis::from_secs(1);

/// What to do with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Advice {
    /// It is the answer.
    Take,
    /// Ask again after this long: a rate limit. Nothing was done.
    Limited(Millis),
    /// Ask again after this long: GitHub failed, and may have done it.
    Failed(Millis),
}

/// Reads status, headers and message. `tries` were made before this one.
pub(crate) fn advice(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    tries: u32,
    now: Timestamp,
) -> Advice {
    if status.is_server_error() {
        let wait = number(headers, "retry-after").map_or(growing(SECOND, tries), Millis::from_secs);
        return Advice::Failed(wait);
    }
    if status != StatusCode::FORBIDDEN && status != StatusCode::TOO_MANY_REQUESTS {
        return Advice::Take;
    }
    if let Some(seconds) = number(headers, "retry-after") {
        return Advice::Limited(Millis(seconds.saturating_mul(1000)));
    }
    if number(headers, "x-ratelimit-remaining") == Some(0)
        && let Some(reset) = number(headers, "x-ratelimit-reset")
    {
        // A second more, since the reset is told in whole seconds.
        let at = reset.saturating_add(1).saturating_mul(1000);
        return Advice::Limited(Millis(at.saturating_sub(now.0)));
    }
    let text = String::from_utf8_lossy(&body[..body.len().min(2000)]).to_ascii_lowercase();
    if status == StatusCode::TOO_MANY_REQUESTS || text.contains("rate limit") {
        return Advice::Limited(growing(MINUTE, tries));
    }
    Advice::Take
}

/// The wait after no answer at all.
pub(crate) fn after_silence(tries: u32) -> Millis {
    growing(SECOND, tries)
}

fn growing(first: Millis, tries: u32) -> Millis {
    Millis(first.0.saturating_mul(1 << tries.min(10)))
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn judged(status: u16, headers: &[(&'static str, &str)], body: &str, tries: u32) -> Advice {
        let headers = headers.iter().map(|(name, value)| {
            (http::HeaderName::from_static(name), value.parse().expect("a value"))
        });
        let headers: HeaderMap = headers.collect();
        let status = StatusCode::from_u16(status).expect("a status");
        advice(status, &headers, body.as_bytes(), tries, NOW)
    }

    #[test]
    fn a_limit_says_how_long() {
        let limited = |seconds| Advice::Limited(Millis::from_secs(seconds));
        assert_eq!(judged(429, &[("retry-after", "7")], "", 0), limited(7));
        assert_eq!(judged(403, &[("retry-after", "7")], "", 3), limited(7));
        let spent = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1030")];
        assert_eq!(judged(403, &spent, "", 0), limited(31));
        let past = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "12")];
        assert_eq!(judged(403, &past, "", 0), limited(0));
        let secondary = "You have exceeded a secondary rate limit";
        assert_eq!(judged(403, &[], secondary, 0), limited(60));
        assert_eq!(judged(403, &[], secondary, 2), limited(240));
        assert_eq!(judged(429, &[("retry-after", "soon")], "", 1), limited(120));
    }

    #[test]
    fn a_refusal_is_an_answer() {
        let plain = "Resource not accessible by integration";
        assert_eq!(judged(403, &[("x-ratelimit-remaining", "17")], plain, 0), Advice::Take);
        assert_eq!(judged(404, &[("retry-after", "7")], "", 0), Advice::Take);
        assert_eq!(judged(200, &[("x-ratelimit-remaining", "0")], "rate limit", 0), Advice::Take);
    }

    #[test]
    fn failures_are_repeated_later_and_later() {
        assert_eq!(judged(502, &[], "", 0), Advice::Failed(Millis::from_secs(1)));
        assert_eq!(judged(500, &[], "", 2), Advice::Failed(Millis::from_secs(4)));
        assert_eq!(
            judged(503, &[("retry-after", "9")], "", 2),
            Advice::Failed(Millis::from_secs(9))
        );
    }
}
