//! Judges answers and adds them up.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use selfopt_core::{Phase, Project};
use serde_json::Value;

use super::commands::{is_looser_install, normal};

/// How an answer compares with the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// The answer is the truth.
    Exact,
    /// The answer is one of those that are accepted.
    Acceptable,
    /// No answer, and there is none.
    Abstained,
    /// No answer, and there is one.
    Miss,
    /// Another answer.
    Wrong,
    /// An answer where there is none.
    False,
    /// An answer that must not be run.
    Trap,
}

impl Outcome {
    const fn points(self) -> i32 {
        match self {
            Self::Exact | Self::Abstained => 2,
            Self::Acceptable => 1,
            Self::Miss => 0,
            Self::Wrong => -1,
            Self::False => -2,
            Self::Trap => -3,
        }
    }

    const fn is_right(self) -> bool {
        matches!(self, Self::Exact | Self::Acceptable)
    }
}

/// One judged answer.
struct Judged {
    outcome: Outcome,
    /// Whether there is an answer at all.
    is_known: bool,
}

/// What is asked, in the order of the table.
const QUESTIONS: [&str; 6] = ["package manager", "install", "build", "typecheck", "test", "bench"];

/// All judged answers.
#[derive(Default)]
pub(super) struct Board {
    answers: BTreeMap<&'static str, Vec<Judged>>,
    misses: Vec<String>,
    slowest: Option<(Duration, String)>,
    n_repositories: usize,
}

impl Board {
    /// How many repositories were looked at.
    pub(super) const fn n_repositories(&self) -> usize {
        self.n_repositories
    }

    /// Notes how long a repository took.
    pub(super) fn took(&mut self, name: &str, elapsed: Duration) {
        self.n_repositories += 1;
        if self.slowest.as_ref().is_none_or(|(slowest, _)| elapsed > *slowest) {
            self.slowest = Some((elapsed, name.to_owned()));
        }
    }

    /// Judges what was detected in one repository.
    pub(super) fn score(&mut self, name: &str, project: &Project, truth: &Value) {
        let manager = project.package_manager.as_ref().map(|manager| manager.name.to_string());
        let wanted = truth["package_manager"]["name"].as_str();
        let outcome = match (&manager, wanted) {
            (None, None) => Outcome::Abstained,
            (None, Some(_)) => Outcome::Miss,
            (Some(answer), Some(wanted)) if answer == wanted => Outcome::Exact,
            (Some(_), Some(_)) => Outcome::Wrong,
            (Some(_), None) => Outcome::False,
        };
        self.record(QUESTIONS[0], name, outcome, manager.as_deref(), wanted);
        let avoid: BTreeSet<_> =
            list(&truth["avoid"]).filter_map(|avoid| avoid["cmd"].as_str()).map(normal).collect();
        for (question, phase, wanted) in [
            ("install", Phase::Install, &truth["install_cmd"]),
            ("build", Phase::Build, &truth["build_cmd"]),
            ("typecheck", Phase::Typecheck, &truth["typecheck_cmd"]),
            ("test", Phase::Test, &truth["test_cmd"]),
            ("bench", Phase::Benchmark, &truth["bench"]["cmd"]),
        ] {
            let (answer, wanted) = (project.command(phase), wanted.as_str());
            let acceptable: BTreeSet<_> = list(&truth["acceptable"][question])
                .filter_map(Value::as_str)
                .map(normal)
                .collect();
            let outcome = match (answer, wanted) {
                (None, None) => Outcome::Abstained,
                (None, Some(_)) => Outcome::Miss,
                (Some(answer), _) => judge(
                    &normal(answer),
                    wanted.map(normal).as_deref(),
                    phase,
                    &acceptable,
                    &avoid,
                ),
            };
            self.record(question, name, outcome, answer, wanted);
        }
    }

    fn record(
        &mut self,
        question: &'static str,
        name: &str,
        outcome: Outcome,
        answer: Option<&str>,
        wanted: Option<&str>,
    ) {
        let judged = Judged { outcome, is_known: wanted.is_some() };
        self.answers.entry(question).or_default().push(judged);
        if outcome >= Outcome::Miss {
            let none = "(none)";
            self.misses.push(format!(
                "{outcome:?} {question} {name}: {} | wanted {}",
                answer.unwrap_or(none),
                wanted.unwrap_or(none)
            ));
        }
    }
}

