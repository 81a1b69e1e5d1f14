//! How each package manager runs scripts and binaries and installs.

use selfopt_core::PackageManagerName;

/// Programs that are there without the project's dependencies.
const SYSTEM_PROGRAMS: [&str; 26] = [
    "node", "npm", "npx", "pnpm", "pnpx", "yarn", "bun", "bunx", "deno", "corepack", "sh", "bash",
    "make", "cd", "cp", "mv", "rm", "mkdir", "echo", "cat", "test", "env", "export", "git", "time",
    "exit",
];

/// The command that runs a package script.
pub(crate) fn run_script(manager: PackageManagerName, script: &str) -> String {
    let program = manager.program();
    // `bun test` is Bun's own runner, never the script.
    if script == "test" && manager != PackageManagerName::Bun {
        return format!("{program} test");
    }
    format!("{program} run {}", quote(script))
}

/// The command line that runs a script's own command from outside of it: the
/// binaries of dependencies are not on the path there.
pub(crate) fn run_outside(manager: PackageManagerName, text: &str, words: &[String]) -> String {
    let n_assignments = words.iter().take_while(|word| crate::shell::is_assignment(word)).count();
    let program = words.get(n_assignments).map_or("", String::as_str);
    if SYSTEM_PROGRAMS.contains(&program) || program.contains('/') {
        return text.to_owned();
    }
    let (env, rest) = split_assignments(text, n_assignments);
    format!("{env}{} {rest}", exec_prefix(manager))
}

/// What goes before the name of a dependency's binary.
pub(crate) const fn exec_prefix(manager: PackageManagerName) -> &'static str {
    match manager {
        PackageManagerName::Pnpm => "pnpm exec",
        PackageManagerName::YarnClassic | PackageManagerName::YarnBerry => "yarn",
        PackageManagerName::Bun => "bunx",
        PackageManagerName::Npm | PackageManagerName::Deno | PackageManagerName::None => "npx",
    }
}

/// The install command that leaves a lock file as it is.
pub(crate) const fn frozen_install(manager: PackageManagerName) -> &'static str {
    match manager {
        PackageManagerName::Pnpm => "pnpm install --frozen-lockfile",
        PackageManagerName::YarnClassic => "yarn install --frozen-lockfile",
        PackageManagerName::YarnBerry => "yarn install --immutable",
        PackageManagerName::Bun => "bun install --frozen-lockfile",
        PackageManagerName::Deno => "deno install --frozen",
        PackageManagerName::Npm | PackageManagerName::None => "npm ci",
    }
}

/// The install command without a lock file.
pub(crate) fn plain_install(manager: PackageManagerName) -> String {
    format!("{} install", manager.program())
}

/// The command that runs a script in every package of a workspace.
pub(crate) fn run_everywhere(manager: PackageManagerName, script: &str) -> String {
    let script = quote(script);
    match manager {
        PackageManagerName::Pnpm => format!("pnpm -r {script}"),
        PackageManagerName::YarnClassic => format!("yarn workspaces run {script}"),
        PackageManagerName::YarnBerry => format!("yarn workspaces foreach -A run {script}"),
        PackageManagerName::Bun => format!("bun run --filter '*' {script}"),
        PackageManagerName::Npm | PackageManagerName::Deno | PackageManagerName::None => {
            format!("npm run {script} --workspaces --if-present")
        }
    }
}

/// The command that runs a script of one package of a workspace.
pub(crate) fn run_in_package(manager: PackageManagerName, package: &str, script: &str) -> String {
    let script = quote(script);
    match manager {
        PackageManagerName::Pnpm => format!("pnpm --filter {package} {script}"),
        PackageManagerName::YarnClassic | PackageManagerName::YarnBerry => {
            format!("yarn workspace {package} {script}")
        }
        PackageManagerName::Bun => format!("bun run --filter {package} {script}"),
        PackageManagerName::Npm | PackageManagerName::Deno | PackageManagerName::None => {
            format!("npm run {script} --workspace {package}")
        }
    }
}

/// Text as one word of a shell.
pub(crate) fn quote(script: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_:./@+".contains(c);
    if !script.is_empty() && script.chars().all(is_plain) {
        return script.to_owned();
    }
    format!("'{}'", script.replace('\'', "'\\''"))
}

/// Splits `A=1 B='x y' cmd …` after the assignments.
fn split_assignments(text: &str, n_assignments: usize) -> (&str, &str) {
    let mut quote = None;
    let mut n_left = n_assignments;
    for (at, c) in text.char_indices() {
        if n_left == 0 {
            return text.split_at(at);
        }
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == ' ' => n_left -= 1,
            _ => {}
        }
    }
    ("", text)
}

#[cfg(test)]
mod tests {
    use PackageManagerName::{Bun, Npm, Pnpm, YarnBerry};

    use super::*;
    use crate::shell::split;

    #[test]
    fn scripts_and_binaries_are_called_as_each_manager_wants() {
        assert_eq!(run_script(Npm, "test"), "npm test");
        assert_eq!(run_script(Bun, "test"), "bun run test");
        assert_eq!(run_script(Pnpm, "test:unit"), "pnpm run test:unit");
        assert_eq!(run_script(Npm, "a b"), "npm run 'a b'");
        let cases = [
            (Npm, "mocha 'a b'", "npx mocha 'a b'"),
            (Pnpm, "vitest run", "pnpm exec vitest run"),
            (YarnBerry, "A=1 B='x y' jest", "A=1 B='x y' yarn jest"),
            (Npm, "node --test", "node --test"),
            (Npm, "NODE_ENV=test ./scripts/test.sh", "NODE_ENV=test ./scripts/test.sh"),
        ];
        for (manager, text, expected) in cases {
            assert_eq!(run_outside(manager, text, &split(text)[0].words), expected);
        }
    }
}
