//! Commands that wait: for changes to files, for an answer, for requests. Each
//! shape is a whole line of a known tool near the end of the output; whoever
//! ends a command for it must see it fall silent, too.

use super::words::is_passed_test;
use super::{Diagnosis, Red, diagnosis};
use crate::ports::StepStatus;

/// How many lines from the end may hold the words.
const LAST_LINES: usize = 12;

/// What a command waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaits {
    /// Changes to files: it is a watcher.
    Changes,
    /// An answer to a question.
    Answer,
    /// Requests, or a debugger: it is a server.
    Requests,
}

/// Ends of lines that only watchers print.
const WATCHER_ENDS: [&str; 9] = [
    "Starting compilation in watch mode...",
    "Waiting for file changes...",
    "Watching for file changes...",
    "Watching for file changes.",
    "Waiting for file changes before restarting...",
    "aiting for changes...",
    "atching for changes...",
    "is watching files for updates...",
    "webpack is watching the files…",
];

/// Beginnings of lines that only watchers print.
const WATCHER_STARTS: [&str; 11] = [
    "Watch Usage",
    "press h to show help",
    "[nodemon] watching",
    "[nodemon] to restart at any time",
    "[nodemon] clean exit",
    "[nodemon] app crashed",
    "Type `r` and press enter",
    "Type `u` and press enter",
    "CLI Watching for changes in",
    "Sass is watching for changes",
    "Running \"watch\" task",
];

/// Beginnings of lines that servers print once they serve.
const SERVER_STARTS: [&str; 7] = [
    "Local: ",
    "press h + enter to show help",
    "ready - started server on",
    "Accepting connections at http",
    "Press Ctrl",
    "Debugger listening on ws://",
    "Waiting for the debugger",
];

/// What stands at the end of a question.
const CHOICES: [&str; 8] =
    ["(y/n)", "[y/n]", "(yes/no)", "[yes/no]", "(y)", "(use arrow keys)", "›", "»"];

/// What this output, whose end is its last, says that its command waits for,
/// and the line that says so.
pub fn awaits(text: &str) -> Option<(Awaits, &str)> {
    if let Some(question) = question(text) {
        return Some((Awaits::Answer, question));
    }
    let last = text.lines().rev().filter(|line| !line.trim().is_empty()).take(LAST_LINES);
    let mut server = None;
    for line in last {
        let bare = without_ornaments(line);
        let is_watcher = WATCHER_STARTS.iter().any(|start| bare.starts_with(start))
            || WATCHER_ENDS.iter().any(|end| bare.ends_with(end)) && !is_quoted(line);
        if is_watcher {
            return Some((Awaits::Changes, line.trim()));
        }
        if SERVER_STARTS.iter().any(|start| bare.starts_with(start)) || says_ready(bare) {
            server = Some((Awaits::Requests, line.trim()));
        }
    }
    server
}

/// A question stands at the very end: the cursor is behind it.
fn question(text: &str) -> Option<&str> {
    let line = text.rsplit('\n').next()?.trim();
    let lower = line.to_lowercase();
    let end = lower.trim_end_matches([':', '?', ' ']);
    let asks = line.contains('?') || line.ends_with(':');
    (asks && CHOICES.iter().any(|choice| end.ends_with(choice))).then_some(line)
}

/// `VITE v5.4.0  ready in 312 ms`, `✓ Ready in 1.2s`.
fn says_ready(line: &str) -> bool {
    let Some((before, after)) = line.split_once("eady in ") else {
        return false;
    };
    let is_short = before.split_whitespace().count() <= 3;
    let mut words = after.split_whitespace();
    let number = words.next().unwrap_or_default();
    is_short && number.starts_with(|c: char| c.is_ascii_digit()) && words.count() <= 1
}

