//! Which task to run.

use anyhow::{Result, bail};

use crate::{
    calibrate, detect_score, evidence, isolations, kernels, new_rule, runner_image, setup, test,
    tidy, wasm,
};

const USAGE: &str = "\
usage: cargo xtask <task>

  setup                    install what the tests need and is missing
  test                     everything that continuous integration runs
  tidy                     check the house rules that the compiler does not know
  runner-image             build the image of `--isolation docker`, if it is not there
  packs                    build the rule packs in plugins/packs, for `--packs-only`
  calibrate [--write]      simulate the benchmark gate and compare with its bounds;
                           `--write` stores the tables in docs/evidence/calibration.md
  evidence                 what takes longer than a test may: the calibration, written
                           to docs/evidence/, and the scanning benchmark
  evidence calibrate [--no-load] [--at-once <n>] [--program <selfopt>] [--only-tables]
                           candidates of known gain on this machine, every processor
                           busy: about an hour; goes on where it was stopped; tables in
                           docs/evidence/functions.md, `--only-tables` of what is there
  evidence isolations [--program <selfopt>]
                           the bundled example under bubblewrap and under Docker, which
                           must give the same proposals
  detect-score <dir> [<name>]
                           score detection on a folder of repositories with known
                           answers; with a name, show what is detected there
  new-rule <pack>/<id>     scaffold a rule: source file and rulebook page";

/// One task with its arguments.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Install what the tests need.
    Setup,
    /// Run all checks and tests.
    Test,
    /// Check the house rules.
    Tidy,
    /// Build the image of the Docker backend.
    RunnerImage,
    /// Build the official rule packs.
    Packs,
    /// Simulate the benchmark gate.
    Calibrate(calibrate::Output),
    /// Make the tables in docs/evidence/.
    Evidence,
    /// Candidates of known gain on this machine.
    CalibrateKernels(kernels::Request),
    /// The bundled example under two backends.
    CompareIsolations(isolations::Request),
    /// Score detection.
    DetectScore(detect_score::Request),
    /// Scaffold a rule.
    NewRule(new_rule::RuleId),
    /// Say what there is.
    Help,
}

impl Task {
    /// Reads the command line.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        Ok(match arguments.as_slice() {
            ["setup"] => Self::Setup,
            ["test"] => Self::Test,
            ["tidy"] => Self::Tidy,
            ["runner-image"] => Self::RunnerImage,
            ["packs"] => Self::Packs,
            ["calibrate"] => Self::Calibrate(calibrate::Output::Print),
            ["calibrate", "--write"] => Self::Calibrate(calibrate::Output::PrintAndWrite),
            ["evidence"] => Self::Evidence,
            ["evidence", "calibrate", options @ ..] => {
                Self::CalibrateKernels(kernels::Request::parse(options)?)
            }
            ["evidence", "isolations", options @ ..] => {
                Self::CompareIsolations(isolations::Request::parse(options)?)
            }
            ["detect-score", dir] => {
                Self::DetectScore(detect_score::Request { dir: (*dir).to_owned(), name: None })
            }
            ["detect-score", dir, name] => Self::DetectScore(detect_score::Request {
                dir: (*dir).to_owned(),
                name: Some((*name).to_owned()),
            }),
            ["new-rule", id] => Self::NewRule(id.parse()?),
            [] | ["help" | "--help" | "-h"] => Self::Help,
            other => bail!("unknown task `{}`\n\n{USAGE}", other.join(" ")),
        })
    }

    /// Does it.
    pub(crate) fn run(self) -> Result<()> {
        match self {
            Self::Setup => setup::run(),
            Self::Test => test::run(),
            Self::Tidy => tidy::run(),
            Self::RunnerImage => runner_image::run(),
            Self::Packs => wasm::build_packs(),
            Self::Calibrate(output) => calibrate::run(output),
            Self::Evidence => evidence::run(),
            Self::CalibrateKernels(request) => kernels::run(&request),
            Self::CompareIsolations(request) => isolations::run(&request),
            Self::DetectScore(request) => detect_score::run(&request),
            Self::NewRule(id) => new_rule::run(&id),
            Self::Help => {
                println!("{USAGE}");
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Task> {
        let arguments: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
        Task::parse(&arguments)
    }

    #[test]
    fn tasks_are_recognised() {
        assert_eq!(parse("tidy").unwrap(), Task::Tidy);
        assert_eq!(parse("packs").unwrap(), Task::Packs);
        assert_eq!(parse("runner-image").unwrap(), Task::RunnerImage);
        assert_eq!(parse("").unwrap(), Task::Help);
        let write = Task::Calibrate(calibrate::Output::PrintAndWrite);
        assert_eq!(parse("calibrate --write").unwrap(), write);
        let kernels = kernels::Request { is_loaded: false, at_once: 2, ..Default::default() };
        let line = "evidence calibrate --no-load --at-once 2";
        assert_eq!(parse(line).unwrap(), Task::CalibrateKernels(kernels));
        let score = |name: Option<&str>| {
            let name = name.map(str::to_owned);
            Task::DetectScore(detect_score::Request { dir: "corpus".into(), name })
        };
        assert_eq!(parse("detect-score corpus").unwrap(), score(None));
        assert_eq!(parse("detect-score corpus x").unwrap(), score(Some("x")));
        assert!(matches!(parse("new-rule core/a-rule").unwrap(), Task::NewRule(_)));
    }

    #[test]
    fn anything_else_is_an_error() {
        for line in
            ["tidy now", "calibrate --wrote", "detect-score", "new-rule", "new-rule core", "dance"]
        {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
