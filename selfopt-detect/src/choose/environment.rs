//! The environment that a command needs: assignments that callers make around
//! it, and what every CI job that runs it sets.

use std::collections::BTreeMap;

use crate::shell::{is_assignment, split};

/// Variables that change how output looks, or that the sandbox sets itself.
const OUTPUT_ONLY: [&str; 5] = ["FORCE_COLOR", "NO_COLOR", "COLOR", "CI", "TERM"];

/// The command with assignments in front of it; one that the command makes
/// itself stays as it is.
pub(crate) fn with_env(env: &[String], cmd: String) -> String {
    let own = own_names(&cmd);
    let missing: Vec<_> = env
        .iter()
        .filter(|assignment| {
            let name = name_of(assignment);
            !OUTPUT_ONLY.contains(&name) && !own.iter().any(|known| known == name)
        })
        .map(|assignment| quoted(assignment))
        .collect();
    if missing.is_empty() { cmd } else { format!("{} {cmd}", missing.join(" ")) }
}

/// What the CI's environment adds for a test command.
pub(crate) fn from_ci(env: &BTreeMap<String, String>) -> Vec<String> {
    env.iter()
        .filter(|(name, value)| match name.as_str() {
            // A job for production would not run the tests as developers do.
            "NODE_ENV" => *value == "test",
            // How much memory a CI machine has says nothing about the tests.
            "NODE_OPTIONS" => !only_memory(value),
            _ => true,
        })
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

fn only_memory(options: &str) -> bool {
    options.split_whitespace().all(|option| {
        ["--max-old-space-size", "--max_old_space_size", "--max-semi-space-size"]
            .iter()
            .any(|start| option.starts_with(start))
            || option.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The variables that the command's own words assign.
fn own_names(cmd: &str) -> Vec<String> {
    let words = split(cmd).into_iter().flat_map(|command| command.words);
    words.filter(|word| is_assignment(word)).map(|word| name_of(&word).to_owned()).collect()
}

fn name_of(assignment: &str) -> &str {
    assignment.split('=').next().unwrap_or_default()
}

fn quoted(assignment: &str) -> String {
    let (name, value) = assignment.split_once('=').unwrap_or((assignment, ""));
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:@%+,=".contains(c);
    if value.chars().all(is_plain) {
        assignment.to_owned()
    } else if value.contains('$') && !value.contains(['"', '`', '\\']) {
        // What the shell puts in must stay alive.
        format!("{name}=\"{value}\"")
    } else {
        format!("{name}='{}'", value.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_go_in_front_unless_they_are_there() {
        let cases = [
            (&["TZ=UTC"][..], "npx jest", "TZ=UTC npx jest"),
            (&["TZ=UTC"], "TZ=Asia/Tokyo npx jest", "TZ=Asia/Tokyo npx jest"),
            (&["TZ=UTC"], "npx cross-env TZ=UTC jest", "npx cross-env TZ=UTC jest"),
            (&["NODE_OPTIONS=--a --b"], "x", "NODE_OPTIONS='--a --b' x"),
            (&["A=$HOME/a b"], "x", "A=\"$HOME/a b\" x"),
            (&["A=it's"], "x", "A='it'\\''s' x"),
            (&["FORCE_COLOR=1", "CI=1"], "x", "x"),
        ];
        for (env, cmd, expected) in cases {
            let env: Vec<_> = env.iter().map(|one| (*one).to_owned()).collect();
            assert_eq!(with_env(&env, cmd.to_owned()), expected, "{env:?}");
        }
    }

    #[test]
    fn the_ci_adds_what_tests_depend_on() {
        let env = [
            ("TZ", "Europe/Berlin"),
            ("NODE_ENV", "production"),
            ("NODE_OPTIONS", "--max-old-space-size 4096"),
        ];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(from_ci(&env.into()), ["TZ=Europe/Berlin"]);
        let vm = BTreeMap::from([("NODE_OPTIONS".to_owned(), "--experimental-vm-modules".into())]);
        assert_eq!(from_ci(&vm), ["NODE_OPTIONS=--experimental-vm-modules"]);
    }
}