/// Without marks, times and labels before the words.
fn without_ornaments(line: &str) -> &str {
    let line =
        line.trim().trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[' && c != '`');
    let Some(rest) = line.strip_prefix('[') else { return line };
    // `[10:24:31 PM] `, but not `[nodemon] `.
    match rest.split_once(']') {
        Some((inside, rest)) if inside.starts_with(|c: char| c.is_ascii_digit()) => {
            rest.trim_start()
        }
        _ => line,
    }
}

/// The name of a test, or words about the words.
fn is_quoted(line: &str) -> bool {
    is_passed_test(line) || line.contains(['"', '`'])
}

/// Killed for waiting, or at its time limit with such words at the end.
pub(super) fn recognize(red: &Red<'_>) -> Option<Diagnosis> {
    if !matches!(red.step.status, StepStatus::Stuck | StepStatus::TimedOut) {
        return None;
    }
    let (awaited, line) = awaits(red.step.output)?;
    let cmd = red.step.cmd;
    let (cause, way_out) = match awaited {
        Awaits::Changes => (
            format!("`{cmd}` is a watcher: it waits for files to change and does not end"),
            "name the form that runs once, such as `vitest run`, `jest --watchAll=false` or `tsc` without `--watch`",
        ),
        Awaits::Answer => (
            format!("`{cmd}` asks a question and waits for the answer"),
            "give the answer as a flag (`--yes`), or make what it asks for a dependency of the project",
        ),
        Awaits::Requests => (
            format!("`{cmd}` starts a server and does not end"),
            "name a command that ends by itself",
        ),
    };
    Some(diagnosis(cause, way_out, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watchers_prompts_and_servers_are_told_by_their_last_lines() {
        let cases = [
            (
                "Ran all test suites.\n\nWatch Usage\n › Press f to run only failed tests.\n › Press q to quit watch mode.\n › Press Enter to trigger a test run.\n",
                Awaits::Changes,
            ),
            (
                " Test Files  1 passed (1)\n      Tests  2 passed (2)\n\n PASS  Waiting for file changes...\n       press h to show help, press q to quit\n",
                Awaits::Changes,
            ),
            ("[10:24:31 PM] Starting compilation in watch mode...\n\n", Awaits::Changes),
            ("10:24:35 PM - Found 0 errors. Watching for file changes.\n", Awaits::Changes),
            (
                "[nodemon] 3.1.0\n[nodemon] to restart at any time, enter `rs`\n[nodemon] watching path(s): *.*\n[nodemon] starting `node index.js`\n",
                Awaits::Changes,
            ),
            ("  4 passing (12ms)\n\nℹ [mocha] waiting for changes...\n", Awaits::Changes),
            (
                "created dist/a.js in 1.2s\n\n[2026-01-01 10:00:00] waiting for changes...\n",
                Awaits::Changes,
            ),
            ("[webpack-cli] Compiler is watching files for updates...\n", Awaits::Changes),
            (
                "Completed running 'a.js'. Waiting for file changes before restarting...\n",
                Awaits::Changes,
            ),
            (
                "\n  VITE v5.4.0  ready in 312 ms\n\n  ➜  Local:   http://localhost:5173/\n  ➜  Network: use --host to expose\n  ➜  press h + enter to show help\n",
                Awaits::Requests,
            ),
            (
                "   ▲ Next.js 14.2.3\n   - Local:        http://localhost:3000\n\n ✓ Starting...\n ✓ Ready in 1844ms\n",
                Awaits::Requests,
            ),
            (
                "Debugger listening on ws://127.0.0.1:9229/0f2c936f\nFor help, see: https://nodejs.org/en/docs/inspector\n",
                Awaits::Requests,
            ),
            (
                "Need to install the following packages:\n  jest@29.7.0\nOk to proceed? (y) ",
                Awaits::Answer,
            ),
            ("? Would you like to use TypeScript? (y/N) ", Awaits::Answer),
            ("? Which project? › ", Awaits::Answer),
        ];
        for (text, expected) in cases {
            assert_eq!(awaits(text).map(|(awaits, _)| awaits), Some(expected), "{text}");
        }
    }

    #[test]
    fn words_about_waiting_are_no_waiting() {
        let later = format!("Watch Usage\n{}", "ok\n".repeat(LAST_LINES));
        let cases = [
            "",
            "  ✓ prints \"Watching for file changes.\" in watch mode (12 ms)\n",
            "  watch mode\n    ✔ shows 'Waiting for file changes...'\n",
            "  watch mode\n    ✔ waiting for changes...\n",
            "PASS test/watch.test.js\nTests:       3 passed, 3 total\n",
            "ready in a moment\nserver is already in use by 3 tests\n",
            "Do you want to proceed? (y/N)\nyes\n",
            "dist/index.js  12 kB\nbuilt in 812ms\n",
            "Already in 2 of the lists that we keep\n",
            &later,
        ];
        for text in cases {
            assert_eq!(awaits(text), None, "{text}");
        }
    }
}
