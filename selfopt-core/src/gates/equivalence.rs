//! Equivalence: both versions do the same on every recorded call, and on
//! variations inside of the recorded shapes.

use std::fmt::Write as _;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Gate, GateContext, GateInputs, names};
use crate::domain::{
    Counterexample, FunctionEquivalence, Judged, Origin, Replayed, TouchedFunction, Touches,
    Unseen, Verdict,
};
use crate::pipeline::RunError;

/// What the verdict depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EquivalenceInputs {
    /// The functions that the candidate changes; absent where no probe looks
    /// into them.
    pub touches: Option<Touches>,
    /// What is known of each, by source of calls.
    pub functions: Vec<FunctionEquivalence>,
}

impl EquivalenceInputs {
    /// Refuses a difference on a recorded call, or on a variation inside of
    /// the recorded shapes. What could not be compared is said.
    pub fn judge(&self) -> Verdict {
        let gate = names::EQUIVALENCE;
        let Some(touches) = &self.touches else {
            return Verdict::passed(gate, "not looked at: there is no probe");
        };
        let details =
            json!({ "touches": touches, "functions": self.functions, "notes": self.notes() });
        self.word(gate, touches).with_details(details)
    }

    fn word(&self, gate: &str, touches: &Touches) -> Verdict {
        for (function, replayed) in self.replayed() {
            let name = touches.function(function).map_or("a function", |one| one.name.as_str());
            let found = replayed.difference.as_ref().or(replayed.difference_inside.as_ref());
            if let Some(example) = found {
                return Verdict::refused(gate, differs(name, example)).would_flip(format!(
                    "a change after which `{name}` does the same on this input"
                ));
            }
        }
        let tally = self.tally();
        let not_compared: Vec<String> = touches
            .functions
            .iter()
            .filter(|function| !self.is_compared(function.id))
            .map(|function| match &function.judged {
                Judged::NotAtAll { why } => format!("`{}`: {why}", function.name),
                _ => format!("`{}`: {}", function.name, self.why_not(function.id)),
            })
            .chain(touches.outside.clone())
            .collect();
        if tally.calls == 0 {
            let why = if not_compared.is_empty() {
                "no function is changed".into()
            } else {
                not_compared.join("; ")
            };
            return Verdict::passed(gate, format!("nothing could be compared: {why}"));
        }
        let mut reason = format!(
            "{} recorded calls and {} of their variations agree",
            tally.calls, tally.variations
        );
        if !not_compared.is_empty() {
            let _ = write!(reason, "; not compared: {}", not_compared.join("; "));
        }
        Verdict::passed(gate, reason)
    }

    /// What was not done as it is done where nothing is in the way, a sentence
    /// each: functions that are not judged on copies of their inputs, and
    /// sources of calls that gave none.
    pub fn notes(&self) -> Vec<String> {
        let functions = self.touches.iter().flat_map(|touches| &touches.functions);
        functions.flat_map(|function| self.notes_on(function)).collect()
    }

    fn notes_on(&self, function: &TouchedFunction) -> Vec<String> {
        let name = &function.name;
        let (mut notes, known) = match &function.judged {
            Judged::Detached => (Vec::new(), None),
            Judged::InPlace { why } => {
                (vec![format!("`{name}` is judged in place: {why}")], Some(why))
            }
            Judged::NotAtAll { why } => (vec![format!("`{name}` is not judged: {why}")], Some(why)),
        };
        for one in self.functions.iter().filter(|one| one.function == function.id) {
            let from = &one.provenance;
            let unseen = one.unseen.as_ref().filter(|unseen| **unseen != Unseen::NotCalled);
            let why = one.failed.clone().or_else(|| Some(unseen?.clause(from)));
            let Some(why) = why.filter(|why| known != Some(why)) else { continue };
            let how = if one.in_place { " in place" } else { "" };
            notes.push(format!("no call of `{name}` from {from} is compared{how}: {why}"));
        }
        notes
    }

