//! The input on which a candidate does other than the base.

use selfopt_core::gates::names;
use selfopt_core::{Counterexample, FunctionEquivalence, Origin, Touches, Verdict};

/// A difference that a verdict is based on.
#[derive(Debug, Clone)]
pub(super) struct Difference {
    function: String,
    example: Counterexample,
}

/// The difference that a verdict of the gate `equivalence` rejects for.
pub(super) fn counterexample(verdict: &Verdict) -> Option<Difference> {
    if verdict.gate != names::EQUIVALENCE {
        return None;
    }
    let part = |name: &str| verdict.details.get(name).cloned();
    let touches: Touches = serde_json::from_value(part("touches")?).ok()?;
    let compared: Vec<FunctionEquivalence> = serde_json::from_value(part("functions")?).ok()?;
    compared.iter().find_map(|one| {
        let replayed = one.replayed.as_ref()?;
        let example = replayed.difference.as_ref().or(replayed.difference_inside.as_ref())?;
        let function = touches.function(one.function).map_or("a function", |one| &one.name);
        Some(Difference { function: function.to_owned(), example: example.clone() })
    })
}

impl Difference {
    /// The input and both outcomes, each with a word for what it is.
    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let Counterexample { input, base, candidate, path, origin, call } = &self.example;
        let from = match origin {
            Origin::Recorded => format!("recorded call {}", call + 1),
            Origin::Variation => format!("a variation of recorded call {}", call + 1),
            Origin::LookAlike => {
                format!(
                    "recorded call {} with a value of another type that looks the same",
                    call + 1
                )
            }
        };
        let mut lines = vec![
            ("input", format!("{}{input}", self.function)),
            ("base", base.clone()),
            ("candidate", candidate.clone()),
        ];
        if !path.is_empty() {
            lines.push(("differs at", path.clone()));
        }
        lines.push(("from", from));
        lines
    }
}
