//! `detect --explain`: for each phase what was chosen and why, and what was
//! not and why not.

use std::fmt::Write as _;

pub(super) use selfopt_compose::one_line;
use selfopt_compose::source_words;
use selfopt_core::{CommandSource, DetectedCommand, EvidenceLine, Phase, Project, Ratio};

use super::grid::table;
use super::style::{BAD, BOLD, DIM, WARNING, pad};

/// The phases in the order they run.
const PHASES: [Phase; 5] =
    [Phase::Install, Phase::Build, Phase::Typecheck, Phase::Test, Phase::Benchmark];

/// A chosen command, whichever phase it is of.
struct Chosen<'a> {
    cmd: &'a str,
    confidence: Ratio,
    source: CommandSource,
    evidence: &'a [EvidenceLine],
}

impl Chosen<'_> {
    fn is_unsure(&self) -> bool {
        self.confidence < DetectedCommand::SURE
    }
}

fn chosen(project: &Project, phase: Phase) -> Option<Chosen<'_>> {
    let detected = match phase {
        Phase::Install => &project.install_cmd,
        Phase::Build => &project.build_cmd,
        Phase::Typecheck => &project.typecheck_cmd,
        Phase::Test => &project.test_cmd,
        Phase::Benchmark => {
            return project.bench.as_ref().map(|bench| Chosen {
                cmd: &bench.cmd,
                confidence: bench.confidence,
                source: bench.source,
                evidence: &bench.evidence,
            });
        }
    };
    detected.as_ref().map(|detected| Chosen {
        cmd: &detected.cmd,
        confidence: detected.confidence,
        source: detected.source,
        evidence: &detected.evidence,
    })
}

/// For a terminal.
pub(crate) fn human(project: &Project) -> String {
    let mut out = String::new();
    let manager = project.package_manager.as_ref().map_or_else(
        || "no package manager".to_owned(),
        |manager| match &manager.version {
            Some(version) => format!("{} {version}", manager.name),
            None => manager.name.to_string(),
        },
    );
    let name = project.name.as_deref().unwrap_or("unnamed project");
    let _ = writeln!(out, "{BOLD}{}{BOLD:#} ({})", one_line(name), one_line(&manager));
    if project.working_directory != "." {
        let _ = writeln!(out, "  in {}", one_line(&project.working_directory));
    }
    for phase in PHASES {
        let _ = write!(out, "\n{BOLD}{phase}{BOLD:#}  ");
        match chosen(project, phase) {
            None => {
                let _ = writeln!(out, "{DIM}none found{DIM:#}");
            }
            Some(found) => {
                let _ = writeln!(out, "{}", one_line(found.cmd));
                let _ = write!(
                    out,
                    "  confidence {:.2}, {}",
                    found.confidence.0,
                    source_words(found.source)
                );
                if found.is_unsure() {
                    let _ = write!(out, "  {WARNING}unsure: please confirm{WARNING:#}");
                }
                out.push('\n');
                lines(&mut out, found.evidence);
            }
        }
        for rejected in project.rejected.iter().filter(|rejected| rejected.phase == phase) {
            let _ = writeln!(
                out,
                "  {BAD}not{BAD:#} {}  {}  {DIM}{}{DIM:#}",
                pad(&one_line(&rejected.cmd), 34),
                one_line(&rejected.reason),
                one_line(&rejected.evidence.to_string())
            );
        }
    }
    if let Some(node) = &project.node_version {
        let _ = writeln!(out, "\n{BOLD}node{BOLD:#}  {}", one_line(&node.pick));
        lines(&mut out, std::slice::from_ref(&node.source));
    }
    if !project.services.is_empty() {
        let _ = writeln!(out, "\n{BOLD}needs{BOLD:#}");
        for need in &project.services {
            let _ = writeln!(out, "  {}", one_line(&need.name));
            lines(&mut out, std::slice::from_ref(&need.evidence));
        }
    }
    if !project.notes.is_empty() {
        let _ = writeln!(out, "\n{BOLD}notes{BOLD:#}");
    }
    for note in &project.notes {
        let place = note.evidence.as_ref().map(|line| format!("{line}: ")).unwrap_or_default();
        let _ = writeln!(out, "  {}{}", one_line(&place), one_line(&note.message));
        if let Some(hint) = &note.hint {
            let _ = writeln!(out, "    {}", one_line(hint));
        }
    }
    out
}

fn lines(out: &mut String, evidence: &[EvidenceLine]) {
    for line in evidence {
        let text = one_line(&line.text);
        let place = one_line(&line.to_string());
        let _ = if text.is_empty() {
            writeln!(out, "    {DIM}{place}{DIM:#}")
        } else {
            writeln!(out, "    {DIM}{place}{DIM:#}  {text}")
        };
    }
}

