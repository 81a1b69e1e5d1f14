//! Why a command must not be run, as a person says it.

use super::Kind;

/// The reason of a command of this kind; `words` are without wrappers. `None`
/// when there is nothing against it.
pub(crate) fn reason(kind: Kind, words: &[String]) -> Option<&'static str> {
    let program = words.first().map_or("", String::as_str);
    Some(match kind {
        Kind::Watch => "is a watcher",
        Kind::Server => "starts a server",
        Kind::Placeholder => "is a placeholder",
        Kind::Migrate => "runs a migration",
        Kind::NeedsSetup => "needs a database or an environment that is set up",
        Kind::Publish => published(words),
        Kind::Docker => "needs Docker",
        Kind::Network => "needs the network",
        Kind::Browser if drives_chrome(program) => "needs Chrome",
        Kind::Browser => "needs a browser",
        Kind::Install => "installs dependencies",
        Kind::UpdatesFiles => "rewrites files of the checkout",
        Kind::Integration => "is an integration test",
        Kind::Partial => "runs only some of the tests",
        Kind::Lint if fixes(words) => "is a linter that rewrites files",
        Kind::Lint => "is a linter",
        Kind::Format if only_checks(words) => "only checks the format",
        Kind::Format => "formats files",
        Kind::PackageTest => "checks the published package",
        Kind::Docs => "builds documentation",
        Kind::Typecheck => "only checks types",
        Kind::Bench => "is a benchmark",
        Kind::Test
        | Kind::MaybeTest
        | Kind::Build
        | Kind::Codegen
        | Kind::Housekeeping
        | Kind::Other => return None,
    })
}

/// The same for a script that runs other commands as well.
pub(crate) fn reason_among_others(kind: Kind, words: &[String]) -> Option<String> {
    let reason = reason(kind, words)?;
    Some(match reason.strip_prefix("only ").filter(|_| kind != Kind::Partial) {
        Some(rest) => format!("also {rest}"),
        None => reason.replacen("is a", "runs a", 1),
    })
}

/// How much a kind speaks against running a command; lower is worse.
pub(crate) const fn severity(kind: Kind) -> u32 {
    match kind {
        Kind::Migrate => 0,
        Kind::Publish => 1,
        Kind::Watch | Kind::Server => 2,
        Kind::Docker => 3,
        Kind::NeedsSetup => 4,
        Kind::Browser => 5,
        Kind::Network => 6,
        Kind::UpdatesFiles => 7,
        Kind::Install => 8,
        Kind::Integration => 9,
        Kind::Partial => 10,
        Kind::Placeholder => 11,
        Kind::Format => 12,
        Kind::Lint => 13,
        _ => 14,
    }
}

fn published(words: &[String]) -> &'static str {
    let is_call = |command: &str| words.get(1).is_some_and(|word| word == command);
    match words.first().map_or("", String::as_str) {
        "npm" | "pnpm" | "yarn" | "bun" if is_call("link") || is_call("unlink") => {
            "links itself into the machine's packages"
        }
        "npm" | "pnpm" | "yarn" | "bun" if is_call("version") => "changes the version",
        "git" | "husky" | "branchcmp" => "changes the git repository",
        "codecov" | "coveralls" => "uploads its results",
        "sudo" | "apt" | "apt-get" | "brew" => "changes the machine",
        _ => "publishes",
    }
}

/// Programs that start Chrome when nothing else is said.
pub(crate) fn drives_chrome(program: &str) -> bool {
    matches!(
        program,
        "playwright"
            | "cypress"
            | "karma"
            | "ng"
            | "wtr"
            | "web-test-runner"
            | "mocha-headless-chrome"
            | "test-storybook"
            | "testcafe"
            | "nightwatch"
            | "wdio"
            | "protractor"
            | "lighthouse"
            | "lhci"
            | "backstop"
            | "vitest"
    )
}

fn only_checks(words: &[String]) -> bool {
    words
        .iter()
        .any(|word| matches!(word.as_str(), "--check" | "-c" | "-l" | "--list-different" | "check"))
}

fn fixes(words: &[String]) -> bool {
    words.iter().any(|word| matches!(word.as_str(), "--fix" | "--write" | "--apply"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::classify;
    use crate::shell::split;

    #[test]
    fn reasons_are_what_a_person_says() {
        let cases = [
            ("jest --watch", "is a watcher"),
            ("prisma migrate deploy", "runs a migration"),
            ("playwright test", "needs Chrome"),
            ("vitest --browser=chromium", "needs Chrome"),
            ("airtap test.js", "needs a browser"),
            ("playwright install", "installs dependencies"),
            ("cypress open", "is a watcher"),
            ("docker compose up", "needs Docker"),
            ("curl x", "needs the network"),
            ("prettier --write .", "formats files"),
            ("eslint . --fix", "is a linter that rewrites files"),
            ("prettier -c .", "only checks the format"),
            ("npm publish", "publishes"),
            ("npm link", "links itself into the machine's packages"),
            ("git commit", "changes the git repository"),
        ];
        for (command, expected) in cases {
            let words = &split(command)[0].words;
            assert_eq!(reason(classify(words, ""), words), Some(expected), "{command}");
        }
        let words = &split("jest")[0].words;
        assert_eq!(reason(classify(words, "test"), words), None);
        let among = |command: &str| {
            let words = &split(command)[0].words;
            reason_among_others(classify(words, ""), words)
        };
        assert_eq!(among("eslint .").as_deref(), Some("runs a linter"));
        assert_eq!(among("tsc --noEmit").as_deref(), Some("also checks types"));
    }
}
