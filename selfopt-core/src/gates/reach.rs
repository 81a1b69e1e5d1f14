//! Reach: the tests execute every changed line, or nothing can be said of it.

use std::fmt::Write as _;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Gate, GateContext, GateInputs, names};
use crate::config::Unreached;
use crate::domain::{Reach, ReachedLine, UNSEEN_PLACES, Verdict};
use crate::pipeline::RunError;

/// Lines named in a reason; the rest is counted.
const NAMED_LINES: usize = 5;

/// What the verdict depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReachInputs {
    /// What was measured; absent where no probe looks into functions.
    pub reach: Option<Reach>,
    /// What becomes of a candidate with an unreached line.
    pub unreached: Unreached,
}

impl ReachInputs {
    /// Whether it was measured which lines are reached.
    pub fn is_measured(&self) -> bool {
        self.reach.as_ref().is_some_and(|reach| reach.not_measured.is_none())
    }

    /// Refuses a changed line that no test executes.
    pub fn judge(&self) -> Verdict {
        let gate = names::REACH;
        let Some(reach) = &self.reach else {
            return Verdict::passed(gate, "not looked at: there is no probe");
        };
        if let Some(why) = &reach.not_measured {
            return Verdict::passed(gate, format!("not measured: {why}"));
        }
        let missed: Vec<&ReachedLine> = reach.lines.iter().filter(|line| !line.reached).collect();
        let details = json!({ "lines": reach.lines.len(), "unreached": missed });
        let Some(first) = missed.first() else {
            let reason = match reach.lines.len() {
                0 => "no changed line holds code that could be executed".to_owned(),
                1 => "the tests execute the changed line".to_owned(),
                n => format!("the tests execute all {n} changed lines"),
            };
            return Verdict::passed(gate, reason).with_details(details);
        };
        let mut reason = format!("no test reaches {}", named(&missed));
        let mut flip = format!("a test that executes {}:{}", first.path, first.line);
        if let Some(path) = reach.not_loaded.first() {
            let _ = write!(reason, ": the tests do not load `{path}`, or {UNSEEN_PLACES}");
            flip.push_str(", in a process of Node that keeps NODE_OPTIONS");
        }
        match self.unreached {
            Unreached::Refuse => Verdict::refused(gate, reason).would_flip(flip),
            Unreached::Report => Verdict::passed(gate, reason),
        }
        .with_details(details)
    }
}

fn named(lines: &[&ReachedLine]) -> String {
    let mut text = lines
        .iter()
        .take(NAMED_LINES)
        .map(|line| format!("{}:{}", line.path, line.line))
        .collect::<Vec<_>>()
        .join(", ");
    if lines.len() > NAMED_LINES {
        let _ = write!(text, " and {} more", lines.len() - NAMED_LINES);
    }
    text
}

pub(super) struct ReachGate;

#[async_trait]
impl Gate for ReachGate {
    fn name(&self) -> &str {
        names::REACH
    }

    async fn evaluate(&self, ctx: &mut GateContext<'_>) -> Result<Verdict, RunError> {
        let reach = match ctx.study() {
            Some((study, mut lab)) => Some(study.reach(&mut lab).await?),
            None => None,
        };
        let inputs = ReachInputs { reach, unreached: ctx.config().proof.unreached };
        Ok(ctx.judge(GateInputs::Reach(inputs)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::VerdictOutcome;

    fn line(line: u32, reached: bool) -> ReachedLine {
        ReachedLine { path: "src/a.js".into(), line, reached }
    }

    fn judge(lines: Vec<ReachedLine>, unreached: Unreached) -> Verdict {
        let reach = Some(Reach { lines, ..Reach::default() });
        ReachInputs { reach, unreached }.judge()
    }

    #[test]
    fn an_unreached_line_is_named() {
        let verdict = judge(vec![line(3, true), line(4, false)], Unreached::Refuse);
        assert_eq!(verdict.outcome, VerdictOutcome::Refused);
        assert_eq!(verdict.reason, "no test reaches src/a.js:4");
        assert_eq!(verdict.would_flip.as_deref(), Some("a test that executes src/a.js:4"));
    }

    #[test]
    fn a_file_that_nobody_saw_loaded_is_named() {
        let not_loaded = vec!["src/a.js".to_owned()];
        let reach = Reach { lines: vec![line(4, false)], not_loaded, not_measured: None };
        let verdict = ReachInputs { reach: Some(reach), unreached: Unreached::Refuse }.judge();
        let says = "no test reaches src/a.js:4: the tests do not load `src/a.js`, or where it is";
        assert!(verdict.reason.starts_with(says), "{}", verdict.reason);
        assert!(verdict.would_flip.is_some_and(|flip| flip.contains("NODE_OPTIONS")));
    }

    #[test]
    fn a_setting_makes_it_a_report() {
        let verdict = judge(vec![line(4, false)], Unreached::Report);
        assert_eq!(verdict.outcome, VerdictOutcome::Passed);
        assert_eq!(verdict.reason, "no test reaches src/a.js:4");
    }

    #[test]
    fn many_lines_are_counted() {
        let verdict = judge((1..=8).map(|n| line(n, false)).collect(), Unreached::Refuse);
        assert!(verdict.reason.ends_with("src/a.js:5 and 3 more"), "{}", verdict.reason);
    }
}