/// For a comment or a job summary.
pub(crate) fn markdown(project: &Project) -> String {
    let mut out = String::new();
    for phase in PHASES {
        let _ = writeln!(out, "## {phase}\n");
        match chosen(project, phase) {
            None => out.push_str("None found.\n\n"),
            Some(found) => {
                let unsure = if found.is_unsure() { " **Unsure: please confirm.**" } else { "" };
                let _ = writeln!(
                    out,
                    "{}\n\nConfidence {:.2}, {}.{unsure}\n",
                    code(found.cmd),
                    found.confidence.0,
                    source_words(found.source)
                );
                for line in found.evidence {
                    let _ = writeln!(out, "- {}", place(line));
                }
                out.push('\n');
            }
        }
        let rejected: Vec<_> = project.rejected.iter().filter(|one| one.phase == phase).collect();
        if !rejected.is_empty() {
            let rows = rejected
                .iter()
                .map(|one| [code(&one.cmd), one.reason.clone(), code(&one.evidence.to_string())]);
            let _ = writeln!(out, "{}", table(["not", "reason", "line"], rows));
        }
    }
    if let Some(node) = &project.node_version {
        let _ = writeln!(out, "## node\n\n{}\n\n- {}\n", code(&node.pick), place(&node.source));
    }
    if !project.services.is_empty() {
        out.push_str("## needs\n\n");
        for need in &project.services {
            let _ = writeln!(out, "- {}: {}", one_line(&need.name), place(&need.evidence));
        }
        out.push('\n');
    }
    if !project.notes.is_empty() {
        out.push_str("## notes\n\n");
        for note in &project.notes {
            let at = note.evidence.as_ref().map(|line| format!("{}: ", code(&line.to_string())));
            let hint = note.hint.as_ref().map(|hint| format!(" ({})", one_line(hint)));
            let _ = writeln!(
                out,
                "- {}{}{}",
                at.unwrap_or_default(),
                one_line(&note.message),
                hint.unwrap_or_default()
            );
        }
    }
    format!("{}\n", out.trim_end())
}

fn place(line: &EvidenceLine) -> String {
    let at = code(&line.to_string());
    if line.text.is_empty() { at } else { format!("{at} {}", code(&line.text)) }
}

/// A code span that no text can end.
pub(super) fn code(text: &str) -> String {
    let text = one_line(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    if longest == 0 { format!("`{text}`") } else { format!("{fence} {text} {fence}") }
}

#[cfg(test)]
mod tests {
    use selfopt_core::config::Config;
    use selfopt_core::{MemoryTree, detection};

    use super::*;

    fn project() -> Project {
        let manifest = "{\n  \"name\": \"shop\",\n  \"scripts\": {\n    \"test\": \"eslint . && jest\",\n    \"test:watch\": \"jest --watch\",\n    \"test:e2e\": \"playwright test\"\n  },\n  \"engines\": {\"node\": \">=20\"}\n}";
        let files = [
            ("package.json", manifest),
            ("package-lock.json", "{}"),
            ("a.test.js", ""),
            ("perf.js", ""),
        ];
        let mut project = detection::detect(
            &MemoryTree::new(files),
            &selfopt_detect::detectors(),
            &Config::default(),
            "",
        );
        if let Some(bench) = &mut project.bench {
            bench.confidence = Ratio(0.4);
        }
        project
    }

    #[test]
    fn a_terminal_shows_what_was_chosen_and_what_was_not() {
        let text = anstream::adapter::strip_str(&human(&project())).to_string();
        insta::assert_snapshot!(text, @r#"
        shop (npm)

        install  npm ci
          confidence 0.92, follows from the lock file
            package-lock.json

        build  none found

        typecheck  none found

        tests  npx jest
          confidence 0.83, a part of a package script
            package.json:4  "test": "eslint . && jest",
          not npm run test:e2e                    needs Chrome  package.json:6
          not npm run test:watch                  is a watcher  package.json:5
          not npm test                            runs a linter  package.json:4

        benchmark  node perf.js
          confidence 0.40, a file with a telling name; no script runs it  unsure: please confirm
            perf.js

        node  20
            package.json:8  "engines": {"node": ">=20"}

        needs
          chrome
            package.json:6  "test:e2e": "playwright test"
        "#);
    }

    #[test]
    fn markdown_shows_the_same() {
        insta::assert_snapshot!(markdown(&project()), @r#"
        ## install

        `npm ci`

        Confidence 0.92, follows from the lock file.

        - `package-lock.json`

        ## build

        None found.

        ## typecheck

        None found.

        ## tests

        `npx jest`

        Confidence 0.83, a part of a package script.

        - `package.json:4` `"test": "eslint . && jest",`

        | not | reason | line |
        |---|---|---|
        | `npm run test:e2e` | needs Chrome | `package.json:6` |
        | `npm run test:watch` | is a watcher | `package.json:5` |
        | `npm test` | runs a linter | `package.json:4` |

        ## benchmark

        `node perf.js`

        Confidence 0.40, a file with a telling name; no script runs it. **Unsure: please confirm.**

        - `perf.js`

        ## node

        `20`

        - `package.json:8` `"engines": {"node": ">=20"}`

        ## needs

        - chrome: `package.json:6` `"test:e2e": "playwright test"`
        "#);
    }

    #[test]
    fn text_cannot_end_its_code_span() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a `b` ``c``"), "``` a `b` ``c`` ```");
    }
}
