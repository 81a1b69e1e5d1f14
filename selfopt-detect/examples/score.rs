//! Scores detection on a folder of repositories with known answers:
//! `cargo run -p selfopt-detect --example score -- DIR [NAME]`.
//!
//! Each repository is a folder with `tree.txt`, `meta.json`, `truth.json`,
//! `files/` and `locks/`. Prints a table and the misses; with NAME, the whole
//! picture of that repository.
#![expect(clippy::print_stdout, reason = "a program whose output is its purpose")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Instant;

use selfopt_core::config::Config;
use selfopt_core::{MemoryTree, Project, detection};
use serde_json::Value;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let dir = arguments.next().ok_or("usage: score DIR [NAME]")?;
    let only = arguments.next();
    let mut folders: Vec<_> =
        fs::read_dir(&dir)?.filter_map(Result::ok).map(|entry| entry.path()).collect();
    folders.sort();
    let mut board = Board::default();
    for folder in folders.iter().filter(|folder| folder.join("truth.json").exists()) {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        let truth: Value = serde_json::from_str(&fs::read_to_string(folder.join("truth.json"))?)?;
        let tree = rebuild(folder)?;
        let started = Instant::now();
        let project =
            detection::detect(&tree, &selfopt_detect::detectors(), &Config::default(), "");
        let elapsed = started.elapsed();
        board.slowest = board.slowest.max(elapsed.as_millis());
        if only.is_some() {
            println!("{}", serde_json::to_string_pretty(&project)?);
        }
        board.score(&name, &project, &truth);
    }
    board.print();
    Ok(())
}

/// The tree that the files, the heads of the lock files and the list of paths
/// stand for.
fn rebuild(folder: &Path) -> Result<MemoryTree, Failure> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for path in
        fs::read_to_string(folder.join("tree.txt"))?.lines().filter(|line| !line.starts_with('#'))
    {
        files.insert(path.to_owned(), Vec::new());
    }
    let meta: Value = serde_json::from_str(&fs::read_to_string(folder.join("meta.json"))?)?;
    for lock in meta["lockfiles"].as_array().into_iter().flatten() {
        if let Some(path) = lock["path"].as_str() {
            let head = folder.join("locks").join(format!("{}.head", path.replace('/', "__")));
            files.insert(path.to_owned(), fs::read(head).unwrap_or_default());
        }
    }
    add_files(&folder.join("files"), "", &mut files)?;
    Ok(MemoryTree::new(files))
}

