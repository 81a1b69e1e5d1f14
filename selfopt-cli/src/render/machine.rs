//! What can be told apart on a machine.

use std::fmt::Write as _;

use selfopt_core::statistics::NoiseClass;
use selfopt_probe::machine::KernelNoise;

use super::grid::table;
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
    let accepted = format!("{} accepted", candidate(document.gain_percent));
    let header =
        ["kernel", "class", "deviation of a pair", "smallest gain that is proved", &accepted];
    let rows = document.kernels.iter().map(|kernel| {
        [
            kernel.kernel.clone(),
            class(&kernel.noise).to_owned(),
            format!("{:.1} %", kernel.noise.sigma.as_log() * 100.0),
            smallest(kernel),
            format!("{} of {}", kernel.accepted, kernel.trials),
        ]
    });
    let mut out = table(header, rows);
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

/// What is put to the test: `identical code`.
pub(crate) fn candidate(gain_percent: u32) -> String {
    match gain_percent {
        0 => "identical code".to_owned(),
        percent => format!("{percent} % less work"),
    }
}

fn accepted(document: &NoiseDocument) -> String {
    format!(
        "{} was accepted in {} of {}",
        candidate(document.gain_percent),
        document.accepted,
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
