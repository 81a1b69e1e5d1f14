//! Every decision of a proxy, added up by host, port and what became of it:
//! in an order that does not depend on time, and never longer than allowed.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use selfopt_core::{Bytes, HostDecision, HostUse, Millis};

/// Hosts are few; whoever asks for more only writes into the log.
const MAX_ROWS: usize = 200;
/// As long as a name can be.
const MAX_HOST: usize = 255;

type Key = (String, u16, HostDecision);

/// The log of one proxy.
#[derive(Debug, Default)]
pub(super) struct Log {
    rows: Mutex<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    by_key: BTreeMap<Key, Totals>,
    more: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    requests: u64,
    traffic: Traffic,
}

/// What went through one tunnel.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Traffic {
    pub sent: u64,
    pub received: u64,
    pub duration: Duration,
}

impl Log {
    /// Adds a request that ended.
    pub(super) fn add(&self, host: &str, port: u16, decision: HostDecision, traffic: Traffic) {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (printable(host), port, decision);
        if rows.by_key.len() >= MAX_ROWS && !rows.by_key.contains_key(&key) {
            rows.more += 1;
            return;
        }
        let totals = rows.by_key.entry(key).or_default();
        totals.requests += 1;
        totals.traffic.sent = totals.traffic.sent.saturating_add(traffic.sent);
        totals.traffic.received = totals.traffic.received.saturating_add(traffic.received);
        totals.traffic.duration = totals.traffic.duration.saturating_add(traffic.duration);
    }

    /// The rows, sorted, and how many requests found no room in them.
    pub(super) fn rows(&self) -> (Vec<HostUse>, u64) {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let hosts = rows.by_key.iter().map(|((host, port, decision), totals)| HostUse {
            host: host.clone(),
            port: *port,
            decision: decision.clone(),
            requests: totals.requests,
            sent: Bytes(totals.traffic.sent),
            received: Bytes(totals.traffic.received),
            duration: Millis(
                u64::try_from(totals.traffic.duration.as_millis()).unwrap_or(u64::MAX),
            ),
        });
        (hosts.collect(), rows.more)
    }
}

/// What was asked for may be anything.
fn printable(host: &str) -> String {
    host.chars().filter(char::is_ascii_graphic).take(MAX_HOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_added_up_sorted_and_bounded() {
        let log = Log::default();
        let one = Traffic { sent: 1, received: 2, duration: Duration::from_millis(3) };
        log.add("b.example", 443, HostDecision::Allowed, one);
        log.add("a.example\u{1b}[2J\n", 443, HostDecision::NotListed, Traffic::default());
        log.add("b.example", 443, HostDecision::Allowed, one);
        let (rows, more) = log.rows();
        assert_eq!(more, 0);
        let short: Vec<_> =
            rows.iter().map(|row| (row.host.as_str(), row.requests, row.sent.0)).collect();
        assert_eq!(short, [("a.example[2J", 1, 0), ("b.example", 2, 2)]);
        for n in 0..1000 {
            log.add(&format!("{n}.example"), 443, HostDecision::NotListed, Traffic::default());
        }
        let (rows, more) = log.rows();
        assert_eq!((rows.len(), more), (MAX_ROWS, 802));
    }
}
