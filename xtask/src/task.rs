//! Which task to run.

use anyhow::{Result, bail};

use crate::{calibrate, evidence, new_rule, setup, test, tidy};

const USAGE: &str = "\
usage: cargo xtask <task>

  setup                    install what the tests need and is missing
  test                     everything that continuous integration runs
  tidy                     check the house rules that the compiler does not know
  calibrate [--write]      simulate the benchmark gate and compare with its bounds;
                           `--write` stores the tables in docs/evidence/calibration.md
  evidence                 what takes longer than a test may: the calibration, written
                           to docs/evidence/, and the scanning benchmark
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
    /// Simulate the benchmark gate.
    Calibrate(calibrate::Output),
    /// Make the tables in docs/evidence/.
    Evidence,
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
            ["calibrate"] => Self::Calibrate(calibrate::Output::Print),
            ["calibrate", "--write"] => Self::Calibrate(calibrate::Output::PrintAndWrite),
            ["evidence"] => Self::Evidence,
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
            Self::Calibrate(output) => calibrate::run(output),
            Self::Evidence => evidence::run(),
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
        assert_eq!(parse("").unwrap(), Task::Help);
        let write = Task::Calibrate(calibrate::Output::PrintAndWrite);
        assert_eq!(parse("calibrate --write").unwrap(), write);
        assert!(matches!(parse("new-rule core/a-rule").unwrap(), Task::NewRule(_)));
    }

    #[test]
    fn anything_else_is_an_error() {
        for line in ["tidy now", "calibrate --wrote", "new-rule", "new-rule core", "dance"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
