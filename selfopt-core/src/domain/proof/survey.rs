//! How each function of a project could be judged, before anyone changes it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::equivalence::FunctionEquivalence;
use super::function::{Judged, TouchedFunction};

/// All functions of a project, each compared with itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Survey {
    /// The functions, in the order of files and lines.
    pub functions: Vec<SurveyedFunction>,
    /// What recording costs the tests; absent when it was not asked for.
    pub overhead: Option<Overhead>,
}

/// One function, compared with itself as a candidate would be with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SurveyedFunction {
    /// The function; its number is that in the survey.
    pub function: TouchedFunction,
    /// Functions inside of it that are judged with it.
    pub inside: u64,
    /// What was seen of it, by source of calls and way.
    pub compared: Vec<FunctionEquivalence>,
}

/// CPU time of runs of the tests, in microseconds, in the order in which they
/// were made: plain and recording by turns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overhead {
    /// Without a recorder.
    pub plain_us: Vec<u64>,
    /// With all functions of the survey recording.
    pub recording_us: Vec<u64>,
    /// Why it was not measured, if so.
    pub failed: Option<String>,
}

/// How a function can be judged, all said and done.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// On copies of recorded inputs.
    Detached,
    /// Beside the base, on live inputs.
    InPlace,
    /// Not at all, although it may be called.
    NotAtAll,
    /// No call of it was seen.
    NotCalled,
}

/// How many of the seen calls can be judged which way. Of calls, a sample is
/// looked at; the others are shared out as those were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallShares {
    /// On copies.
    pub detached: u64,
    /// Beside the base.
    pub in_place: u64,
    /// Not at all.
    pub not_at_all: u64,
}

impl SurveyedFunction {
    /// Calls that were seen.
    pub fn seen(&self) -> u64 {
        self.compared.iter().map(|one| one.seen).max().unwrap_or_default()
    }

    /// How its calls can be judged.
    pub fn calls(&self) -> CallShares {
        let seen = self.seen();
        let detached = self
            .compared
            .iter()
            .filter(|one| !one.in_place)
            .map(|one| {
                let lost: u64 = one.not_copyable.values().sum();
                let agreed = one.replayed.as_ref().map_or(0, |replayed| replayed.agreed);
                share(one.seen.saturating_sub(lost), agreed, one.kept)
            })
            .max()
            .unwrap_or_default();
        let left = seen.saturating_sub(detached);
        let in_place = self
            .compared
            .iter()
            .filter(|one| one.in_place)
            .filter_map(|one| one.replayed.as_ref())
            .map(|replayed| {
                let mute: u64 = replayed.undecidable.values().sum();
                share(left, replayed.agreed, replayed.calls.max(replayed.agreed + mute))
            })
            .max()
            .unwrap_or_default();
        CallShares { detached, in_place, not_at_all: left.saturating_sub(in_place) }
    }

    /// How it can be judged: the best way that at least one call has.
    pub fn way(&self) -> Way {
        let calls = self.calls();
        match self.function.judged {
            _ if calls.detached > 0 => Way::Detached,
            _ if calls.in_place > 0 => Way::InPlace,
            Judged::NotAtAll { .. } => Way::NotAtAll,
            _ if self.seen() == 0 => Way::NotCalled,
            _ => Way::NotAtAll,
        }
    }

    /// Why it cannot be judged on copies, or on some of its calls, with the
    /// number of calls where that is known.
    pub fn reasons(&self) -> BTreeMap<String, u64> {
        let mut reasons = BTreeMap::new();
        let mut count = |reason: String, n: u64| *reasons.entry(reason).or_insert(0) += n;
        match &self.function.judged {
            Judged::Detached => {}
            Judged::InPlace { why } | Judged::NotAtAll { why } => count(why.clone(), 0),
        }
        for one in &self.compared {
            for (reason, n) in &one.not_copyable {
                count(format!("cannot be copied: {reason}"), *n);
            }
            if let Some(failed) = &one.failed {
                count(failed.clone(), 0);
            }
            let Some(replayed) = &one.replayed else { continue };
            for (reason, n) in &replayed.undecidable {
                count(format!("cannot be compared: {reason}"), *n);
            }
            if replayed.nondeterministic > 0 {
                count("does otherwise the second time".into(), replayed.nondeterministic);
            }
            if let Some(difference) = &replayed.difference {
                count(format!("differs from itself at {}", difference.path), 0);
            }
        }
        let nothing_seen = self.seen() == 0;
        for one in self.compared.iter().filter(|one| one.in_place || nothing_seen) {
            if let Some(why) = &one.unseen {
                count(why.clause(&one.provenance), 0);
            }
        }
        reasons
    }
}

