//! What can be told apart on a machine.

use std::fmt::Write as _;

use selfopt_core::statistics::NoiseClass;
use selfopt_probe::machine::KernelNoise;

use super::noise::class;
use super::style::{BAD, BOLD, GOOD, WARNING, plural};
use crate::commands::noise::NoiseDocument;

/// For a terminal.
pub(crate) fn human(document: &NoiseDocument) -> String {
    let mut out = String::new();
    for kernel in &document.kernels {
        let style = match kernel.noise.class {
            NoiseClass::Good | NoiseClass::Fair => GOOD,
            NoiseClass::Noisy | NoiseClass::VeryNoisy => WARNING,
            NoiseClass::Unusable => BAD,
        };
        let _ = writeln!(
            out,
            "  {BOLD}{:<10}{BOLD:#} {style}{:<10}{style:#} identical code differs by {:>5.1} % (standard deviation of a pair); {}",
            kernel.kernel,
            class(&kernel.noise),
            kernel.noise.sigma.as_log() * 100.0,
            smallest(kernel),
        );
    }
    let _ = writeln!(out, "\n{}", accepted(document));
    let _ = writeln!(out, "{}", load(document));
    for advice in &document.advice {
        let _ = writeln!(out, "- {advice}");
    }
    out
}

/// For a comment or a job summary.
pub(crate) fn markdown(document: &NoiseDocument) -> String {
    let mut out = String::from(
        "| kernel | class | deviation of a pair | smallest gain that is proved | identical code accepted |\n|---|---|---|---|---|\n",
    );
    for kernel in &document.kernels {
        let _ = writeln!(
            out,
            "| {} | {} | {:.1} % | {} | {} of {} |",
            kernel.kernel,
            class(&kernel.noise),
            kernel.noise.sigma.as_log() * 100.0,
            smallest(kernel),
            kernel.false_accepts,
            kernel.trials,
        );
    }
    let _ = writeln!(out, "\n{}\n", load(document));
    for advice in &document.advice {
        let _ = writeln!(out, "- {advice}");
    }
    out
}

fn smallest(kernel: &KernelNoise) -> String {
    match kernel.smallest_gain_percent {
        Some(percent) => format!("gains from {percent} % are proved nine times out of ten"),
        None => "not even a gain of 50 % is proved reliably".to_owned(),
    }
}

fn accepted(document: &NoiseDocument) -> String {
    format!(
        "identical code was accepted in {} of {}",
        document.false_accepts,
        plural(document.trials as usize, "trial", "trials")
    )
}

fn load(document: &NoiseDocument) -> String {
    let [before, after] = document.load_milli.map(|milli| match milli {
        Some(milli) => format!("{}.{:02}", milli / 1000, milli % 1000 / 10),
        None => "unknown".to_owned(),
    });
    format!(
        "load {before} before and {after} after, {}, {} s of CPU time spent",
        plural(document.processors, "processor", "processors"),
        document.cpu_us / 1_000_000
    )
}
