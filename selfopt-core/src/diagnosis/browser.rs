//! Tests that need a browser.

use super::{Diagnosis, Red, diagnosis};
use crate::ports::Phase;

/// What the tools that drive browsers say when there is none.
const WORDS: [&str; 22] = [
    "Failed to launch the browser process",
    "Failed to launch chrome!",
    "Could not find Chrome (ver.",
    "Could not find Chromium (rev.",
    "Could not find browser revision",
    "Could not find expected browser (chrome)",
    "Tried to find the browser at the configured path",
    "browserType.launch: ",
    "Executable doesn't exist at ",
    "Please run the following command to download new browsers",
    "Host system is missing dependencies to run browsers",
    "No binary for Chrome",
    "No binary for Firefox",
    "Cannot start ChromeHeadless",
    "Please set env variable CHROME_BIN",
    "Missing X server or $DISPLAY",
    "No version of Cypress is installed in",
    "The cypress npm package is installed, but the Cypress binary is missing",
    "Your system is missing the dependency: Xvfb",
    "is not a browser alias",
    "Unable to obtain browser driver",
    "cannot find Chrome binary",
];

pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    if !matches!(red.step.phase, Phase::Test | Phase::Benchmark) {
        return None;
    }
    let line = red.find_any(&WORDS)?;
    Some(diagnosis(
        format!("`{}` needs a browser, and there is none", red.step.cmd),
        "name a command that runs the tests without one in selfopt.toml: `[commands]` `test = \"...\"`",
        line,
    ))
}