/// The part of `all` that `some` is of `of`.
fn share(all: u64, some: u64, of: u64) -> u64 {
    if of == 0 {
        return 0;
    }
    let exact = u128::from(all) * u128::from(some.min(of)) / u128::from(of);
    u64::try_from(exact).unwrap_or(u64::MAX)
}

impl Overhead {
    /// CPU time of recording runs to that of plain ones, the medians.
    pub fn ratio(&self) -> Option<f64> {
        let (plain, recording) = (median(&self.plain_us)?, median(&self.recording_us)?);
        #[expect(clippy::cast_precision_loss, reason = "microseconds of a test run")]
        let ratio = recording as f64 / plain as f64;
        (plain > 0).then_some(ratio)
    }
}

fn median(values: &[u64]) -> Option<u64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::super::equivalence::Replayed;
    use super::super::unseen::Unseen;
    use super::super::workload::{Provenance, Sizes};
    use super::*;

    fn entry(in_place: bool, seen: u64, kept: u64, agreed: u64) -> FunctionEquivalence {
        FunctionEquivalence {
            function: 0,
            provenance: Provenance::Tests,
            in_place,
            seen,
            unseen: (seen == 0).then_some(Unseen::NotCalled),
            kept,
            not_copyable: BTreeMap::new(),
            elements: Sizes::default(),
            replayed: Some(Replayed { calls: kept, agreed, ..Replayed::default() }),
            failed: None,
        }
    }

    fn surveyed(judged: Judged, compared: Vec<FunctionEquivalence>) -> SurveyedFunction {
        let function = super::super::function::TouchedFunction {
            id: 0,
            path: "src/a.js".into(),
            name: "f".into(),
            line: 1,
            judged,
        };
        SurveyedFunction { function, inside: 0, compared }
    }

    #[test]
    fn calls_are_shared_out_as_those_that_were_looked_at() {
        let mut copies = entry(false, 1000, 20, 10);
        copies.not_copyable.insert("function".into(), 200);
        let mut live = entry(true, 1000, 100, 90);
        if let Some(replayed) = &mut live.replayed {
            replayed.undecidable.insert("proxy".into(), 10);
        }
        let one = surveyed(Judged::Detached, vec![copies, live]);
        // 800 can be copied, half of them agree; nine tenths of the others do.
        let shares = CallShares { detached: 400, in_place: 540, not_at_all: 60 };
        assert_eq!((one.calls(), one.way()), (shares, Way::Detached));
        let reasons = one.reasons();
        assert_eq!(reasons["cannot be copied: function"], 200);
        assert_eq!(reasons["cannot be compared: proxy"], 10);
    }

    #[test]
    fn a_way_is_that_of_the_calls() {
        let in_place = || Judged::InPlace { why: "its inputs cannot be copied (proxy)".into() };
        let live = surveyed(in_place(), vec![entry(true, 9, 9, 9)]);
        assert_eq!(live.way(), Way::InPlace);
        assert_eq!(live.reasons().len(), 1);
        let mute = surveyed(in_place(), vec![entry(true, 9, 9, 0)]);
        assert_eq!((mute.way(), mute.calls().not_at_all), (Way::NotAtAll, 9));
        let idle = surveyed(Judged::Detached, vec![entry(false, 0, 0, 0)]);
        assert_eq!(idle.way(), Way::NotCalled);
        assert!(idle.reasons().contains_key("the tests do not call it"));
        let mut unread = entry(true, 0, 0, 0);
        unread.unseen = Some(Unseen::RunFailed { reason: "the tests ended".into() });
        let lost = surveyed(in_place(), vec![entry(false, 9, 0, 0), unread]);
        assert!(lost.reasons().contains_key("the tests ended"));
        let never = surveyed(Judged::NotAtAll { why: "constructor".into() }, Vec::new());
        assert_eq!(never.way(), Way::NotAtAll);
    }

    #[test]
    fn the_overhead_is_that_of_the_medians() {
        let overhead =
            Overhead { plain_us: vec![10, 11, 90], recording_us: vec![22, 1, 30], failed: None };
        assert_eq!(overhead.ratio(), Some(2.0));
        assert_eq!(Overhead::default().ratio(), None);
    }
}