    /// How much agreed, over all functions.
    pub fn tally(&self) -> EquivalenceTally {
        self.replayed().fold(EquivalenceTally::default(), |sum, (_, replayed)| EquivalenceTally {
            calls: sum.calls + replayed.agreed,
            variations: sum.variations + replayed.inside.agreed,
            differs_outside: sum.differs_outside || replayed.difference_outside.is_some(),
            confuses_types: sum.confuses_types
                || replayed
                    .difference_outside
                    .as_ref()
                    .is_some_and(|example| example.origin == Origin::LookAlike),
        })
    }

    /// Whether every changed function was compared on at least one call.
    pub fn is_complete(&self) -> bool {
        self.touches.as_ref().is_some_and(|touches| {
            touches.outside.is_none()
                && !touches.functions.is_empty()
                && touches.functions.iter().all(|function| self.is_compared(function.id))
        })
    }

    fn is_compared(&self, function: u32) -> bool {
        self.replayed().any(|(id, replayed)| id == function && replayed.agreed > 0)
    }

    fn why_not(&self, function: u32) -> String {
        let of_it: Vec<_> = self.functions.iter().filter(|one| one.function == function).collect();
        let seen: u64 = of_it.iter().map(|one| one.seen).sum();
        if seen == 0 {
            let mut clauses: Vec<String> = Vec::new();
            for one in of_it {
                let unseen = one.unseen.as_ref().unwrap_or(&Unseen::NotCalled);
                let clause = unseen.clause(&one.provenance);
                if !clauses.contains(&clause) {
                    clauses.push(clause);
                }
            }
            return clauses.join("; ");
        }
        if let Some(why) = of_it.iter().find_map(|one| one.failed.as_ref()) {
            return format!("its calls were not compared: {why}");
        }
        let most = of_it
            .iter()
            .flat_map(|one| {
                let replayed = one.replayed.iter().flat_map(|replayed| &replayed.undecidable);
                one.not_copyable.iter().chain(replayed)
            })
            .max_by_key(|(_, n)| **n);
        match most {
            Some((reason, n)) => {
                format!("{n} of {seen} calls hold what cannot be copied ({reason})")
            }
            None => format!("none of {seen} calls could be replayed"),
        }
    }

    fn replayed(&self) -> impl Iterator<Item = (u32, &Replayed)> {
        self.functions.iter().filter_map(|one| Some((one.function, one.replayed.as_ref()?)))
    }
}

/// How much agreed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EquivalenceTally {
    /// Recorded calls on which both versions agree.
    pub calls: u64,
    /// Variations inside of the recorded shapes on which they agree.
    pub variations: u64,
    /// Whether they differ somewhere outside of the recorded shapes.
    pub differs_outside: bool,
    /// Whether one of the versions takes values of different types that look
    /// alike for the same there, and the other does not.
    pub confuses_types: bool,
}

fn differs(name: &str, example: &Counterexample) -> String {
    let Counterexample { input, base, candidate, path, .. } = example;
    let at = match path.as_str() {
        "" | "result" => String::new(),
        path => format!(" at `{path}`"),
    };
    let gives = if says_how_it_ended(base) { "" } else { "gives " };
    format!("`{name}{input}`: the base {gives}{base}, the candidate {candidate}{at}")
}

/// Whether an outcome has its verb with it, as in `throws RangeError("x")`.
fn says_how_it_ended(outcome: &str) -> bool {
    ["returns ", "throws ", "resolves to ", "rejects with ", "yields "]
        .iter()
        .any(|verb| outcome.starts_with(verb))
}

pub(super) struct EquivalenceGate;

#[async_trait]
impl Gate for EquivalenceGate {
    fn name(&self) -> &str {
        names::EQUIVALENCE
    }

    async fn evaluate(&self, ctx: &mut GateContext<'_>) -> Result<Verdict, RunError> {
        let inputs = match ctx.study() {
            Some((study, mut lab)) => {
                let functions = study.compare(&mut lab).await?;
                EquivalenceInputs { touches: Some(study.touches().clone()), functions }
            }
            None => EquivalenceInputs { touches: None, functions: Vec::new() },
        };
        Ok(ctx.judge(GateInputs::Equivalence(Box::new(inputs))))
    }
}

#[cfg(test)]
mod tests;
