//! When two command lines are the same command: `npm run test` and `npm t`,
//! `npx jest` and `pnpm exec jest`, flags in another order.

/// Brings equal commands to one form.
pub(super) fn normal(cmd: &str) -> String {
    cmd.split("&&").map(normal_part).collect::<Vec<_>>().join(" && ")
}

/// Whether an install answers where a stricter one is wanted: `npm install`
/// for `npm ci`; `--ignore-scripts` may be there or not.
pub(super) fn is_looser_install(answer: &str, wanted: &str) -> bool {
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

fn normal_part(cmd: &str) -> String {
    let cmd = cmd.replace(['\'', '"'], "");
    let mut words: Vec<_> =
        cmd.split_whitespace().filter(|word| !matches!(*word, "CI=1" | "CI=true")).collect();
    let n_assignments =
        words.iter().take_while(|word| word.contains('=') && !word.starts_with('-')).count();
    let mut assignments: Vec<_> = words.drain(..n_assignments).collect();
    assignments.sort_unstable();
    let program = words.first().copied().unwrap_or_default();
    let second = words.get(1).copied().unwrap_or_default();
    match (program, second) {
        ("npm", "run") if words.get(2) == Some(&"test") => {
            words.remove(1);
        }
        ("npm", "t") => words[1] = "test",
        ("npm", "exec") | ("pnpm" | "yarn", "run" | "exec") => {
            words.drain(..2);
        }
        ("npx" | "bunx" | "pnpm" | "yarn", _) => {
            let is_install = second.is_empty() || second == "install";
            let has_flag = program == "yarn" && second.starts_with('-');
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
        *word = word.strip_prefix("node_modules/.bin/").unwrap_or(word);
    }
    let (first, rest) = match words.split_first_mut() {
        Some((first, rest)) => (*first, rest),
        None => ("", &mut [][..]),
    };
    rest.sort_unstable();
    let all: Vec<_> = assignments.into_iter().chain([first]).chain(rest.iter().copied()).collect();
    all.join(" ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_commands_have_one_form() {
        for (a, b) in [
            ("npm run test", "npm t"),
            ("npm test", "npm  test"),
            ("pnpm run build", "pnpm build"),
            ("npx jest --ci a", "pnpm exec jest a --ci"),
            ("./node_modules/.bin/jest", "yarn jest"),
            ("vitest run", "npx vitest --run"),
            ("CI=1 npm test", "npm test"),
            ("TZ=UTC npx mocha 'a b'", "TZ=UTC yarn mocha a b"),
            ("pnpm -r run test", "pnpm --recursive test"),
            ("yarn --frozen-lockfile", "yarn install --frozen-lockfile"),
            ("npm run a && npx b", "npm run a&&yarn b"),
        ] {
            assert_eq!(normal(a), normal(b), "{a} | {b}");
        }
    }

    #[test]
    fn other_commands_stay_apart() {
        for (a, b) in [
            ("bun test", "bun run test"),
            ("npm run test:unit", "npm test"),
            ("TZ=UTC npm test", "npm test"),
            ("npm run a && npm run b", "npm run b && npm run a"),
        ] {
            assert_ne!(normal(a), normal(b), "{a} | {b}");
        }
    }

    #[test]
    fn a_looser_install_is_known() {
        assert!(is_looser_install("npm install", "npm ci"));
        assert!(is_looser_install("npm ci", "npm ci --ignore-scripts"));
        assert!(!is_looser_install("npm install left-pad x", "npm ci"));
        assert!(!is_looser_install("yarn install", "npm ci"));
    }
}
