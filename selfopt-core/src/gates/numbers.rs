//! A benchmark's figures in words.

use crate::statistics::{Decision, NoiseClass, Parameters};

/// "24.1 % less, at least 21.0 % (99.5 %, 10 pairs)".
pub(super) struct Numbers {
    gain: Option<f64>,
    lower_bound: Option<f64>,
    confidence: f64,
    pairs: usize,
    /// The gain that a proposal needs, in percent.
    pub(super) needed: f64,
}

impl Numbers {
    pub(super) fn of(decision: &Decision, parameters: &Parameters) -> Self {
        let look = decision.last_look();
        Self {
            gain: look.map(|look| look.hodges_lehmann.improvement() * 100.0),
            lower_bound: look
                .and_then(|look| look.lower_bound)
                .map(|bound| bound.improvement() * 100.0),
            confidence: (1.0 - parameters.alpha().as_f64()) * 100.0,
            pairs: decision.n_pairs,
            needed: parameters.min_improvement.as_f64() * 100.0,
        }
    }
}

impl std::fmt::Display for Numbers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.gain, self.lower_bound) {
            (Some(gain), Some(bound)) => write!(
                f,
                "gain {gain:.1} %, at least {bound:.1} % ({} pairs, confidence {:.1} %)",
                self.pairs, self.confidence
            ),
            (Some(gain), None) => write!(f, "gain {gain:.1} % ({} pairs)", self.pairs),
            (None, _) => write!(f, "{} pairs", self.pairs),
        }
    }
}

pub(super) fn noise_word(class: NoiseClass) -> &'static str {
    match class {
        NoiseClass::Good => "good",
        NoiseClass::Fair => "fair",
        NoiseClass::Noisy => "noisy",
        NoiseClass::VeryNoisy => "very noisy",
        NoiseClass::Unusable => "unusable",
    }
}