fn add_files(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            add_files(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// How an answer compares with the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Exact,
    Acceptable,
    Abstained,
    Miss,
    Wrong,
    False,
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
}

#[derive(Default)]
struct Board {
    outcomes: BTreeMap<&'static str, Vec<Outcome>>,
    misses: Vec<String>,
    slowest: u128,
}

impl Board {
    fn score(&mut self, name: &str, project: &Project, truth: &Value) {
        let manager = project.package_manager.as_ref().map(|manager| manager.name.to_string());
        let wanted = truth["package_manager"]["name"].as_str();
        let right = manager.as_deref() == wanted;
        self.record(
            "package manager",
            name,
            if right { Outcome::Exact } else { Outcome::Wrong },
            manager.as_deref(),
            wanted,
        );
        let cmd = |command: &Option<selfopt_core::DetectedCommand>| {
            command.as_ref().map(|command| command.cmd.clone())
        };
        let answers = [
            ("install", cmd(&project.install_cmd), truth["install_cmd"].as_str()),
            ("build", cmd(&project.build_cmd), truth["build_cmd"].as_str()),
            ("typecheck", cmd(&project.typecheck_cmd), truth["typecheck_cmd"].as_str()),
            ("test", cmd(&project.test_cmd), truth["test_cmd"].as_str()),
            (
                "bench",
                project.bench.as_ref().map(|bench| bench.cmd.clone()),
                truth["bench"]["cmd"].as_str(),
            ),
        ];
        let avoid: BTreeSet<_> = truth["avoid"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|avoid| Some(normal(avoid["cmd"].as_str()?)))
            .collect();
        for (kind, answer, wanted) in answers {
            let acceptable: BTreeSet<_> = truth["acceptable"][kind]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(normal)
                .collect();
            let outcome = match (&answer, wanted) {
                (None, None) => Outcome::Abstained,
                (None, Some(_)) => Outcome::Miss,
                (Some(answer), wanted) => {
                    let answer = normal(answer);
                    let is_exact = wanted.is_some_and(|wanted| normal(wanted) == answer);
                    let is_looser = kind == "install"
                        && wanted.is_some_and(|wanted| looser_install(&answer, &normal(wanted)));
                    if is_exact {
                        Outcome::Exact
                    } else if avoid.contains(&answer) {
                        Outcome::Trap
                    } else if acceptable.contains(&answer) || is_looser {
                        Outcome::Acceptable
                    } else if wanted.is_none() {
                        Outcome::False
                    } else {
                        Outcome::Wrong
                    }
                }
            };
            self.record(kind, name, outcome, answer.as_deref(), wanted);
        }
    }

    fn record(
        &mut self,
        kind: &'static str,
        name: &str,
        outcome: Outcome,
        answer: Option<&str>,
        wanted: Option<&str>,
    ) {
        self.outcomes.entry(kind).or_default().push(outcome);
        if outcome >= Outcome::Miss {
            self.misses.push(format!(
                "{outcome:?} {kind} {name}: {} | wanted {}",
                answer.unwrap_or("(none)"),
                wanted.unwrap_or("(none)")
            ));
        }
    }

    fn print(&self) {
        println!(
            "{:<16}{:>7}{:>7}{:>6}{:>7}{:>7}{:>7}{:>7}{:>8}{:>9}",
            "",
            "exact",
            "accept",
            "miss",
            "wrong",
            "false",
            "traps",
            "points",
            "share",
            "with none"
        );
        for (kind, outcomes) in &self.outcomes {
            let count =
                |wanted: Outcome| outcomes.iter().filter(|outcome| **outcome == wanted).count();
            let right = count(Outcome::Exact) + count(Outcome::Acceptable);
            // Answers that are accepted although the truth is none stay out of
            // the share's whole by being in it on both sides.
            let known = outcomes.len() - count(Outcome::Abstained) - count(Outcome::False);
            let points: i32 = outcomes.iter().map(|outcome| outcome.points()).sum();
            println!(
                "{kind:<16}{:>7}{:>7}{:>6}{:>7}{:>7}{:>7}{points:>7}{:>7}%{:>8}%",
                count(Outcome::Exact),
                count(Outcome::Acceptable),
                count(Outcome::Miss),
                count(Outcome::Wrong),
                count(Outcome::False),
                count(Outcome::Trap),
                right * 100 / known.max(1),
                (right + count(Outcome::Abstained)) * 100 / outcomes.len().max(1),
            );
        }
        println!("slowest: {} ms", self.slowest);
        for miss in &self.misses {
            println!("{miss}");
        }
    }
}

/// `npm install` where `npm ci` is wanted, and the like; `--ignore-scripts`
/// may be there or not.
fn looser_install(answer: &str, wanted: &str) -> bool {
    let bare = |cmd: &str| cmd.replace(" --ignore-scripts", "").replace("--ignore-scripts ", "");
    let (answer, wanted) = (bare(answer), bare(wanted));
    let first = |cmd: &str| cmd.split(' ').next().unwrap_or_default().to_owned();
    let is_plain = answer.split(' ').filter(|word| !word.starts_with('-')).count() <= 2;
    answer == wanted
        || (is_plain
            && first(&answer) == first(&wanted)
            && answer.contains("install")
            && wanted.contains("ci"))
}

/// Brings equal commands to one form.
fn normal(cmd: &str) -> String {
    cmd.split("&&").map(normal_part).collect::<Vec<_>>().join(" && ")
}

fn normal_part(cmd: &str) -> String {
    let cmd = cmd.replace(['\'', '"'], "");
    let mut words: Vec<_> =
        cmd.split_whitespace().filter(|word| !matches!(*word, "CI=1" | "CI=true")).collect();
    let two = |words: &[&str]| {
        (
            words.first().copied().unwrap_or_default().to_owned(),
            words.get(1).copied().unwrap_or_default().to_owned(),
        )
    };
    match two(&words) {
        (npm, run) if npm == "npm" && run == "run" && words.get(2) == Some(&"test") => {
            words.remove(1);
        }
        (npm, t) if npm == "npm" && t == "t" => words[1] = "test",
        (npm, exec) if npm == "npm" && exec == "exec" => {
            words.drain(..2);
        }
        (pm, run) if (pm == "pnpm" || pm == "yarn") && (run == "run" || run == "exec") => {
            words.drain(..2);
        }
        (npx, _) if npx == "npx" || npx == "bunx" || npx == "pnpm" || npx == "yarn" => {
            let is_install = words.get(1).is_none_or(|word| *word == "install");
            let has_flag = npx == "yarn" && words.get(1).is_some_and(|word| word.starts_with('-'));
            if !is_install && !has_flag {
                words.remove(0);
            }
        }
        _ => {}
    }
    if words.first() == Some(&"yarn") && words.get(1).is_none_or(|word| word.starts_with('-')) {
        words.insert(1, "install");
    }
    // `pnpm -r run x` is `pnpm -r x`.
    if words.first() == Some(&"-r") || words.first() == Some(&"--recursive") {
        words.retain(|word| !matches!(*word, "--if-present" | "run"));
    }
    if words.first() == Some(&"--filter") {
        words.retain(|word| *word != "run");
    }
    for word in &mut words {
        *word = match *word {
            "--recursive" => "-r",
            "--run" => "run",
            other => other.strip_prefix("./").unwrap_or(other),
        };
    }
    if let Some((first, rest)) = words.split_first_mut() {
        rest.sort_unstable();
        return format!("{first} {}", rest.join(" ")).trim_end().to_owned();
    }
    String::new()
}
