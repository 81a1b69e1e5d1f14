//! What the A/A pairs say, in words.

use selfopt_core::Pairing;
use selfopt_core::statistics::{NoiseAssessment, NoiseClass, Readiness};

use super::style::{BAD, GOOD, WARNING, plural};

/// The class as people say it: `very noisy`.
pub(super) fn class(noise: &NoiseAssessment) -> &'static str {
    match noise.class {
        NoiseClass::Good => "good",
        NoiseClass::Fair => "fair",
        NoiseClass::Noisy => "noisy",
        NoiseClass::VeryNoisy => "very noisy",
        NoiseClass::Unusable => "unusable",
    }
}

/// Class and figures.
pub(super) fn words(noise: &NoiseAssessment) -> String {
    let detectable = noise
        .class
        .detectable()
        .map(|share| format!("; gains from about {:.0} % can be proved", share.as_f64() * 100.0))
        .unwrap_or_default();
    format!(
        "{}: identical code differs by {:.1} % (standard deviation of a pair, {}){detectable}",
        class(noise),
        noise.sigma.as_log() * 100.0,
        plural(noise.n_pairs, "pair", "pairs"),
    )
}

/// A step's line, marked by what the noise means for measuring.
pub(super) fn line(noise: &NoiseAssessment) -> String {
    let (style, mark) = match (noise.readiness(), noise.class) {
        (Readiness::Ready, NoiseClass::Good | NoiseClass::Fair) => (GOOD, "✓"),
        (Readiness::Ready, _) => (WARNING, "!"),
        _ => (BAD, "✗"),
    };
    format!("  {style}{mark}{style:#} {:<10} {}", "noise", words(noise))
}

/// How pairs are run.
pub(super) fn pairing(pairing: Pairing) -> String {
    match pairing {
        Pairing::BackToBack => "pairs run one after the other".to_owned(),
        Pairing::InTurns { turn_us } => {
            format!("pairs run in turns of {} ms", f64::from(turn_us) / 1000.0)
        }
    }
}