fn judge(
    answer: &str,
    wanted: Option<&str>,
    phase: Phase,
    acceptable: &BTreeSet<String>,
    avoid: &BTreeSet<String>,
) -> Outcome {
    let is_looser =
        phase == Phase::Install && wanted.is_some_and(|wanted| is_looser_install(answer, wanted));
    if wanted == Some(answer) {
        Outcome::Exact
    } else if avoid.contains(answer) {
        Outcome::Trap
    } else if acceptable.contains(answer) || is_looser {
        Outcome::Acceptable
    } else if wanted.is_none() {
        Outcome::False
    } else {
        Outcome::Wrong
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

impl fmt::Display for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<16}{:>7}{:>7}{:>6}{:>7}{:>7}{:>7}{:>8}{:>8}{:>9}",
            "", "exact", "accept", "miss", "wrong", "traps", "false", "points", "of", "share"
        )?;
        for (question, answers) in
            QUESTIONS.iter().filter_map(|question| Some((question, self.answers.get(question)?)))
        {
            let count =
                |wanted: Outcome| answers.iter().filter(|one| one.outcome == wanted).count();
            // The share is over the repositories that have an answer; traps
            // and answers where there is none are counted over all.
            let known: Vec<_> = answers.iter().filter(|one| one.is_known).collect();
            let right = known.iter().filter(|one| one.outcome.is_right()).count();
            let points: i32 = answers.iter().map(|one| one.outcome.points()).sum();
            let per_mille = right * 1000 / known.len().max(1);
            writeln!(
                f,
                "{question:<16}{:>7}{:>7}{:>6}{:>7}{:>7}{:>7}{points:>8}{:>8}{:>6}.{} %",
                count(Outcome::Exact),
                count(Outcome::Acceptable),
                count(Outcome::Miss),
                count(Outcome::Wrong),
                count(Outcome::Trap),
                count(Outcome::False),
                known.len(),
                per_mille / 10,
                per_mille % 10
            )?;
        }
        if let Some((elapsed, name)) = &self.slowest {
            writeln!(
                f,
                "{} repositories, the slowest in {} ms ({name})",
                self.n_repositories,
                elapsed.as_millis()
            )?;
        }
        self.misses.iter().try_for_each(|miss| writeln!(f, "{miss}"))
    }
}

#[cfg(test)]
mod tests {
    use selfopt_core::config::Config;
    use selfopt_core::{MemoryTree, detection};
    use serde_json::json;

    use super::*;

    /// The row of a question for a repository whose test script is this.
    fn row(question: &str, script: &str, truth: &Value) -> String {
        let manifest = format!("{{\"scripts\": {{\"test\": \"{script}\"}}}}");
        let tree = MemoryTree::new([("package.json", manifest.as_str()), ("a.test.js", "")]);
        let project =
            detection::detect(&tree, &selfopt_detect::detectors(), &Config::default(), "");
        let mut board = Board::default();
        board.score("x", &project, truth);
        let text = board.to_string();
        let row = text.lines().find(|line| line.starts_with(question)).unwrap_or_default();
        row.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn answers_are_judged() {
        let cases = [
            ("jest", json!({"test_cmd": "npm run test"}), "1 0 0 0 0 0 2 1 100.0 %"),
            (
                "jest",
                json!({"test_cmd": "npx jest a", "acceptable": {"test": ["npm t"]}}),
                "0 1 0 0 0 0 1 1 100.0 %",
            ),
            ("exit 0", json!({"test_cmd": "npx jest"}), "0 0 1 0 0 0 0 1 0.0 %"),
            ("jest", json!({"test_cmd": "npx jest a"}), "0 0 0 1 0 0 -1 1 0.0 %"),
            ("jest", json!({"test_cmd": null}), "0 0 0 0 0 1 -2 0 0.0 %"),
            (
                "jest",
                json!({"test_cmd": "npx ava", "avoid": [{"cmd": "npm test"}]}),
                "0 0 0 0 1 0 -3 1 0.0 %",
            ),
            ("exit 0", json!({"test_cmd": null}), "0 0 0 0 0 0 2 0 0.0 %"),
        ];
        for (script, truth, expected) in cases {
            assert_eq!(row("test", script, &truth), expected, "{script} {truth}");
        }
    }

    #[test]
    fn an_accepted_answer_where_there_is_none_is_in_no_share() {
        let truth = json!({"test_cmd": null, "acceptable": {"test": ["npm test"]}});
        assert_eq!(row("test", "jest", &truth), "0 1 0 0 0 0 1 0 0.0 %");
    }
}
