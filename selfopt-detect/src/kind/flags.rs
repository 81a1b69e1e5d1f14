//! What arguments say: commands that never end, and how to make them end.

/// Runners that watch unless told otherwise or run by a CI.
const WATCHES_BY_DEFAULT: [&str; 1] = ["react-scripts"];

/// Whether the command goes on until it is stopped.
pub(super) fn watches(program: &str, args: &[String]) -> bool {
    let has = |flag: &str| args.iter().any(|arg| arg == flag);
    let flagged = args.iter().any(|arg| {
        matches!(arg.as_str(), "--watch" | "--watchAll" | "--watch-all" | "--ui" | "--inspect-brk")
            || arg.starts_with("--watch-path")
            || arg == "--watch=true"
    });
    // `-w` is `--workspaces` or a width elsewhere.
    let short = has("-w")
        && ["tsc", "rollup", "webpack", "jest", "mocha", "ava", "esbuild", "tsup", "vitest"]
            .contains(&program);
    let by_default = WATCHES_BY_DEFAULT.contains(&program)
        && has("test")
        && !args.iter().any(|arg| arg == "--watchAll=false" || arg == "--watch=false");
    (program == "vitest" && has("watch")) || flagged || short || by_default
}

/// Whether the command rewrites snapshots.
pub(super) fn updates_files(args: &[String]) -> bool {
    args.iter().any(|arg| {
        matches!(arg.as_str(), "--updateSnapshot" | "--update-snapshots" | "--update" | "-u")
    })
}

/// Whether the command only runs tests that are marked or changed.
pub(super) fn is_partial(args: &[String]) -> bool {
    args.iter().any(|arg| {
        matches!(
            arg.as_str(),
            "--test-only" | "--onlyChanged" | "--changedSince" | "--changed" | "--lastFailed"
        )
    })
}

/// Whether the arguments name tests that need more than the code.
pub(super) fn names_integration(args: &[String]) -> bool {
    let is_excluded = |idx: usize| {
        idx.checked_sub(1).and_then(|idx| args.get(idx)).is_some_and(|before: &String| {
            ["exclude", "ignore", "Ignore"].iter().any(|word| before.contains(word))
        })
    };
    args.iter().enumerate().any(|(idx, arg)| {
        let is_flag_value =
            arg.starts_with('-') && !arg.starts_with("--config=") && !arg.starts_with("--dir=");
        let names = arg.to_lowercase().split(['/', '.', '-', '_', '=', '*', ':']).any(|part| {
            matches!(
                part,
                "e2e" | "integration" | "integrations" | "playwright" | "browser" | "browsers"
            )
        });
        names && !is_flag_value && !is_excluded(idx)
    })
}

/// The command line that runs once, where the written one would watch or asks
/// a terminal. `words` are without wrappers; `None` when nothing is to change.
pub(crate) fn run_once(text: &str, words: &[String]) -> Option<String> {
    let program = words.first()?.as_str();
    let args = words.get(1..).unwrap_or_default();
    let first_argument = args.first().map(String::as_str);
    match program {
        "vitest" => {
            let is_single = args.iter().any(|arg| arg == "--run" || arg == "--watch=false");
            let has_command =
                matches!(first_argument, Some("run" | "bench" | "list" | "init" | "related"));
            if is_single || has_command {
                return None;
            }
            let rest = text.split_once("vitest").map_or("", |(_, rest)| rest);
            let rest: Vec<_> = rest
                .split_whitespace()
                .filter(|word| !matches!(*word, "watch" | "dev" | "--watch" | "-w" | "--ui"))
                .collect();
            let start = text.split_once("vitest").map_or("", |(start, _)| start);
            Some(format!("{start}vitest run {}", rest.join(" ")).trim_end().to_owned())
        }
        "react-scripts" if first_argument == Some("test") && watches(program, args) => {
            Some(format!("{} --watchAll=false", without_watch(text)))
        }
        "jest" | "mocha" | "ava" | "jasmine" | "tap" if watches(program, args) => {
            Some(without_watch(text))
        }
        _ => None,
    }
}

fn without_watch(text: &str) -> String {
    let kept = text.split(' ').filter(|word| {
        !matches!(*word, "--watch" | "--watchAll" | "--watch-all" | "-w" | "--watchAll=true")
    });
    kept.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::split;

    #[test]
    fn watchers_are_made_to_end() {
        let cases = [
            ("vitest", Some("vitest run")),
            ("vitest --coverage", Some("vitest run --coverage")),
            ("vitest watch", Some("vitest run")),
            ("vitest run", None),
            ("vitest --run", None),
            ("vitest bench", None),
            ("jest --watch --ci", Some("jest --ci")),
            ("jest", None),
            ("react-scripts test", Some("react-scripts test --watchAll=false")),
            ("mocha -w", Some("mocha")),
        ];
        for (text, expected) in cases {
            assert_eq!(run_once(text, &split(text)[0].words).as_deref(), expected, "{text}");
        }
    }
}
